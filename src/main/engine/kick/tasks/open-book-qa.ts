// Open-book QA: a question after a passage that should hold the answer.
import { failedItem } from '../failed-item.ts';
import { questionRecordSchema } from '../formats/records.ts';
import { acceptedAnswers, inContextItem, inContextMetrics } from '../in-context-qa.ts';
import { defineTask, type PromptTokenizer, promptLimitTokens, type TaskSettings } from '../task.ts';

/** The reference cuts the passage to so many characters (code points). */
const PAPER_CONTEXT_CHARACTERS = 3072;

export const openBookQa = defineTask({
  id: 'open-book-qa',
  version: 1,
  title: 'Open-book QA',
  summary: 'Questions about a passage in the prompt; the first line written must hold the answer.',
  source: { title: 'LLM-KICK, arXiv 2310.01382', url: 'https://arxiv.org/abs/2310.01382' },
  licence: 'TriviaQA: no clear data licence; SQuAD: CC-BY-SA-4.0',
  needsJudge: false,
  usesShots: false,
  dataNeed: 'passages',
  embeddedData: 'kick/open-book-qa/open_book.jsonl',
  docSchema: questionRecordSchema,
  groupOf: (doc) => doc.category,
  metrics: (protocol) => [
    ...inContextMetrics(protocol),
    { name: 'answer_in_context', unit: 'ratio', higherIsBetter: true, aggregate: 'proportion' },
  ],
  items: (doc, settings, tokenizer) => {
    const promptOf = (context: string): string =>
      `${context}\n\nBased on these texts, answer these questions:\n\nQ: ${doc.question}\nA:`.trim();
    if (doc.context === undefined) {
      const item = { id: doc.id, prompt: promptOf(''), expected: acceptedAnswers(doc, settings.protocol) };
      return [failedItem(item, 'the question has no passage')];
    }
    const context =
      settings.protocol === 'paper'
        ? [...doc.context.slice(0, 2 * PAPER_CONTEXT_CHARACTERS)].slice(0, PAPER_CONTEXT_CHARACTERS).join('')
        : cutToFit(doc.context, promptOf, settings, tokenizer);
    return [inContextItem(doc, promptOf(context), settings, tokenizer, context)];
  },
});

/** The longest beginning of the context, in whole tokens, with which the prompt fits; empty when nothing fits. */
function cutToFit(
  context: string,
  promptOf: (context: string) => string,
  settings: TaskSettings,
  tokenizer: PromptTokenizer,
): string {
  const limit = promptLimitTokens(settings, tokenizer);
  const excess = tokenizer.tokenize(promptOf(context)).length - limit;
  if (excess <= 0) return context;
  const tokens = tokenizer.tokenizePart(context);
  for (let kept = tokens.length - excess; kept > 0; kept--) {
    const cut = beginningOf(context, tokenizer.detokenize(tokens.subarray(0, kept)));
    if (tokenizer.tokenize(promptOf(cut)).length <= limit) return cut;
  }
  return '';
}

/** How far a detokenized beginning agrees with the text: a half character or an added blank is not taken over. */
function beginningOf(text: string, detokenized: string): string {
  const offset = detokenized.startsWith(' ') && !text.startsWith(' ') ? 1 : 0;
  let length = 0;
  while (length + offset < detokenized.length && text[length] === detokenized[length + offset]) length++;
  return text.slice(0, length);
}
