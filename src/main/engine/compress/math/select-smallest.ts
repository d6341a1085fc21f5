// Finds the k smallest of many float magnitudes without sorting them, for the pruning methods.

export interface Selection {
  /** Bit pattern of the k-th smallest magnitude; 0 when k is 0. */
  readonly thresholdBits: number;
  /** How many of the values equal to the threshold belong to the k smallest; all smaller ones do. */
  readonly tiesTaken: number;
}

const MAGNITUDE_MASK = 0x7fffffff;
/** Bit patterns from here on are infinities and NaNs. */
export const INFINITY_BITS = 0x7f800000;

/** Digits of a 31-bit magnitude, highest first. Few wide digits pay for many values, many narrow ones for few. */
const WIDE_DIGITS = [16, 15] as const;
const NARROW_DIGITS = [8, 8, 8, 7] as const;
const WIDE_FROM_COUNT = 1 << 18;
const histogram = new Uint32Array(1 << 16);
/** The values that share the digits found so far, of short arrays. */
const candidates = new Uint32Array(WIDE_FROM_COUNT);

/**
 * `bits` are IEEE-754 single patterns, whose order without the sign is the order of their magnitudes; the sign is ignored.
 * Looks at bits[start .. start + count). Radix selection: one pass a digit. 0 <= k <= count; NaN sorts last.
 */
export function selectSmallest(bits: Uint32Array, start: number, count: number, k: number): Selection {
  if (k <= 0) return { thresholdBits: 0, tiesTaken: 0 };
  return count >= WIDE_FROM_COUNT ? selectAmongMany(bits, start, count, k) : selectAmongFew(bits, start, count, k);
}

function selectAmongMany(bits: Uint32Array, start: number, count: number, k: number): Selection {
  const [, lowWidth] = WIDE_DIGITS;
  const lowMask = (1 << lowWidth) - 1;
  const end = start + count;
  histogram.fill(0);
  for (let i = start; i < end; i++) histogram[(bits[i]! & MAGNITUDE_MASK) >>> lowWidth]! += 1;
  const high = findDigit(k);
  histogram.fill(0, 0, lowMask + 1);
  for (let i = start; i < end; i++) {
    const magnitude = bits[i]! & MAGNITUDE_MASK;
    if (magnitude >>> lowWidth === high.digit) histogram[magnitude & lowMask]! += 1;
  }
  const low = findDigit(high.rank);
  return { thresholdBits: high.digit * (lowMask + 1) + low.digit, tiesTaken: low.rank };
}

/** As above, but later digits look only at the values that are left. */
function selectAmongFew(bits: Uint32Array, start: number, count: number, k: number): Selection {
  let from: Uint32Array = bits;
  let [first, end] = [start, start + count];
  let [thresholdBits, rank, shift] = [0, k, 31];
  for (const width of NARROW_DIGITS) {
    shift -= width;
    const mask = (1 << width) - 1;
    histogram.fill(0, 0, mask + 1);
    for (let i = first; i < end; i++) histogram[((from[i]! & MAGNITUDE_MASK) >>> shift) & mask]! += 1;
    const found = findDigit(rank);
    let left = 0;
    for (let i = first; i < end; i++) {
      const value = from[i]!;
      // Written where it was read or before it, once the candidates are their own source.
      if ((((value & MAGNITUDE_MASK) >>> shift) & mask) === found.digit) candidates[left++] = value;
    }
    thresholdBits = thresholdBits * (mask + 1) + found.digit;
    rank = found.rank;
    [from, first, end] = [candidates, 0, left];
  }
  return { thresholdBits, tiesTaken: rank };
}

/** The digit of the value of this rank, counted from 1, and its rank among those of the same digit. */
function findDigit(rank: number): { digit: number; rank: number } {
  let digit = 0;
  let left = rank;
  while (left > histogram[digit]!) {
    left -= histogram[digit]!;
    digit += 1;
  }
  return { digit, rank: left };
}
