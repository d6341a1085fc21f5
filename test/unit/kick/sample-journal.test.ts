import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { journalPath, type RunIdentity, SampleJournal } from '../../../src/main/engine/kick/sample-journal.ts';
import type { SampleResult } from '../../../src/shared/kick.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const identity: RunIdentity = {
  task: 'factoid-qa',
  taskVersion: 1,
  modelSha256: 'm',
  dataSha256: 'd',
  settings: { protocol: 'standard', shots: 5 },
  itemCount: 10,
  itemsPerBatch: 4,
  engineVersion: '0',
  llamaCppVersion: '0',
};

const sample = (index: number): SampleResult => ({
  index,
  id: `q${index}`,
  prompt: 'größer\n',
  answer: 'a',
  expected: ['a'],
  score: 1 / 3,
  outcome: 'answered',
});

const samples = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => sample(from + at));

function open(path: string, resume: boolean, who = identity) {
  const journal = SampleJournal.open(path, who, resume);
  return { journal, kept: journal.samples.length };
}

function journalWith(parts: readonly (readonly [number, number])[]): string {
  const path = journalPath(tempFolder(), identity);
  const { journal } = open(path, false);
  for (const [from, to] of parts) journal.append(samples(from, to));
  journal.close();
  return path;
}

test('another model, data set, setting or version has another journal', () => {
  const others: RunIdentity[] = [
    { ...identity, modelSha256: 'x' },
    { ...identity, dataSha256: 'x' },
    { ...identity, settings: { protocol: 'paper', shots: 5 } },
    { ...identity, taskVersion: 2 },
    { ...identity, itemCount: 11 },
  ];
  const paths = [identity, ...others].map((one) => journalPath('/f', one));
  expect(new Set(paths).size).toBe(paths.length);
  expect(journalPath('/f', { ...identity })).toBe(paths[0]);
});

test('a finished journal is whole although its last batch is short', () => {
  const path = journalWith([
    [0, 4],
    [4, 8],
    [8, 10],
  ]);
  const { journal, kept } = open(path, true);
  expect(kept).toBe(10);
  expect(journal.samples).toEqual(samples(0, 10));
  journal.close();
});

test('a torn last line and the batch it belongs to are dropped, and the run goes on behind the last whole batch', () => {
  const path = journalWith([
    [0, 4],
    [4, 8],
  ]);
  const wholeBytes = statSync(path).size;
  for (let cut = 1; cut < 400; cut += 37) {
    appendFileSync(path, `${JSON.stringify(sample(8))}\n${JSON.stringify(sample(9))}`.slice(0, cut));
    const { journal, kept } = open(path, true);
    expect(kept).toBe(8);
    expect(statSync(path).size).toBe(wholeBytes);
    journal.close();
  }
  const { journal } = open(path, true);
  journal.append(samples(8, 10));
  journal.close();
  const finished = open(path, true);
  expect(finished.journal.samples).toEqual(samples(0, 10));
  finished.journal.close();
});

test('a batch cut anywhere never counts', () => {
  const path = journalWith([
    [0, 4],
    [4, 8],
  ]);
  const size = statSync(path).size;
  truncateSync(path, size - 1);
  const { journal, kept } = open(path, true);
  expect(kept).toBe(4);
  journal.close();
});

test('lines out of order end what is kept', () => {
  const path = journalWith([[0, 4]]);
  appendFileSync(path, [4, 5, 7, 8].map((index) => `${JSON.stringify(sample(index))}\n`).join(''));
  const { journal, kept } = open(path, true);
  expect(kept).toBe(4);
  journal.close();
});

test('without resume the journal starts anew, and a foreign or empty file is not taken for one', () => {
  const path = journalWith([[0, 4]]);
  const anew = open(path, false);
  expect(anew.kept).toBe(0);
  anew.journal.close();
  expect(readFileSync(path, 'utf8').split('\n').length).toBe(2);
  for (const content of ['', '{}\n', `${JSON.stringify(sample(0))}\n`]) {
    writeFileSync(path, content);
    const { journal, kept } = open(path, true);
    expect(kept).toBe(0);
    journal.close();
  }
});
