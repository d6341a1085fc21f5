// AWQ's scales: inputs that are strong get larger weights and smaller activations, so that rounding costs their weights less.
import type { LinearAlgebra } from '../../native/linear-algebra.ts';
import type { SweepMatrix } from './feedback-sweep.ts';
import { outputError } from './output-error.ts';
import { spreadRows, takeRows } from './row-sample.ts';
import { findGrid, type GridOptions, roundToGrid } from './uniform-grid.ts';

/** Exponents 0, 1/20, ... 1 are tried, as the paper does. */
const STEPS = 20;
const LEAST_STRENGTH = 1e-4;

export interface ScaleSearch extends GridOptions {
  /** Inputs of a row that share a grid. */
  readonly groupSize: number;
}

/**
 * `matrices` read the same inputs, whose Hessian is (columns, columns); `strengths` (columns) are the inputs' root mean squares. Scales s =
 * strength^a / sqrt(max min), for the exponent a at which round to nearest of W diag(s), taken back by 1 / s, leaves the least output error over
 * all matrices. All 1 when no exponent above 0 helps. Source: AWQ, arXiv 2306.00978.
 */
export function searchScales(
  algebra: LinearAlgebra,
  matrices: readonly SweepMatrix[],
  strengths: Float32Array,
  hessian: Float32Array,
  search: ScaleSearch,
): Float32Array {
  let best: Float32Array = new Float32Array(strengths.length).fill(1);
  let leastError = Number.POSITIVE_INFINITY;
  for (let step = 0; step < STEPS; step++) {
    const scales = scalesOf(strengths, step / STEPS);
    const error = matrices.reduce((sum, matrix) => {
      const sample = sampleRows(matrix);
      return sum + outputError(algebra, sample.weights, roundScaled(sample, scales, search), hessian);
    }, 0);
    if (error >= leastError) continue;
    leastError = error;
    best = scales;
  }
  return best;
}

function scalesOf(strengths: Float32Array, exponent: number): Float32Array {
  const scales = strengths.map((strength) => Math.max(strength, LEAST_STRENGTH) ** exponent);
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const scale of scales) {
    least = Math.min(least, scale);
    most = Math.max(most, scale);
  }
  const middle = Math.sqrt(least * most);
  return scales.map((scale) => scale / middle);
}

/** A share of the rows tells the exponents apart as well as all of them. */
const MOST_ROWS = 64;

function sampleRows({ rows, columns, weights }: SweepMatrix): SweepMatrix {
  const sampled = spreadRows(rows, MOST_ROWS);
  return { rows: sampled.length, columns, weights: takeRows(weights, columns, sampled) };
}

function roundScaled({ rows, columns, weights }: SweepMatrix, scales: Float32Array, search: ScaleSearch): Float32Array {
  const scaled = weights.map((weight, i) => weight * scales[i % columns]!);
  const group = Math.min(search.groupSize, columns);
  for (let row = 0; row < rows; row++) {
    for (let from = 0; from < columns; from += group) {
      const start = row * columns + from;
      const count = Math.min(group, columns - from);
      const grid = findGrid(scaled, { start, step: 1, count }, search);
      for (let i = start; i < start + count; i++) scaled[i] = roundToGrid(scaled[i]!, grid) / scales[i % columns]!;
    }
  }
  return scaled;
}
