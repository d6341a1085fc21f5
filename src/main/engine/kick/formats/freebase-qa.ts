// Reads FreebaseQA's JSON: `Questions[]` with parses, each with answers, each with names.
import { z } from 'zod';
import type { QuestionRecord } from './records.ts';

const freebaseQuestionSchema = z.object({
  'Question-ID': z.string(),
  RawQuestion: z.string(),
  /** Not in FreebaseQA itself. */
  Category: z.string().optional(),
  Parses: z.array(z.object({ Answers: z.array(z.object({ AnswersName: z.array(z.string()) })) })).min(1),
});

/** One entry of `Questions`. Throws ZodError when it has another form, a plain Error when it has no answer. */
export function parseFreebaseQuestion(entry: unknown): QuestionRecord {
  const question = freebaseQuestionSchema.parse(entry);
  const names = question.Parses.flatMap((parse) => parse.Answers.flatMap((answer) => answer.AnswersName));
  if (names.length === 0) throw new Error('no parse has an answer');
  const first = question.Parses[0]?.Answers[0]?.AnswersName ?? [];
  return {
    id: question['Question-ID'],
    question: question.RawQuestion,
    answers: [...new Set(names)],
    ...(first.length > 0 && { firstAnswers: first }),
    ...(question.Category !== undefined && { category: question.Category }),
  };
}
