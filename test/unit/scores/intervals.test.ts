import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  meanInterval,
  pairedInterval,
  standardErrorOf,
  unpairedInterval,
  wilsonInterval,
  Z_95,
} from '../../../src/main/engine/scores/intervals.ts';

/** Wilson by its definition: the p at which the observed share lies z standard errors away, found by halving. */
function slowWilson(successes: number, count: number): { low: number; high: number } {
  const share = successes / count;
  const distance = (p: number) => Math.abs(share - p) - Z_95 * Math.sqrt((p * (1 - p)) / count);
  const halve = (inside: number, outside: number): number => {
    let [a, b] = [inside, outside];
    for (let step = 0; step < 200; step++) {
      const middle = (a + b) / 2;
      if (distance(middle) <= 0) a = middle;
      else b = middle;
    }
    return (a + b) / 2;
  };
  return { low: halve(share, 0), high: halve(share, 1) };
}

describe('wilsonInterval', () => {
  it('agrees with its definition solved numerically to 1e-9', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, share) => {
        const successes = Math.round(share * count);
        const fast = wilsonInterval(successes, count);
        const slow = slowWilson(successes, count);
        expect(fast.low).toBeCloseTo(slow.low, 9);
        expect(fast.high).toBeCloseTo(slow.high, 9);
      }),
      { numRuns: 300 },
    );
  });

  it('stays within 0 and 1 and holds the share', () => {
    for (const [successes, count] of [
      [0, 1],
      [1, 1],
      [0, 1000],
      [1000, 1000],
      [37.5, 100],
    ] as const) {
      const { low, high } = wilsonInterval(successes, count);
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(successes / count);
      expect(high).toBeGreaterThanOrEqual(successes / count);
    }
  });

  it('refuses impossible counts', () => {
    for (const [successes, count] of [
      [1, 0],
      [-1, 5],
      [6, 5],
      [Number.NaN, 5],
    ] as const) {
      expect(() => wilsonInterval(successes, count)).toThrowError(expect.objectContaining({ code: 'BAD_INPUT' }));
    }
  });
});

describe('meanInterval', () => {
  it('agrees with the textbook formula in two passes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 60 }),
        (samples) => {
          const mean = samples.reduce((sum, value) => sum + value, 0) / samples.length;
          const variance = samples.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (samples.length - 1);
          const interval = meanInterval(samples);
          expect(interval.mean).toBeCloseTo(mean, 8);
          expect(interval.high - interval.low).toBeCloseTo(2 * Z_95 * Math.sqrt(variance / samples.length), 8);
        },
      ),
    );
  });

  it('has zero width for one sample and refuses none', () => {
    expect(meanInterval([3])).toEqual({ mean: 3, standardError: 0, low: 3, high: 3 });
    expect(() => meanInterval([])).toThrowError(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});

describe('pairedInterval', () => {
  it('is the interval of the differences, question by question', () => {
    const paired = pairedInterval([1, 0, 1, 1], [1, 1, 0, 1], 0.95);
    const byHand = meanInterval([0.05, -0.95, 1, 0.05]);
    expect(paired.mean).toBeCloseTo(byHand.mean, 12);
    expect(paired.low).toBeCloseTo(byHand.low, 12);
  });

  it('is narrower than the unpaired one when both versions know the same questions', () => {
    const dense = Array.from({ length: 200 }, (_, index) => (index % 3 === 0 ? 0 : 1));
    const pruned = dense.map((score, index) => (index % 20 === 1 ? 0 : score));
    const interval = (scores: number[]) => {
      const { mean: value, low, high } = meanInterval(scores);
      return { value, low, high };
    };
    const paired = pairedInterval(pruned, dense);
    const unpaired = unpairedInterval(interval(pruned), interval(dense));
    expect(paired.mean).toBeCloseTo(unpaired.mean, 12);
    expect(paired.high - paired.low).toBeLessThan(0.6 * (unpaired.high - unpaired.low));
  });

  it('refuses different numbers of questions', () => {
    expect(() => pairedInterval([1], [1, 0])).toThrowError(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});

describe('unpairedInterval', () => {
  it('adds the errors in squares', () => {
    const result = unpairedInterval({ value: 0.5, low: 0.4, high: 0.6 }, { value: 0.6, low: 0.5, high: 0.7 }, 0.5);
    const one = standardErrorOf({ low: 0.4, high: 0.6 });
    expect(result.mean).toBeCloseTo(0.2, 12);
    expect(result.standardError).toBeCloseTo(Math.hypot(one, 0.5 * one), 12);
  });
});
