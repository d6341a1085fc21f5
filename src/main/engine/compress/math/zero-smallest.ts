// Writes zeros where a score is smallest: the three ways in which pruning methods choose (matrix, row, N of every M).
// Scores are magnitudes (their sign is ignored); equal scores are taken in the order of their index, so results are exact.
import type { MagnitudeCut } from '../method.ts';
import { selectSmallest } from './select-smallest.ts';

const MAGNITUDE_MASK = 0x7fffffff;

function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/**
 * Zeroes the `zeroCount` entries of weights[start .. start + count) with the smallest |scores| at the same places.
 * With `withTies` every further entry that equals the largest zeroed score goes too.
 */
export function zeroSmallest(
  weights: Float32Array,
  scores: Float32Array,
  start: number,
  count: number,
  zeroCount: number,
  withTies = false,
): void {
  if (zeroCount <= 0) return;
  const { thresholdBits, tiesTaken } = selectSmallest(bitsOf(scores), start, count, Math.min(zeroCount, count));
  const cut = { thresholdBits, ties: withTies ? count : tiesTaken };
  zeroBelow(weights, scores, cut, start, count);
}

/** Zeroes the entries of weights[start .. start + count) whose |scores| lie below the threshold, and the first `ties` that equal it. */
export function zeroBelow(
  weights: Float32Array,
  scores: Float32Array,
  { thresholdBits, ties: mostTies }: MagnitudeCut,
  start = 0,
  count = weights.length,
): void {
  const bits = bitsOf(scores);
  const target = bitsOf(weights);
  let ties = mostTies;
  const end = start + count;
  for (let i = start; i < end; i++) {
    const magnitude = bits[i]! & MAGNITUDE_MASK;
    // All ones where the magnitude reaches the threshold, else 0: a branch would be mispredicted half of the time.
    target[i]! &= (thresholdBits - 1 - magnitude) >> 31;
    if (magnitude === thresholdBits && ties > 0) {
      target[i] = 0;
      ties -= 1;
    }
  }
}

/** In each aligned group of `groupSize` entries zeroes the `zeroCount` with the smallest |scores|; groups must divide the length. */
export function zeroPattern(weights: Float32Array, scores: Float32Array, zeroCount: number, groupSize: number): void {
  const bits = bitsOf(scores);
  const group = new Uint32Array(groupSize);
  for (let start = 0; start < weights.length; start += groupSize) {
    for (let i = 0; i < groupSize; i++) group[i] = bits[start + i]! & MAGNITUDE_MASK;
    for (let n = 0; n < zeroCount; n++) {
      let smallest = 0;
      for (let i = 1; i < groupSize; i++) if (group[i]! < group[smallest]!) smallest = i;
      group[smallest] = 0xffffffff;
      weights[start + smallest] = 0;
    }
  }
}
