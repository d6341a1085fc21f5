import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { misleadingNotes } from '../../../src/main/engine/score-board/misleading-notes.ts';
import { parseSelection, stoppedSelection } from '../../../src/main/engine/score-board/parse-selection.ts';
import { ScoreBoard } from '../../../src/main/engine/score-board/score-board.ts';
import { ScoreStore } from '../../../src/main/engine/scores/score-store.ts';
import type { ScoreRecord } from '../../../src/shared/kick.ts';
import type { Recipe } from '../../../src/shared/recipe.ts';
import type { ScoreRow } from '../../../src/shared/session/score-calls.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const hash = (letter: string) => letter.repeat(64);
const wanda: Recipe = { steps: [{ method: 'wanda', params: { sparsity: 0.5, calibrationSamples: 32 } }] };

function record(modelSha256: string, value: number, itemCount = 100): ScoreRecord {
  return {
    task: 'factoid-qa',
    taskVersion: 1,
    protocol: 'standard',
    metric: 'accuracy',
    value,
    unit: 'ratio',
    higherIsBetter: true,
    itemCount,
    answeredCount: itemCount,
    failedCount: 0,
    confidenceLow: value - 0.1,
    confidenceHigh: value + 0.1,
    dataSha256: hash('d'),
    modelSha256,
    seed: 0,
    elapsedMs: 1,
    engineVersion: '0',
    llamaCppVersion: '0',
  };
}

function file(sha256: string, recipe: Recipe | null, model = 'Base') {
  return {
    sha256,
    model,
    label: recipe === null ? 'dense' : 'Wanda 50 %',
    recipe,
    method: recipe === null ? 'dense' : 'prune',
    type: 'F16',
    path: null,
    sizeBytes: 1000,
    bitsPerWeight: 16,
    sparsityRatio: recipe === null ? 0 : 0.5,
  };
}

/** A journal as a KICK run leaves it. */
function writeJournal(home: string, modelSha256: string, scores: readonly number[], limit: number | null = null) {
  mkdirSync(join(home, 'journals'), { recursive: true });
  const head = {
    journalVersion: 1,
    task: 'factoid-qa',
    taskVersion: 1,
    modelSha256,
    dataSha256: hash('d'),
    itemCount: scores.length,
    settings: { protocol: 'standard', seed: 0, shots: 5, limit, limitPerGroup: null },
  };
  const lines = scores.map((score, index) => ({
    index,
    id: `q${index}`,
    prompt: 'p',
    answer: 'a',
    expected: ['a'],
    score,
    outcome: 'answered',
  }));
  const text = [head, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('');
  writeFileSync(join(home, 'journals', `factoid-qa-${modelSha256.slice(0, 4)}-${limit}.jsonl`), text);
}

function board(home: string, known = new Map()) {
  return new ScoreBoard({ home, knownFiles: () => known });
}

describe('the score board', () => {
  it('is empty before anything was measured', () => {
    expect(board(tempFolder()).entries).toEqual([]);
  });

  it('compares question by question where the answers are kept, and says what would settle it', () => {
    const home = tempFolder();
    const store = ScoreStore.open(join(home, 'scores.sqlite'));
    store.addScores(file(hash('a'), null), [record(hash('a'), 0.5)], 'all');
    store.addScores(file(hash('b'), wanda), [record(hash('b'), 0.48)], 'all');
    store.close();
    const dense = Array.from({ length: 100 }, (_, i) => i % 2);
    writeJournal(home, hash('a'), dense);
    writeJournal(
      home,
      hash('b'),
      dense.map((score, i) => (i < 4 ? 0 : score)),
    );
    const version = board(home).entries.find(({ row }) => !row.isDense);
    expect(version?.row.difference).toMatchObject({ value: expect.closeTo(-0.02, 12), paired: true });
    expect(version?.row.verdict).toBe('unclear');
    expect(version?.row.questionsToSettle).toBeGreaterThan(0);
    expect(version?.row.calibrationSamples).toBe(32);
    expect(version?.dense?.row.isDense).toBe(true);
    expect(board(home).changed(version!.row.scoreId, [], 10)).toMatchObject({ forgottenCount: 2, gainedCount: 0 });
  });

  it('sees a score that another process stored, without being told', () => {
    const home = tempFolder();
    const scores = board(home);
    expect(scores.entries).toHaveLength(0);
    const store = ScoreStore.open(join(home, 'scores.sqlite'));
    store.addScores(file(hash('a'), null), [record(hash('a'), 0.5)], 'all');
    store.close();
    expect(scores.entries).toHaveLength(1);
  });

  it('never sets scores of other questions beside each other', () => {
    const home = tempFolder();
    const store = ScoreStore.open(join(home, 'scores.sqlite'));
    store.addScores(file(hash('a'), null), [record(hash('a'), 0.5)], 'all');
    store.addScores(file(hash('b'), wanda), [record(hash('b'), 0.4, 20)], 'first 20');
    store.close();
    const version = board(home).entries.find(({ row }) => !row.isDense);
    expect(version?.row.difference).toBeNull();
    expect(version?.dense).toBeNull();
  });

  it('knows a version of another tool by the library', () => {
    const home = tempFolder();
    const store = ScoreStore.open(join(home, 'scores.sqlite'));
    store.addScores(file(hash('a'), null, 'Base'), [record(hash('a'), 0.5)], 'all');
    store.addScores({ ...file(hash('c'), null, 'base q4'), type: 'Q4_K_M' }, [record(hash('c'), 0.4)], 'all');
    store.close();
    const known = new Map([
      [hash('a'), { modelId: 'base', baseSha256: null, recipe: null, recipeLabel: 'dense' }],
      [hash('c'), { modelId: 'base-q4', baseSha256: hash('a'), recipe: null, recipeLabel: 'Q4_K_M' }],
    ]);
    const rows = board(home, known).entries.map(({ row }) => row);
    expect(rows.find(({ modelId }) => modelId === 'base-q4')).toMatchObject({
      isDense: false,
      recipe: 'Q4_K_M',
      model: 'Base',
      slot: 4,
    });
    expect(rows.find(({ modelId }) => modelId === 'base-q4')?.difference?.value).toBeCloseTo(-0.1, 12);
  });

  it('keeps main scores for the next start until a score, an answer or the library changes', () => {
    const home = tempFolder();
    const add = (sha256: string, value: number) => {
      const store = ScoreStore.open(join(home, 'scores.sqlite'));
      store.addScores(file(sha256, null), [record(sha256, value)], 'all');
      store.close();
    };
    add(hash('a'), 0.5);
    expect(board(home).mainScoresOf(hash('a'))).toMatchObject([{ value: 0.5 }]);
    const path = join(home, 'cache', 'main-scores.json');
    const keepAs = (value: string) =>
      writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/"value":[\d.]+/g, `"value":${value}`));

    keepAs('0.75');
    expect(board(home).mainScoresOf(hash('a'))).toMatchObject([{ value: 0.75 }]);
    const known = new Map([[hash('a'), { modelId: 'a', baseSha256: null, recipe: null, recipeLabel: 'dense' }]]);
    expect(board(home, known).mainScoresOf(hash('a'))).toMatchObject([{ value: 0.5 }]);
    keepAs('0.75');
    writeJournal(home, hash('a'), [1, 0]);
    expect(board(home, known).mainScoresOf(hash('a'))).toMatchObject([{ value: 0.5 }]);
    keepAs('0.75');
    add(hash('b'), 0.25);
    const again = board(home, known);
    expect([hash('a'), hash('b')].map((sha256) => again.mainScoresOf(sha256)[0]?.value)).toEqual([0.5, 0.25]);
    writeFileSync(path, '{');
    expect(board(home, known).mainScoresOf(hash('b'))).toMatchObject([{ value: 0.25 }]);
  });

  it('finds answers that were written after it first looked, and a head that was still being written', () => {
    const home = tempFolder();
    const { journals } = board(home);
    const asked = { task: 'factoid-qa', taskVersion: 1, dataSha256: hash('d'), protocol: 'standard', seed: 0 };
    const find = (modelSha256: string) =>
      journals.find({ ...asked, modelSha256, shots: 5, limit: null, limitPerGroup: null });
    expect(find(hash('a'))).toBeUndefined();
    writeJournal(home, hash('a'), [1]);
    expect(find(hash('a'))).toHaveLength(1);
    const path = join(home, 'journals', 'late.jsonl');
    writeFileSync(path, '{"journalVersion":1,');
    expect(find(hash('b'))).toBeUndefined();
    writeJournal(home, hash('b'), [1, 0]);
    const text = readFileSync(join(home, 'journals', 'factoid-qa-bbbb-null.jsonl'), 'utf8');
    writeFileSync(path, text.replaceAll(hash('b'), hash('c')));
    expect(find(hash('c'))).toHaveLength(2);
  });

  it('lists ten thousand scores within a second', () => {
    const home = tempFolder();
    const store = ScoreStore.open(join(home, 'scores.sqlite'));
    const tasks = Array.from({ length: 20 }, (_, index) => `task-${index}`);
    for (let index = 0; index < 500; index += 1) {
      const sha256 = index.toString(16).padStart(64, '0');
      const records = tasks.map((task) => ({ ...record(sha256, 0.5), task }));
      store.addScores({ ...file(sha256, index === 0 ? null : wanda), label: `v${index}` }, records, 'all');
    }
    store.close();
    const startMs = performance.now();
    const scores = board(home);
    expect(scores.entries).toHaveLength(10_000);
    for (let index = 0; index < 500; index += 1) scores.mainScoresOf(index.toString(16).padStart(64, '0'));
    expect(performance.now() - startMs).toBeLessThan(4000);
  });
});

describe('which questions were asked', () => {
  it.each([
    ['all', { limit: null, limitPerGroup: null, firstCount: null }],
    ['first 200', { limit: 200, limitPerGroup: null, firstCount: null }],
    ['first 5 per group', { limit: null, limitPerGroup: 5, firstCount: null }],
    ['first 5 per group, first 200', { limit: 200, limitPerGroup: 5, firstCount: null }],
    [stoppedSelection('first 200', 120), { limit: 200, limitPerGroup: null, firstCount: 120 }],
  ])('"%s" is read back', (text, selection) => {
    expect(parseSelection(text)).toEqual(selection);
  });

  it('is unknown in other words', () => {
    expect(parseSelection('random 200')).toBeUndefined();
    expect(parseSelection('')).toBeUndefined();
  });
});

describe('what may mislead', () => {
  const row = (sparsityRatio: number, value: number, width: number, changes: Partial<ScoreRow> = {}) =>
    ({
      seriesId: 'magnitude',
      seriesLabel: 'magnitude',
      recipe: `magnitude ${sparsityRatio * 100} %`,
      sparsityRatio,
      value,
      confidenceLow: value - width,
      confidenceHigh: value + width,
      itemCount: 1000,
      failedCount: 0,
      unit: 'ratio',
      higherIsBetter: true,
      chanceValue: null,
      ...changes,
    }) as ScoreRow;
  const notes = (rows: readonly ScoreRow[], leftOutCount = 0) =>
    misleadingNotes({
      rows,
      dense: undefined,
      compressionOf: ({ sparsityRatio }) => sparsityRatio,
      placeWords: ({ sparsityRatio }) => `${sparsityRatio * 100} %`,
      leftOutCount,
    });

  it('names a rise within the noise', () => {
    expect(notes([row(0.2, 0.648, 0.031), row(0.1, 0.6, 0.031)])).toEqual([
      'Magnitude: the value rises by 4.8 points from 10 % to 20 %. With 1,000 questions the two intervals overlap: read it as noise.',
    ]);
  });

  it('says nothing of a fall, names guessing, failures and runs left out', () => {
    expect(notes([row(0.1, 0.6, 0.03), row(0.2, 0.5, 0.03)])).toEqual([]);
    expect(notes([row(0.5, 0.26, 0.03, { chanceValue: 0.25 })])[0]).toBe('magnitude 50 %: same as guessing (25.0 %).');
    expect(notes([row(0.5, 0.2, 0.03, { failedCount: 30 })])[0]).toContain('The score is partial.');
    expect(notes([], 2)).toEqual(['Different prompts or questions: 2 runs left out.']);
  });
});
