// Reads TriviaQA's official JSON (`Data[]`; its documents lie in an `evidence` folder) and the fields of its Hugging Face form.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { z } from 'zod';
import { decodeUtf8 } from './bad-data.ts';
import type { QuestionRecord } from './records.ts';

/** More characters than any prompt of 2,048 tokens can hold; the rest of a document is not kept in memory. */
export const CONTEXT_KEPT_CHARACTERS = 65_536;

const pageListSchema = z.array(z.object({ Filename: z.string().optional() })).optional();

const officialEntrySchema = z.object({
  Question: z.string(),
  QuestionId: z.string(),
  Answer: z.object({
    Value: z.string(),
    Aliases: z.array(z.string()).default([]),
    NormalizedAliases: z.array(z.string()).default([]),
  }),
  EntityPages: pageListSchema,
  SearchResults: pageListSchema,
});

/** One entry of `Data`; its first encyclopedia page and first web page, glued as the reference does, when they are there. */
export function parseOfficialEntry(entry: unknown, evidenceFolder: string | undefined): QuestionRecord {
  const { Question, QuestionId, Answer, EntityPages, SearchResults } = officialEntrySchema.parse(entry);
  const pages = [
    readPage(evidenceFolder, 'wikipedia', EntityPages?.[0]?.Filename),
    readPage(evidenceFolder, 'web', SearchResults?.[0]?.Filename),
  ];
  const context = pages.join('').slice(0, CONTEXT_KEPT_CHARACTERS);
  return {
    id: QuestionId,
    question: Question,
    answers: [...new Set([Answer.Value, ...Answer.Aliases])],
    ...(Answer.NormalizedAliases.length > 0 && { normalizedAliases: Answer.NormalizedAliases }),
    ...(context !== '' && { context }),
  };
}

/** The `evidence` folder beside the JSON file or beside its folder. */
export function findEvidence(jsonPath: string): string | undefined {
  const folder = dirname(jsonPath);
  return [join(folder, '..', 'evidence'), join(folder, 'evidence')].find(existsSync);
}

function readPage(evidenceFolder: string | undefined, kind: string, fileName: string | undefined): string {
  if (evidenceFolder === undefined || fileName === undefined) return '';
  const folder = join(evidenceFolder, kind);
  const path = join(folder, fileName);
  const inside = relative(folder, path);
  if (inside.startsWith('..') || isAbsolute(inside) || !existsSync(path)) return '';
  return decodeUtf8(readFileSync(path), path);
}

const textsSchema = z.array(z.string()).default([]);
const answerObjectSchema = z.object({
  value: z.string().optional(),
  aliases: textsSchema,
  normalized_aliases: textsSchema,
});

/** The `answer` object of the Hugging Face form. */
export function parseAnswerObject(answer: unknown): Pick<QuestionRecord, 'answers' | 'normalizedAliases'> {
  const { value, aliases, normalized_aliases } = answerObjectSchema.parse(answer);
  const answers = [...new Set([...(value === undefined ? [] : [value]), ...aliases])];
  return {
    answers: answers.length > 0 ? answers : normalized_aliases,
    ...(normalized_aliases.length > 0 && { normalizedAliases: normalized_aliases }),
  };
}

const columnsSchema = z.object({ wiki_context: textsSchema, search_context: textsSchema });
const rowsSchema = z.array(z.object({ wiki_context: z.string().default(''), search_context: z.string().default('') }));

/** First text of `entity_pages` or `search_results`, stored as columns or as rows; empty when there is none. */
export function firstPageText(pages: unknown): string {
  if (pages === undefined || pages === null) return '';
  if (Array.isArray(pages)) {
    const first = rowsSchema.parse(pages)[0];
    return first ? first.wiki_context || first.search_context : '';
  }
  const { wiki_context, search_context } = columnsSchema.parse(pages);
  return wiki_context[0] ?? search_context[0] ?? '';
}
