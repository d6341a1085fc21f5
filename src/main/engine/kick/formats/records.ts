// What the readers of data sets make of every file form: the records that tasks take.
import { z } from 'zod';

export const questionRecordSchema = z.object({
  id: z.string(),
  question: z.string(),
  /** All accepted answers, in the data's own spelling. */
  answers: z.array(z.string()).min(1),
  /** FreebaseQA: names of the first parse's first answer, which alone the reference takes. */
  firstAnswers: z.array(z.string()).min(1).optional(),
  /** TriviaQA: what the reference matches against. */
  normalizedAliases: z.array(z.string()).min(1).optional(),
  context: z.string().optional(),
  /** A group that is reported apart, where the data names one. */
  category: z.string().optional(),
});

const choiceSchema = z.object({
  question: z.string(),
  /** A, B, C, D. */
  choices: z.tuple([z.string(), z.string(), z.string(), z.string()]),
  label: z.enum(['A', 'B', 'C', 'D']),
});

export const choiceRecordSchema = choiceSchema.extend({
  /** `subject/row`, rows from 0. */
  id: z.string(),
  subject: z.string(),
  /** Worked examples of the subject, in file order. */
  examples: z.array(choiceSchema),
});

export const textRecordSchema = z.object({ id: z.string(), text: z.string() });

export type Choice = z.infer<typeof choiceSchema>;
export type QuestionRecord = z.infer<typeof questionRecordSchema>;
export type ChoiceRecord = z.infer<typeof choiceRecordSchema>;
export type TextRecord = z.infer<typeof textRecordSchema>;
