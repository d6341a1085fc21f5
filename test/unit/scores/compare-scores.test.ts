import { describe, expect, it } from 'vitest';
import { findChangedAnswers } from '../../../src/main/engine/scores/changed-answers.ts';
import { compareRecords, compareScores, pairSamples } from '../../../src/main/engine/scores/compare-scores.ts';
import type { ScoreRecord, Sweep } from '../../../src/shared/kick.ts';
import {
  accuracyRecord,
  DEMO_POINTS,
  type MadeTask,
  makeSamples,
  makeSweep,
  perplexityRecord,
} from './synthetic-sweep.ts';

const task = (itemCount: number): MadeTask => ({ id: 'factoid-qa', dense: 0.6, itemCount });

describe('compareScores', () => {
  it('gives one row per point and score, in order, with the file facts of its point', () => {
    const sweep = makeSweep(DEMO_POINTS);
    const rows = compareScores(sweep);
    expect(rows).toHaveLength(17 * 5);
    expect(rows.map((row) => row.recipe).slice(0, 6)).toEqual([...new Array(5).fill('dense'), 'Q8_0']);
    const mixed = rows.find((row) => row.recipe === 'Wanda 50 %, then Q4_K_M')!;
    expect(mixed).toMatchObject({
      method: 'wanda+quantize',
      type: 'Q4_K_M',
      bitsPerWeight: 5.02,
      sparsityRatio: 0.472,
    });
  });

  it('subtracts the dense score of the same task', () => {
    const rows = compareScores(makeSweep(DEMO_POINTS));
    for (const row of rows.filter((candidate) => !candidate.isDense)) {
      const dense = rows.find((candidate) => candidate.isDense && candidate.task === row.task)!;
      expect(row.difference!.value).toBeCloseTo(row.value - dense.value, 12);
      expect(row.difference!.low).toBeLessThan(row.difference!.value);
      expect(row.difference!.paired).toBe(false);
    }
    expect(rows.filter((row) => row.isDense).every((row) => row.difference === null && row.verdict === null)).toBe(
      true,
    );
  });

  it('compares nothing across protocols, data, versions, shots or seeds', () => {
    const sweep = makeSweep(DEMO_POINTS.slice(0, 1), { withPerplexity: false });
    const changes: Partial<ScoreRecord>[] = [
      { protocol: 'paper' },
      { dataSha256: 'other' },
      { taskVersion: 2 },
      { shots: 0 },
      { seed: 1 },
      { metric: 'f1' },
    ];
    for (const change of changes) {
      const [dense, point] = sweep.points;
      const changed: Sweep = {
        ...sweep,
        points: [dense!, { ...point!, scores: point!.scores.map((score) => ({ ...score, ...change })) }],
      };
      const rows = compareScores(changed).filter((row) => !row.isDense);
      expect(
        rows.every((row) => row.difference === null && row.verdict === null),
        JSON.stringify(change),
      ).toBe(true);
    }
  });

  it('never compares a version with the dense file of another model', () => {
    const points = [
      ...makeSweep([], { model: 'one' }).points,
      ...makeSweep(DEMO_POINTS.slice(0, 1), { model: 'two' }).points.slice(1),
    ];
    expect(
      compareScores({ sweepId: 'x', points })
        .filter((row) => !row.isDense)
        .every((row) => row.difference === null),
    ).toBe(true);
  });

  it('pairs by question where samples of both are at hand, for the main metric alone', () => {
    const sweep = makeSweep(DEMO_POINTS.slice(0, 1), { tasks: [task(100)], withPerplexity: false });
    const [dense, point] = sweep.points;
    const extra = { ...point!.scores[0]!, metric: 'f1' };
    const both = {
      ...sweep,
      points: [
        { ...dense!, scores: [...dense!.scores, { ...dense!.scores[0]!, metric: 'f1' }] },
        { ...point!, scores: [...point!.scores, extra] },
      ],
    };
    const denseScores = Array.from({ length: 100 }, (_, index) => (index < 60 ? 1 : 0));
    const rows = compareScores(both, {
      findSamples: (sha) =>
        makeSamples(
          sha === dense!.modelSha256 ? denseScores : denseScores.map((score, index) => (index < 3 ? 0 : score)),
        ),
    });
    const [main, other] = rows.filter((row) => !row.isDense);
    expect(main!.difference).toMatchObject({ paired: true });
    expect(main!.difference!.value).toBeCloseTo(-0.03, 12);
    expect(other!.difference!.paired).toBe(false);
  });
});

describe('verdicts', () => {
  const dense = accuracyRecord(task(1000), 'dense', 0.6);

  it.each([
    [0.6, 'matches'],
    [0.63, 'matches'],
    [0.58, 'unclear'],
    [0.5, 'loses'],
    [0.02, 'loses'],
  ] as const)('says that %f against 0.6 with 4,000 questions %s', (value, verdict) => {
    const wide = { id: 'factoid-qa', dense: 0.6, itemCount: 4000 };
    expect(compareRecords(accuracyRecord(wide, 'x', value), accuracyRecord(wide, 'd', 0.6)).verdict).toBe(verdict);
  });

  it('says unclear where few questions were asked, even when all answers agree', () => {
    const few = accuracyRecord(task(10), 'x', 1);
    const samples = makeSamples(new Array(10).fill(1));
    expect(compareRecords(few, few, samples, samples).verdict).toBe('unclear');
  });

  it('gives perplexity a difference and no verdict', () => {
    const { difference, verdict } = compareRecords(perplexityRecord('x', 15), perplexityRecord('d', 12));
    expect(difference.value).toBeCloseTo(3, 12);
    expect(verdict).toBeNull();
  });

  it('compares perplexities window by window, in ratios, and only where the windows explain the score', () => {
    const windows = [8, 10, 12.5, 16, 9];
    const geometricMean = (values: readonly number[]) =>
      Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
    const worse = windows.map((value, index) => value * (1.2 + 0.01 * index));
    const dense = perplexityRecord('d', geometricMean(windows));
    const record = perplexityRecord('x', geometricMean(worse));
    const { difference, verdict } = compareRecords(record, dense, makeSamples(worse), makeSamples(windows));
    expect(difference).toMatchObject({ paired: true, value: record.value - dense.value });
    expect(difference.low).toBeGreaterThan(0.2 * dense.value);
    expect(difference.high).toBeLessThan(0.24 * dense.value);
    expect(difference.low).toBeLessThan(difference.value);
    expect(verdict).toBeNull();
    const other = perplexityRecord('x', record.value * 1.1);
    expect(compareRecords(other, dense, makeSamples(worse), makeSamples(windows)).difference.paired).toBe(false);
  });

  it('settles by pairs what two intervals alone leave unclear', () => {
    const right = (index: number) => (index % 5 < 3 ? 1 : 0);
    const denseSamples = makeSamples(Array.from({ length: 1000 }, (_, index) => right(index)));
    const samples = makeSamples(Array.from({ length: 1000 }, (_, index) => (index < 5 ? 0 : right(index))));
    const record = accuracyRecord(task(1000), 'x', 0.597);
    expect(compareRecords(record, dense).verdict).toBe('unclear');
    expect(compareRecords(record, dense, samples, denseSamples).verdict).toBe('matches');
  });
});

describe('pairSamples', () => {
  it('leaves out questions that failed in one, are missing in one, or are not the same', () => {
    const dense = makeSamples([1, 1, null, 1, 0]);
    const samples = makeSamples([0, null, 1, 1]).map((sample) =>
      sample.index === 3 ? { ...sample, id: 'else' } : sample,
    );
    expect(pairSamples(samples, dense)).toEqual({ scores: [0], denseScores: [1] });
  });
});

describe('findChangedAnswers', () => {
  it('lists what was forgotten and gained, the biggest change first, then by question', () => {
    const dense = makeSamples([1, 1, 0, 0.5, 1, null]);
    const samples = makeSamples([0.5, 0, 1, 1, 1, 1]);
    const { forgotten, gained, comparedCount } = findChangedAnswers(samples, dense);
    expect(forgotten.map((answer) => answer.index)).toEqual([1, 0]);
    expect(gained.map((answer) => answer.index)).toEqual([2, 3]);
    expect(comparedCount).toBe(5);
    expect(forgotten[0]).toMatchObject({
      denseAnswer: 'right',
      answer: 'wrong',
      denseScore: 1,
      score: 0,
      expected: ['right'],
    });
  });
});
