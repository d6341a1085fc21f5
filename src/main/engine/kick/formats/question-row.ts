// Reads one question in the plain form {id?, question, answers | golden_answers | answer, context?, category?}, or with TriviaQA's fields.
import { z } from 'zod';
import type { QuestionRecord } from './records.ts';
import { CONTEXT_KEPT_CHARACTERS, firstPageText, parseAnswerObject } from './trivia-qa.ts';

const answersSchema = z.union([
  z.string().transform((text) => [text]),
  z.array(z.string()),
  z.object({ text: z.array(z.string()) }).transform(({ text }) => text),
]);

const identifierSchema = z.union([z.string(), z.number().transform(String)]).optional();

const rowSchema = z.object({
  id: identifierSchema,
  question_id: identifierSchema,
  question: z.string().min(1),
  answers: answersSchema.optional(),
  golden_answers: answersSchema.optional(),
  answer: z.union([answersSchema, z.looseObject({})]).optional(),
  context: z.string().optional(),
  category: z.string().optional(),
  entity_pages: z.unknown().optional(),
  search_results: z.unknown().optional(),
});

/** `index` names the row when the row has no id. Throws ZodError for another form, a plain Error when it has no answer. */
export function parseQuestionRow(row: unknown, index: number): QuestionRecord {
  const parsed = rowSchema.parse(row);
  const fromObject =
    Array.isArray(parsed.answer) || parsed.answer === undefined ? undefined : parseAnswerObject(parsed.answer);
  const listed = parsed.answers ?? parsed.golden_answers ?? (Array.isArray(parsed.answer) ? parsed.answer : undefined);
  const answers = (listed ?? fromObject?.answers ?? []).filter((answer) => answer !== '');
  if (answers.length === 0) throw new Error('has no answer in "answers", "golden_answers" or "answer"');
  const pages = firstPageText(parsed.entity_pages) + firstPageText(parsed.search_results);
  const context = (pages || (parsed.context ?? '')).slice(0, CONTEXT_KEPT_CHARACTERS);
  return {
    id: parsed.id ?? parsed.question_id ?? String(index),
    question: parsed.question,
    answers: [...new Set(answers)],
    ...(fromObject?.normalizedAliases && { normalizedAliases: fromObject.normalizedAliases }),
    ...(context !== '' && { context }),
    ...(parsed.category !== undefined && { category: parsed.category }),
  };
}
