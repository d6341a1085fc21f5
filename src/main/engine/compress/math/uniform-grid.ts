// The evenly spaced grids of GPTQ and round to nearest: a scale and a zero point for every group of inputs of a row.
export interface GridOptions {
  readonly bits: number;
  /** Symmetric about zero; else from the least to the greatest weight. */
  readonly symmetric: boolean;
}

export interface Grid {
  readonly scale: number;
  /** Code of the value 0. */
  readonly zero: number;
  /** Highest code. */
  readonly most: number;
}

/**
 * The grid of values[start], values[start + step], ... (count of them). It always reaches 0; values that are all 0 get a grid from -1 to 1.
 * Source: Quantizer.find_params of https://github.com/IST-DASLab/gptq (without its search).
 */
export function findGrid(
  values: Float32Array,
  { start, step, count }: { readonly start: number; readonly step: number; readonly count: number },
  { bits, symmetric }: GridOptions,
): Grid {
  let least = 0;
  let greatest = 0;
  for (let i = 0, at = start; i < count; i++, at += step) {
    const value = values[at]!;
    if (value < least) least = value;
    else if (value > greatest) greatest = value;
  }
  if (symmetric) {
    greatest = Math.max(-least, greatest);
    if (least < 0) least = -greatest;
  }
  if (least === 0 && greatest === 0) {
    least = -1;
    greatest = 1;
  }
  const most = 2 ** bits - 1;
  const scale = (greatest - least) / most;
  const zero = symmetric ? (most + 1) / 2 : roundHalfEven(-least / scale);
  return { scale, zero, most };
}

/** The grid's value nearest to `value`. */
export function roundToGrid(value: number, { scale, zero, most }: Grid): number {
  return scale * (Math.min(most, Math.max(0, roundHalfEven(value / scale) + zero)) - zero);
}

/** As torch rounds. */
function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
