import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listScores } from '../../../src/main/engine/scores/list-scores.ts';
import { MIGRATIONS, SCHEMA_VERSION } from '../../../src/main/engine/scores/score-schema.ts';
import { type ScoredFile, ScoreStore } from '../../../src/main/engine/scores/score-store.ts';
import type { ScoreRecord, SweepPoint } from '../../../src/shared/kick.ts';
import { accuracyRecord, DEMO_POINTS, FOUR_TASKS, makeSweep } from './synthetic-sweep.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whittle-store-'));
  path = join(folder, 'scores.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function fileOf({
  label,
  model,
  modelSha256,
  recipe,
  method,
  sizeBytes,
  bitsPerWeight,
  sparsityRatio,
}: SweepPoint): ScoredFile {
  const type = recipe === null ? 'F16' : 'Q4_K_M';
  return {
    sha256: modelSha256,
    label,
    model,
    recipe,
    method,
    sizeBytes,
    bitsPerWeight,
    sparsityRatio,
    type,
    path: null,
  };
}

const SWEEP = makeSweep(DEMO_POINTS);
const FILE = fileOf(SWEEP.points[1]!);
const RECORD: ScoreRecord = {
  ...accuracyRecord(FOUR_TASKS[1]!, FILE.sha256, 0.7),
  groups: [{ name: 'history', value: 0.5, itemCount: 20 }],
};

function withStore<Result>(use: (store: ScoreStore) => Result): Result {
  const store = ScoreStore.open(path);
  try {
    return use(store);
  } finally {
    store.close();
  }
}

describe('ScoreStore', () => {
  it('gives back what was stored, after it was closed and opened again', () => {
    withStore((store) => store.addScores(FILE, [RECORD], 'all'));
    expect(withStore((store) => store.findScores())).toEqual([
      { file: FILE, itemSelection: 'all', record: RECORD, peakMemoryBytes: null },
    ]);
  });

  it('keeps a record without shots and chance level as it was', () => {
    const { shots: _shots, chanceValue: _chance, groups: _groups, ...bare } = RECORD;
    withStore((store) => store.addScores(FILE, [bare], 'all'));
    expect(withStore((store) => store.findScores())[0]!.record).toEqual(bare);
  });

  it('keeps the memory of the newest run of each task and number of examples, before or after its scores', () => {
    const { task, shots } = RECORD;
    const memory = { modelSha256: FILE.sha256, task, shots, peakMemoryBytes: 5e8 };
    const { shots: _, ...bare } = { ...RECORD, task: 'perplexity' };
    withStore((store) => {
      store.keepMemory(memory);
      store.addScores(FILE, [RECORD, bare, { ...RECORD, shots: 99 }], 'all');
      store.keepMemory({ ...memory, shots: undefined, task: 'perplexity', peakMemoryBytes: 7e8 });
      store.keepMemory({ ...memory, peakMemoryBytes: 6e8 });
    });
    const found = withStore((store) => store.findScores());
    expect(found.map(({ record, peakMemoryBytes }) => [record.task, record.shots, peakMemoryBytes])).toEqual([
      [task, shots, 6e8],
      [task, 99, null],
      ['perplexity', undefined, 7e8],
    ]);
  });

  it('counts a repeated run once and keeps its newest score', () => {
    withStore((store) => {
      store.addScores(FILE, [RECORD], 'all');
      store.addScores(FILE, [{ ...RECORD, value: 0.9 }], 'all');
      const found = store.findScores();
      expect(found).toHaveLength(1);
      expect(found[0]!.record.value).toBe(0.9);
    });
  });

  it('tells runs apart by everything that makes a score another one', () => {
    const others: Partial<ScoreRecord>[] = [
      { task: 'closed-book-qa' },
      { taskVersion: 2 },
      { protocol: 'paper' },
      { metric: 'f1' },
      { dataSha256: 'other' },
      { shots: 0 },
      { seed: 7 },
    ];
    withStore((store) => {
      store.addScores(FILE, [RECORD], 'all');
      for (const change of others) store.addScores(FILE, [{ ...RECORD, ...change }], 'all');
      store.addScores(FILE, [RECORD], 'first 20');
      store.addScores({ ...FILE, sha256: 'another file' }, [RECORD], 'all');
      expect(store.findScores()).toHaveLength(others.length + 3);
    });
  });

  it('stores all scores of a call or none', () => {
    withStore((store) => {
      expect(() => store.addScores(FILE, [RECORD, { ...RECORD, metric: 'f1', value: Number.NaN }], 'all')).toThrow();
      expect(store.findScores()).toEqual([]);
    });
  });

  it('finds by model, version, hash and task', () => {
    withStore((store) => {
      for (const point of SWEEP.points) store.addScores(fileOf(point), point.scores, 'all');
      expect(store.findScores({ model: 'demo' })).toHaveLength(17 * 5);
      expect(store.findScores({ model: 'Q4_K_M' })).toHaveLength(5);
      expect(store.findScores({ model: FILE.sha256, task: 'perplexity' })).toHaveLength(1);
      expect(store.findScores({ model: "x' OR 1=1 --" })).toEqual([]);
      expect(store.findScores()[0]!.file.label).toBe('dense');
    });
  });

  it('lets two processes read and write one file', () => {
    withStore((one) =>
      withStore((two) => {
        one.addScores(FILE, [RECORD], 'all');
        two.addScores(FILE, [{ ...RECORD, seed: 1 }], 'all');
        expect(one.findScores()).toHaveLength(2);
      }),
    );
  });
});

describe('schema versions', () => {
  it('brings a file of the first version up to date and loses nothing', () => {
    const old = new DatabaseSync(path);
    old.exec(`${MIGRATIONS[0]!} PRAGMA user_version = 1;`);
    old.exec(`INSERT INTO files VALUES ('abc', 'demo', 'Q8_0', NULL, 'quantize', 'Q8_0', NULL, 10, 8.5, 0.1)`);
    old.exec(`INSERT INTO scores VALUES
      ('abc', 'factoid-qa', 1, 'standard', 'accuracy', 'd', 'all', 5, 0, 0, 0.5, 'ratio', 1, 10, 10, 0, 0.2, 0.8, 5, '0.1.0', 'v0.5.0')`);
    old.close();
    const found = withStore((store) => {
      store.addScores(FILE, [RECORD], 'all');
      return store.findScores({ model: 'abc' });
    });
    expect(found).toHaveLength(1);
    expect(found[0]!.record).toMatchObject({ value: 0.5, shots: 5, itemCount: 10 });
    const migrated = new DatabaseSync(path);
    expect(migrated.prepare('PRAGMA user_version').get()).toEqual({ user_version: SCHEMA_VERSION });
    migrated.close();
  });

  it('refuses a file of a newer version and leaves it as it is', () => {
    const newer = new DatabaseSync(path);
    newer.exec('CREATE TABLE future (x); PRAGMA user_version = 99;');
    newer.close();
    expect(() => ScoreStore.open(path)).toThrowError(
      expect.objectContaining({ code: 'BAD_DATA', details: { path, found: 99, known: SCHEMA_VERSION } }),
    );
    const after = new DatabaseSync(path);
    expect(after.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'future' }]);
    after.close();
  });

  it('refuses a file that is no database', () => {
    writeFileSync(
      path,
      'this is not a database, but text that is long enough to have a header of its own. '.repeat(20),
    );
    expect(() => ScoreStore.open(path)).toThrowError(expect.objectContaining({ code: 'BAD_DATA' }));
  });
});

describe('listScores', () => {
  it('keeps differences and verdicts when only one version is asked for', () => {
    withStore((store) => {
      for (const point of SWEEP.points) store.addScores(fileOf(point), point.scores, 'all');
      const rows = listScores(store, { model: 'Q2_K', task: 'factoid-qa' });
      expect(rows).toHaveLength(1);
      expect(rows[0]).toMatchObject({ recipe: 'Q2_K', type: 'Q4_K_M', verdict: 'loses' });
      expect(listScores(store, { model: 'dense' }).map((row) => row.type)).toEqual(new Array(5).fill('F16'));
    });
  });

  it('compares only scores of the same selection of questions', () => {
    withStore((store) => {
      const [dense, point] = SWEEP.points;
      store.addScores(fileOf(dense!), dense!.scores, 'all');
      store.addScores(fileOf(point!), point!.scores, 'first 20');
      expect(listScores(store).every((row) => row.difference === null)).toBe(true);
    });
  });
});
