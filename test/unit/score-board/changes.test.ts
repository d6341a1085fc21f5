import { describe, expect, it } from 'vitest';
import { categoriesOf, changeOf, summarizeChanges } from '../../../src/main/engine/score-board/changes.ts';
import { bestWithin, scoreFront } from '../../../src/main/engine/score-board/score-front.ts';
import type { SampleResult } from '../../../src/shared/kick.ts';
import type { ScoreRow } from '../../../src/shared/session/score-calls.ts';

const sample = (index: number, score: number | null, group?: string): SampleResult => ({
  index,
  id: `q${index}`,
  group,
  prompt: `question ${index}`,
  answer: 'a',
  expected: ['b'],
  score,
  outcome: score === null ? 'failed' : 'answered',
});

describe('what became of a question', () => {
  it.each([
    [1, 0, 'forgotten'],
    [0, 1, 'gained'],
    [1, 1, 'kept'],
    [0, 0, 'never-knew'],
    [null, 1, 'failed'],
    [1, null, 'failed'],
    [0.8, 0.3, 'forgotten'],
  ] as const)('dense %s, version %s: %s', (dense, version, change) => {
    expect(changeOf(sample(0, version), sample(0, dense))).toBe(change);
  });

  it('is unknown without the dense answer to the very same question', () => {
    expect(changeOf(sample(0, 1), undefined)).toBeNull();
    expect(changeOf(sample(0, 1), { ...sample(0, 1), id: 'another' })).toBeNull();
  });
});

describe('all changes together', () => {
  const dense = [1, 1, 1, 0, 0, 1, null].map((score, index) => sample(index, score, index < 3 ? 'law' : 'art'));
  const version = [0, 0, 1, 1, 0, null, 1].map((score, index) => sample(index, score, index < 3 ? 'law' : 'art'));
  const other = [0, 1, 1, 1, 0, 1, 1].map((score, index) => sample(index, score));
  const changes = summarizeChanges({ samples: version, denseSamples: dense, others: [other], limit: 1 });

  it('leave out of both what failed in one', () => {
    const { forgottenCount, gainedCount, keptCount, neverKnewCount, leftOutCount } = changes;
    expect({ forgottenCount, gainedCount, keptCount, neverKnewCount, leftOutCount }).toEqual({
      forgottenCount: 2,
      gainedCount: 1,
      keptCount: 1,
      neverKnewCount: 1,
      leftOutCount: 2,
    });
    // (0 + 0 + 1 + 1 + 0) / 5 - (1 + 1 + 1 + 0 + 0) / 5
    expect(changes.pairedDifference?.value).toBeCloseTo(-0.2, 12);
  });

  it('leave out of all what failed in a version looked at beside them', () => {
    const failing = [0, null, 1, 1, 0, 1, 1].map((score, index) => sample(index, score));
    const together = summarizeChanges({ samples: version, denseSamples: dense, others: [other, failing], limit: 9 });
    expect(together).toMatchObject({
      forgottenCount: 1,
      gainedCount: 1,
      keptCount: 1,
      neverKnewCount: 1,
      leftOutCount: 3,
    });
    expect(together.forgotten.map(({ id }) => id)).toEqual(['q0']);
    // (0 + 1 + 1 + 0) / 4 - (1 + 1 + 0 + 0) / 4
    expect(together.pairedDifference?.value).toBeCloseTo(0, 12);
  });

  it('list both answers, the asked number of them', () => {
    expect(changes.forgotten).toHaveLength(1);
    expect(changes.forgotten[0]).toMatchObject({ id: 'q0', denseAnswer: 'a', answer: 'a', denseScore: 1, score: 0 });
  });

  it('are told by group, and shared by all versions', () => {
    expect(changes.byGroup).toEqual([
      { group: 'law', forgotten: 2, gained: 0, itemCount: 3 },
      { group: 'art', forgotten: 0, gained: 1, itemCount: 2 },
    ]);
    expect(changes.forgottenByAll).toEqual([0]);
  });

  it('give no verdict to a group of few questions', () => {
    expect(categoriesOf(version, dense).map(({ group, verdict, itemCount }) => [group, verdict, itemCount])).toEqual([
      ['law', 'unclear', 3],
      ['art', 'unclear', 2],
    ]);
  });
});

describe('score per size', () => {
  const row = (recipe: string, sizeBytes: number, value: number, higherIsBetter = true) =>
    ({ recipe, sizeBytes, value, higherIsBetter }) as ScoreRow;

  it('marks what another version beats in both', () => {
    const front = scoreFront([
      row('dense', 16, 0.8),
      row('pruned', 16, 0.5),
      row('q4', 5, 0.78),
      row('q3', 6, 0.6),
      row('q2', 3, 0.4),
    ]);
    expect(front.map(({ row: { recipe }, isDominated }) => [recipe, isDominated])).toEqual([
      ['q2', false],
      ['q4', false],
      ['q3', true],
      ['dense', false],
      ['pruned', true],
    ]);
  });

  it('keeps both of two equals, and turns round where less is better', () => {
    expect(scoreFront([row('a', 5, 0.5), row('b', 5, 0.5)]).map(({ isDominated }) => isDominated)).toEqual([
      false,
      false,
    ]);
    const perplexity = scoreFront([row('a', 5, 6, false), row('b', 6, 7, false)]);
    expect(perplexity.map(({ isDominated }) => isDominated)).toEqual([false, true]);
  });

  it('names the best within a limit', () => {
    const rows = [row('q4', 4.5e9, 0.7), row('q8', 8e9, 0.8), row('q2', 2e9, 0.3)];
    expect(bestWithin(rows, 5e9)?.text).toBe('Best under 5.00 GB: q4.');
    expect(bestWithin(rows, 1e9)).toBeNull();
  });
});
