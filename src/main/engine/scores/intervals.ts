// 95 % intervals of scores: Wilson for proportions, normal for means, paired for two versions asked the same questions.

import type { Interval } from '../../../shared/comparison.ts';
import { WorkbenchError } from '../../../shared/errors.ts';

/** Two-sided 95 % quantile of the standard normal distribution. */
export const Z_95 = 1.959963984540054;

export interface MeanInterval extends Interval {
  readonly mean: number;
  readonly standardError: number;
}

/**
 * Wilson score interval of a proportion, 0..1. `successes` may be fractional (partial credit), 0 <= successes <= count.
 * Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927).
 */
export function wilsonInterval(successes: number, count: number, z: number = Z_95): Interval {
  if (!(count > 0) || !(successes >= 0) || successes > count) {
    throw new WorkbenchError('BAD_INPUT', `A proportion needs 0 <= successes <= count, got ${successes} of ${count}.`);
  }
  const share = successes / count;
  const zz = (z * z) / count;
  const centre = (share + zz / 2) / (1 + zz);
  const half = (z / (1 + zz)) * Math.sqrt((share * (1 - share)) / count + zz / (4 * count));
  return {
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: successes === count ? 1 : Math.min(1, centre + half),
  };
}

/** Normal interval of a mean from its samples, with the unbiased variance. One sample alone has no interval: zero width. */
export function meanInterval(samples: ArrayLike<number>, z: number = Z_95): MeanInterval {
  const count = samples.length;
  if (count === 0) throw new WorkbenchError('BAD_INPUT', 'A mean needs at least one sample.');
  let mean = 0;
  let squares = 0;
  for (let index = 0; index < count; index++) {
    const value = samples[index]!;
    const delta = value - mean;
    mean += delta / (index + 1);
    squares += delta * (value - mean);
  }
  const standardError = count > 1 ? Math.sqrt(squares / (count - 1) / count) : 0;
  return { mean, standardError, low: mean - z * standardError, high: mean + z * standardError };
}

/**
 * Interval of mean(a) - factor x mean(b), question by question. `a[i]` and `b[i]` are the scores of one question.
 * Much narrower than the difference of two independent intervals, because both versions know the same easy questions.
 */
export function pairedInterval(a: ArrayLike<number>, b: ArrayLike<number>, factor = 1, z: number = Z_95): MeanInterval {
  if (a.length !== b.length) {
    throw new WorkbenchError('BAD_INPUT', `Paired scores need the same questions: ${a.length} and ${b.length} given.`);
  }
  return meanInterval(
    Float64Array.from({ length: a.length }, (_, index) => a[index]! - factor * b[index]!),
    z,
  );
}

/**
 * Interval of the ratio of two geometric means, question by question: exp of the interval of mean(ln a - ln b).
 * A perplexity over windows of equal length is such a mean. All values must be above 0.
 */
export function pairedRatioInterval(a: ArrayLike<number>, b: ArrayLike<number>, z: number = Z_95): Interval {
  const { low, high } = pairedInterval(Array.from(a, Math.log), Array.from(b, Math.log), 1, z);
  return { low: Math.exp(low), high: Math.exp(high) };
}

/** Standard error that a symmetric reading of a 95 % interval implies. */
export function standardErrorOf(interval: Interval, z: number = Z_95): number {
  return (interval.high - interval.low) / (2 * z);
}

/** Interval of a - factor x b for two scores whose questions cannot be matched: their errors are taken as independent. */
export function unpairedInterval(
  a: Interval & { readonly value: number },
  b: Interval & { readonly value: number },
  factor = 1,
  z: number = Z_95,
): MeanInterval {
  const mean = a.value - factor * b.value;
  const standardError = Math.hypot(standardErrorOf(a, z), factor * standardErrorOf(b, z));
  return { mean, standardError, low: mean - z * standardError, high: mean + z * standardError };
}
