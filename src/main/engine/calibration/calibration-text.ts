// Reads a text for calibration and parts it into documents. First step of sample-text.ts.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { WorkbenchError } from '../../../shared/errors.ts';

export interface CalibrationText {
  readonly path: string;
  readonly sha256: string;
  /** JSON lines: the fields `text`. Plain text: blocks parted by empty lines. */
  readonly documents: readonly string[];
  /** Plain text as a whole; undefined for JSON lines, whose documents stand for themselves. */
  readonly whole: string | undefined;
}

/** Throws FILE_NOT_FOUND, BAD_DATA naming the line. */
export function readCalibrationText(path: string): CalibrationText {
  const bytes = readText(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '')
    throw new WorkbenchError('BAD_DATA', `${path} is empty. Give a text for the model to read.`, { path });
  if (isJsonLines(path, text)) return { path, sha256, documents: parseLines(path, text), whole: undefined };
  const documents = text.split(/\r?\n(?:[ \t]*\r?\n)+/).filter((block) => block.trim() !== '');
  return { path, sha256, documents, whole: text };
}

function readText(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const code = reason === 'ENOENT' || reason === 'ENOTDIR' ? 'FILE_NOT_FOUND' : 'BAD_INPUT';
    throw new WorkbenchError(code, `The text ${path} cannot be read (${reason}). Check the path.`, { path }, error);
  }
}

function isJsonLines(path: string, text: string): boolean {
  return (
    /\.jsonl$/i.test(path) ||
    (/^\s*\{/.test(text) && documentOf(text.trimStart().split('\n', 1)[0] ?? '') !== undefined)
  );
}

function parseLines(path: string, text: string): string[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const document = documentOf(line);
    if (document !== undefined) return [document];
    const message = `Line ${index + 1} of ${path} is no JSON object with a text in the field "text".`;
    throw new WorkbenchError('BAD_DATA', message, { path, line: index + 1 });
  });
}

function documentOf(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('text' in value)) return undefined;
    return typeof value.text === 'string' ? value.text : undefined;
  } catch {
    return undefined;
  }
}
