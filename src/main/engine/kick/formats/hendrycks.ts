// Reads MMLU's folders: `test/<subject>_test.csv` and `dev/<subject>_dev.csv`, no header, columns question, A, B, C, D, letter.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { badData, decodeUtf8 } from './bad-data.ts';
import type { Choice, ChoiceRecord } from './records.ts';

const COLUMNS = 6;
const isLabel = (text: string | undefined): text is Choice['label'] => text !== undefined && /^[ABCD]$/.test(text);

interface CsvRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** The folder that holds `test/`: the given one or its `data/`; undefined when neither does. */
export function findHendrycksRoot(folder: string): string | undefined {
  return [folder, join(folder, 'data')].find((root) => testFiles(root).length > 0);
}

function testFiles(root: string): string[] {
  const folder = join(root, 'test');
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder).filter((name) => name.endsWith('_test.csv'));
}

/** Records in the reference's order (subjects sorted, rows as in the file), and the files they come from. */
export function readHendrycks(root: string): { records: ChoiceRecord[]; files: string[] } {
  const records: ChoiceRecord[] = [];
  const files: string[] = [];
  for (const subject of testFiles(root)
    .map((name) => name.slice(0, -'_test.csv'.length))
    .sort()) {
    const testPath = join(root, 'test', `${subject}_test.csv`);
    const devPath = join(root, 'dev', `${subject}_dev.csv`);
    const examples = existsSync(devPath) ? readChoices(devPath) : [];
    files.push(...(existsSync(devPath) ? [devPath, testPath] : [testPath]));
    readChoices(testPath).forEach((choice, row) => {
      records.push({ ...choice, id: `${subject}/${row}`, subject, examples });
    });
  }
  return { records, files };
}

function readChoices(path: string): Choice[] {
  return parseRows(path).map(({ record, info }) => {
    if (record.length !== COLUMNS) {
      throw badData(path, info.lines, `has ${record.length} columns where question, A, B, C, D and a letter are due.`);
    }
    const [question, a, b, c, d, label] = record;
    if (!isLabel(label)) throw badData(path, info.lines, `ends with "${label}", not with A, B, C or D.`);
    return { question: question!, choices: [a!, b!, c!, d!], label };
  });
}

function parseRows(path: string): CsvRow[] {
  const text = decodeUtf8(readFileSync(path), path);
  try {
    return parse(text, {
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    }) as unknown as CsvRow[];
  } catch (error) {
    const line = error instanceof CsvError && typeof error['lines'] === 'number' ? error['lines'] : undefined;
    throw badData(path, line, `is not CSV (${error instanceof Error ? error.message : String(error)}).`, error);
  }
}
