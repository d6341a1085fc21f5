// Data sets on disk -> records for a task, and the hash that a score names. Forms are told apart by content, never by file name.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import { badData, decodeUtf8 } from './formats/bad-data.ts';
import { findHendrycksRoot, readHendrycks } from './formats/hendrycks.ts';
import { readQuestionFile } from './formats/question-file.ts';
import type { QuestionRecord, TextRecord } from './formats/records.ts';
import type { DataNeed } from './task.ts';

/** A data set is read whole; larger files must be split. */
const LARGEST_FILE_BYTES = 2 ** 31 - 1;

export interface Dataset {
  readonly records: readonly unknown[];
  /** Of the file; of a folder, over the sorted lines `path<TAB>sha256` of the files read. */
  readonly sha256: string;
}

export function readDataset(need: DataNeed, path: string): Dataset {
  if (!existsSync(path))
    throw new WorkbenchError('FILE_NOT_FOUND', `${path} does not exist. Give the path of a data set.`, { path });
  const status = statSync(path);
  if (need === 'choices') return readChoices(path, status.isDirectory());
  if (!status.isFile()) throw badData(path, undefined, 'is a folder. Give the file that holds the data.');
  if (status.size > LARGEST_FILE_BYTES) throw badData(path, undefined, 'is larger than 2 GiB. Split it.');
  const records = need === 'text' ? [readText(path)] : readQuestions(path, need);
  return { records, sha256: sha256(readFileSync(path)) };
}

function readChoices(path: string, isFolder: boolean): Dataset {
  const root = isFolder ? findHendrycksRoot(path) : undefined;
  if (root === undefined) {
    throw badData(
      path,
      undefined,
      'is no multiple-choice data. Give a folder with test/<subject>_test.csv and dev/<subject>_dev.csv.',
    );
  }
  const { records, files } = readHendrycks(root);
  if (records.length === 0) throw badData(path, undefined, 'holds no question.');
  const lines = files.map((file) => `${relative(root, file).split(sep).join('/')}\t${sha256(readFileSync(file))}\n`);
  return { records, sha256: sha256(lines.sort().join('')) };
}

function readText(path: string): TextRecord {
  const text = decodeUtf8(readFileSync(path), path);
  if (text.trim() === '') throw badData(path, undefined, 'is empty. Give a text.');
  return { id: 'text', text };
}

function readQuestions(path: string, need: 'questions' | 'passages'): QuestionRecord[] {
  const records = readQuestionFile(path);
  if (records.length === 0) throw badData(path, undefined, 'holds no question.');
  if (need === 'passages' && records.every((record) => record.context === undefined)) {
    throw badData(
      path,
      undefined,
      'no question has a passage. Give "context" with each, TriviaQA with its evidence folder, or SQuAD JSON.',
    );
  }
  return records;
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
