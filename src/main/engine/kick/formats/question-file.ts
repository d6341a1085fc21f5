// Reads a file of questions in any known form, told apart by content: JSON documents by their keys, else JSON lines.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { badData, decodeUtf8 } from './bad-data.ts';
import { parseFreebaseQuestion } from './freebase-qa.ts';
import { describeJsonFault, lineOfJsonFault } from './json-fault.ts';
import { parseQuestionRow } from './question-row.ts';
import type { QuestionRecord } from './records.ts';
import { parseSquadArticle } from './squad.ts';
import { findEvidence, parseOfficialEntry } from './trivia-qa.ts';

const LINE_FEED = 0x0a;
const KNOWN_FORMS = 'FreebaseQA, TriviaQA or SQuAD JSON, or JSON lines with "question" and "answers"';

export function readQuestionFile(path: string): QuestionRecord[] {
  const bytes = readFileSync(path);
  const lines = splitLines(bytes);
  if (lines.length === 0) throw badData(path, undefined, `is empty. Give ${KNOWN_FORMS}.`);
  const document = parseDocument(bytes, lines, path);
  return document === undefined ? readLines(path, lines) : readDocument(path, document.value);
}

interface Line {
  /** From 1. */
  readonly number: number;
  readonly bytes: Uint8Array;
}

function splitLines(bytes: Buffer): Line[] {
  const lines: Line[] = [];
  for (let start = 0, number = 1; start < bytes.length; number++) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found === -1 ? bytes.length : found;
    const line = bytes.subarray(start, end);
    if (line.some((byte) => byte > 0x20)) lines.push({ number, bytes: line });
    start = end + 1;
  }
  return lines;
}

function tryJson(bytes: Uint8Array, path: string, line?: number): { value: unknown } | { fault: Error } {
  const text = decodeUtf8(bytes, path, line);
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { fault: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** The file as one JSON document; undefined when it is JSON lines: its first or second line stands alone as an object. */
function parseDocument(bytes: Buffer, lines: readonly Line[], path: string): { value: unknown } | undefined {
  const alone = lines.slice(0, 2).map((line) => tryJson(line.bytes, path, line.number));
  const isObject = (parsed: (typeof alone)[number] | undefined) =>
    parsed !== undefined && 'value' in parsed && typeof parsed.value === 'object' && !Array.isArray(parsed.value);
  const [first, second] = alone;
  if (lines.length > 1 && (isObject(first) || (isObject(second) && /^\s*\{/.test(decodeUtf8(lines[1]!.bytes, path)))))
    return undefined;
  const parsed = lines.length === 1 ? first! : tryJson(bytes, path);
  if ('value' in parsed) return parsed;
  const line = lineOfJsonFault(decodeUtf8(bytes, path));
  throw badData(path, line, `is not JSON (${describeJsonFault(parsed.fault)}). Give ${KNOWN_FORMS}.`);
}

function readLines(path: string, lines: readonly Line[]): QuestionRecord[] {
  return lines.map(({ bytes, number }, index) => {
    const parsed = tryJson(bytes, path, number);
    if ('fault' in parsed)
      throw badData(path, number, `is not JSON (${describeJsonFault(parsed.fault)}). Mend or remove the line.`);
    return parseEntry(path, number, () => parseQuestionRow(parsed.value, index));
  });
}

const listAt = (document: unknown, key: string): unknown[] | undefined => {
  const value =
    typeof document === 'object' && document !== null ? (document as Record<string, unknown>)[key] : undefined;
  return Array.isArray(value) ? value : undefined;
};

function readDocument(path: string, document: unknown): QuestionRecord[] {
  const questions = listAt(document, 'Questions');
  if (questions) return mapEntries(path, 'Questions', questions, parseFreebaseQuestion);
  const trivia = listAt(document, 'Data');
  if (trivia) {
    const evidence = findEvidence(path);
    return mapEntries(path, 'Data', trivia, (entry) => parseOfficialEntry(entry, evidence));
  }
  const articles = listAt(document, 'data');
  if (articles) return mapEntries(path, 'data', articles, parseSquadArticle).flat();
  const rows = Array.isArray(document) ? document : (listAt(document, 'rows') ?? [document]);
  return mapEntries(path, 'row', rows.map(unwrapRow), parseQuestionRow);
}

/** The Hub's row viewer wraps each row as `{row_idx, row}`. */
function unwrapRow(entry: unknown): unknown {
  const row = typeof entry === 'object' && entry !== null ? (entry as Record<string, unknown>)['row'] : undefined;
  return typeof row === 'object' && row !== null ? row : entry;
}

function mapEntries<Out>(
  path: string,
  list: string,
  entries: readonly unknown[],
  parse: (entry: unknown, index: number) => Out,
): Out[] {
  return entries.map((entry, index) => parseEntry(path, undefined, () => parse(entry, index), `${list}[${index}] `));
}

function parseEntry<Out>(path: string, line: number | undefined, parse: () => Out, name = ''): Out {
  try {
    return parse();
  } catch (error) {
    if (error instanceof z.ZodError) {
      const faults = error.issues.map((issue) => [issue.path.join('.'), issue.message].filter(Boolean).join(': '));
      throw badData(path, line, `${name}is not a question (${faults.join('; ')}). Give ${KNOWN_FORMS}.`, error);
    }
    if (error instanceof Error && error.constructor === Error)
      throw badData(path, line, `${name}${error.message}.`, error);
    throw error;
  }
}
