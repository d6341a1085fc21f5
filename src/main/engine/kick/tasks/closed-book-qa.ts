// Closed-book QA: a trivia question, answered from what the model knows.
import { questionRecordSchema } from '../formats/records.ts';
import { inContextItem, inContextMetrics } from '../in-context-qa.ts';
import { defineTask } from '../task.ts';

export const closedBookQa = defineTask({
  id: 'closed-book-qa',
  version: 1,
  title: 'Closed-book QA',
  summary: 'Trivia questions without any passage; the first line written must hold the answer.',
  source: { title: 'LLM-KICK, arXiv 2310.01382', url: 'https://arxiv.org/abs/2310.01382' },
  licence: 'TriviaQA: no clear data licence',
  needsJudge: false,
  usesShots: false,
  dataNeed: 'questions',
  embeddedData: 'kick/closed-book-qa/closed_book.jsonl',
  docSchema: questionRecordSchema,
  groupOf: (doc) => doc.category,
  metrics: inContextMetrics,
  items: (doc, settings, tokenizer) => {
    const prompt = `Answer these questions:\n\nQ: ${doc.question}\nA:`;
    return [inContextItem(doc, prompt, settings, tokenizer)];
  },
});
