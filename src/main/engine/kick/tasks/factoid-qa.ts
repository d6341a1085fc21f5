// Factoid QA: a question about one fact, answered after `The answer is `.
import { failedItem, tooLong } from '../failed-item.ts';
import { questionRecordSchema } from '../formats/records.ts';
import { containsAnswer, equalsAnswer, squashedSubstring } from '../metrics.ts';
import { defineTask, type GenerateReply, promptLimitTokens } from '../task.ts';

const STANDARD_NEW_TOKENS = 32;

export const factoidQa = defineTask({
  id: 'factoid-qa',
  version: 1,
  title: 'Factoid QA',
  summary: 'Short questions about facts; the answer must name the fact.',
  source: { title: 'LLM-KICK, arXiv 2310.01382', url: 'https://arxiv.org/abs/2310.01382' },
  licence: 'FreebaseQA: CC-BY-4.0',
  needsJudge: false,
  usesShots: false,
  dataNeed: 'questions',
  embeddedData: 'kick/factoid-qa/FreebaseQA-whittle-demo.json',
  docSchema: questionRecordSchema,
  groupOf: (doc) => doc.category,
  metrics: (protocol) => [
    { name: 'accuracy', unit: 'ratio', higherIsBetter: true, aggregate: 'proportion' },
    ...(protocol === 'paper'
      ? []
      : ([
          { name: 'exact_match', unit: 'ratio', higherIsBetter: true, aggregate: 'proportion' },
          { name: 'reference_substring', unit: 'ratio', higherIsBetter: true, aggregate: 'proportion' },
        ] as const)),
  ],
  items: (doc, settings, tokenizer) => {
    const isPaper = settings.protocol === 'paper';
    const prompt = `Please give answer to this question: ${doc.question}\nThe answer is `;
    const firstAnswers = doc.firstAnswers ?? doc.answers;
    const item = { id: doc.id, prompt, expected: isPaper ? firstAnswers : doc.answers };
    const promptTokens = tokenizer.tokenize(prompt);
    const limit = promptLimitTokens(settings, tokenizer);
    if (promptTokens.length > limit) return [failedItem(item, tooLong(promptTokens.length, limit))];
    // The reference stops at three times the prompt's length in all.
    const maxNewTokens = isPaper ? Math.min(2 * promptTokens.length, limit - promptTokens.length) : STANDARD_NEW_TOKENS;
    return [
      {
        ...item,
        requests: [{ kind: 'generate', promptTokens, maxNewTokens, stopAtNewline: !isPaper }],
        score: ([reply]) => {
          const text = (reply as GenerateReply).text;
          const reference = squashedSubstring(prompt + text, firstAnswers);
          if (isPaper) return { answer: text, score: reference };
          return {
            answer: text.trim(),
            score: containsAnswer(text, doc.answers),
            metrics: { exact_match: equalsAnswer(text, doc.answers), reference_substring: reference },
          };
        },
      },
    ];
  },
});
