// Coordinate descent over the codes of a codebook after a sweep: each unit of eight columns takes the code that is best given all other
// columns as they are now. As refine-columns.ts, for types whose weights share codes.
import { UNIT } from '../../native/codebook-codec.ts';
import type { DeviceMatrix } from '../../native/device-matrix.ts';
import type { AlgebraGraph, LinearAlgebra } from '../../native/linear-algebra.ts';
import { factorBlock, invertUpper } from './factor-block.ts';
import type { SweepMatrix } from './feedback-sweep.ts';

/** Columns whose gradients come from one matmul; inside, each unit corrects those after it. A multiple of a unit and of a vector. */
const STEP = 32;

export interface UnitCodes {
  /**
   * Replaces the codes of unit `unit` (columns 8 unit to 8 unit + 7) in every row where another is nearer to `wanted` (rows, UNIT) under `metric`
   * (UNIT, UNIT), and writes the new values into `present` (rows, UNIT).
   */
  improveUnit(unit: number, metric: Float64Array, wanted: Float64Array, present: Float64Array): void;
}

/**
 * `hessian` (columns, columns) is symmetric and positive definite; `changed` is Q (rows, columns), changed in place so that
 * tr((W - Q) H (W - Q)^T) falls or stays, unit after unit, once.
 */
export function refineUnits(
  algebra: LinearAlgebra,
  hessian: DeviceMatrix,
  { rows, columns, weights }: SweepMatrix,
  changed: Float32Array,
  codes: UnitCodes,
): void {
  const differences = algebra.matrix(rows, columns);
  try {
    const values = differences.values();
    for (let row = 0; row < rows; row++) {
      const from = row * columns;
      for (let j = 0; j < columns; j++) values[row * differences.stride + j] = weights[from + j]! - changed[from + j]!;
    }
    differences.put(values);
    for (let start = 0; start < columns; start += STEP) {
      const width = Math.min(STEP, columns - start);
      algebra.run((graph) => refineStep(graph, hessian, differences, changed, codes, start, width));
    }
  } finally {
    differences.free();
  }
}

function refineStep(
  graph: AlgebraGraph,
  hessian: DeviceMatrix,
  differences: DeviceMatrix,
  changed: Float32Array,
  codes: UnitCodes,
  start: number,
  width: number,
): void {
  const { rows, columns, stride, paddedRows, paddedColumns } = differences;
  const own = graph.contiguous(graph.view(hessian, start, width, 0, paddedColumns));
  const product = graph.product(graph.view(differences, 0, paddedRows, 0, paddedColumns), own);
  graph.compute(product);
  // ((W - Q) H)^T of the step's columns: (width, padded rows).
  const gradients = graph.read(product, width * paddedRows);
  const h = hessian.values();
  const d = differences.values();
  const wanted = new Float64Array(rows * UNIT);
  const present = new Float64Array(rows * UNIT);
  for (let k = 0; k < width; k += UNIT) {
    const column = start + k;
    const metric = blockOf(h, hessian.stride, column);
    const inverse = invertMetric(metric);
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < UNIT; j++) {
        let step = 0;
        for (let m = 0; m < UNIT; m++) step += gradients[(k + m) * paddedRows + r]! * inverse[m * UNIT + j]!;
        const value = changed[r * columns + column + j]!;
        present[r * UNIT + j] = value;
        wanted[r * UNIT + j] = value + step;
      }
    }
    codes.improveUnit(column / UNIT, metric, wanted, present);
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < UNIT; j++) {
        const at = r * columns + column + j;
        const moved = present[r * UNIT + j]! - changed[at]!;
        if (moved === 0) continue;
        changed[at] = present[r * UNIT + j]!;
        d[r * stride + column + j]! -= moved;
        const weights = (column + j) * hessian.stride + start;
        for (let m = k + UNIT; m < width; m++) gradients[m * paddedRows + r]! -= moved * h[weights + m]!;
      }
    }
  }
  differences.put(d);
}

function blockOf(values: Float32Array, stride: number, first: number): Float64Array {
  return Float64Array.from({ length: UNIT * UNIT }, (_, at) => {
    return values[(first + Math.floor(at / UNIT)) * stride + first + (at % UNIT)]!;
  });
}

/** M = R R^T, inv(M) = inv(R)^T inv(R). */
function invertMetric(metric: Float64Array): Float64Array {
  const root = metric.slice();
  factorBlock(root, UNIT);
  const upper = invertUpper(root, UNIT);
  return Float64Array.from({ length: UNIT * UNIT }, (_, at) => {
    const [i, j] = [Math.floor(at / UNIT), at % UNIT];
    let sum = 0;
    for (let m = 0; m <= Math.min(i, j); m++) sum += upper[m * UNIT + i]! * upper[m * UNIT + j]!;
    return sum;
  });
}
