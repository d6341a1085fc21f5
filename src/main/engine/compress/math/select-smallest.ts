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

/**
 * `bits` are IEEE-754 single patterns, whose order without the sign is the order of their magnitudes; the sign is ignored.
 * Looks at bits[start .. start + count). Radix selection: one pass a digit, no copy. 0 <= k <= count; NaN sorts last.
 */
export function selectSmallest(bits: Uint32Array, start: number, count: number, k: number): Selection {
  if (k <= 0) return { thresholdBits: 0, tiesTaken: 0 };
  const digits = count >= WIDE_FROM_COUNT ? WIDE_DIGITS : NARROW_DIGITS;
  let prefix = 0;
  let shift = 31;
  let remaining = k;
  for (const width of digits) {
    const prefixShift = shift;
    shift -= width;
    countDigits(bits, start, count, prefixShift, prefix, shift, (1 << width) - 1);
    let digit = 0;
    while (remaining > histogram[digit]!) {
      remaining -= histogram[digit]!;
      digit += 1;
    }
    prefix = prefix * (1 << width) + digit;
  }
  return { thresholdBits: prefix, tiesTaken: remaining };
}

/** Histogram of the digit at `shift` over the values whose higher digits equal `prefix`. */
function countDigits(
  bits: Uint32Array,
  start: number,
  count: number,
  prefixShift: number,
  prefix: number,
  shift: number,
  digitMask: number,
): void {
  histogram.fill(0, 0, digitMask + 1);
  const end = start + count;
  if (prefixShift === 31) {
    for (let i = start; i < end; i++) histogram[(bits[i]! & MAGNITUDE_MASK) >>> shift]! += 1;
    return;
  }
  for (let i = start; i < end; i++) {
    const magnitude = bits[i]! & MAGNITUDE_MASK;
    if (magnitude >>> prefixShift === prefix) histogram[(magnitude >>> shift) & digitMask]! += 1;
  }
}
