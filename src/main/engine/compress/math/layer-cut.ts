// The threshold below which scores go when all matrices of a layer are compared with each other, one matrix in memory at a time.
import type { MagnitudeCut } from '../method.ts';

const MAGNITUDE_MASK = 0x7fffffff;
const HIGH_SHIFT = 15;
const LOW_MASK = (1 << HIGH_SHIFT) - 1;

export interface NamedScores {
  readonly name: string;
  readonly scores: Float32Array;
}

export interface CutRequest {
  readonly zeroCount: number;
  /** Every score that equals the threshold goes, however many there are. */
  readonly withTies: boolean;
}

/**
 * By matrix: what goes of it so that the `zeroCount` smallest |scores| of all matrices together go; equal scores in the order of matrices and
 * indexes. Radix selection over the bit patterns: two passes over the matrices. Scores must be finite.
 */
export function findLayerCut(
  matrices: () => Iterable<NamedScores>,
  { zeroCount, withTies }: CutRequest,
): Map<string, MagnitudeCut> {
  const names: string[] = [];
  const high = new Float64Array(1 << (31 - HIGH_SHIFT));
  for (const { name, scores } of matrices()) {
    names.push(name);
    for (const bits of bitsOf(scores)) high[(bits & MAGNITUDE_MASK) >>> HIGH_SHIFT]! += 1;
  }
  if (zeroCount <= 0) return new Map(names.map((name) => [name, { thresholdBits: 0, ties: 0 }]));
  const first = findDigit(high, zeroCount);
  const lows = new Map<string, Uint32Array>();
  const all = new Float64Array(LOW_MASK + 1);
  for (const { name, scores } of matrices()) {
    const own = new Uint32Array(LOW_MASK + 1);
    for (const bits of bitsOf(scores)) {
      const magnitude = bits & MAGNITUDE_MASK;
      if (magnitude >>> HIGH_SHIFT === first.digit) own[magnitude & LOW_MASK]! += 1;
    }
    for (let digit = 0; digit < all.length; digit++) all[digit]! += own[digit]!;
    lows.set(name, own);
  }
  const last = findDigit(all, first.rank);
  let left = withTies ? Number.POSITIVE_INFINITY : last.rank;
  return new Map(
    names.map((name) => {
      const ties = Math.min(left, lows.get(name)![last.digit]!);
      left -= ties;
      return [name, { thresholdBits: first.digit * (LOW_MASK + 1) + last.digit, ties }];
    }),
  );
}

function bitsOf(scores: Float32Array): Uint32Array {
  return new Uint32Array(scores.buffer, scores.byteOffset, scores.length);
}

/** The digit of the value of this rank, counted from 1, and its rank among those of the same digit. */
function findDigit(histogram: Float64Array, rank: number): { digit: number; rank: number } {
  let digit = 0;
  let left = rank;
  while (left > histogram[digit]!) {
    left -= histogram[digit]!;
    digit += 1;
  }
  return { digit, rank: left };
}
