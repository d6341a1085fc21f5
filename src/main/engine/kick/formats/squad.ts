// Reads SQuAD's JSON: `data[].paragraphs[]` with a context and its questions. Questions without an answer (version 2) are left out.
import { z } from 'zod';
import type { QuestionRecord } from './records.ts';

const articleSchema = z.object({
  paragraphs: z.array(
    z.object({
      context: z.string(),
      qas: z.array(
        z.object({
          id: z.union([z.string(), z.number().transform(String)]),
          question: z.string(),
          answers: z.array(z.object({ text: z.string() })),
        }),
      ),
    }),
  ),
});

/** All questions of one entry of `data`. Throws ZodError when it has another form. */
export function parseSquadArticle(article: unknown): QuestionRecord[] {
  return articleSchema.parse(article).paragraphs.flatMap(({ context, qas }) =>
    qas
      .filter(({ answers }) => answers.length > 0)
      .map(({ id, question, answers }) => ({
        id,
        question,
        answers: [...new Set(answers.map(({ text }) => text))],
        context,
      })),
  );
}
