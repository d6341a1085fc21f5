// How far the outputs of changed matrices are from those of the matrix they replace, on the inputs that a Hessian stands for.
import type { DeviceMatrix } from '../../native/device-matrix.ts';
import type { LinearAlgebra } from '../../native/linear-algebra.ts';
import type { Shifts } from '../method.ts';

/** Rows are alike enough for a share of them to tell; all rows would cost more than the change itself. */
const MOST_ROWS = 64;

/**
 * tr((A - B) H (A - B)^T) over evenly spaced rows, for each B of `changed`; A and B are (rows, columns) row-major, H (columns, columns). For
 * comparing candidates of one matrix: the same rows are taken each time. Without a B: A itself, the energy of its outputs. With `shifts`
 * |A x + r - B z - s|^2 less |A (x - z) + r - s|^2, which no B changes; below 0 where B makes good a part of that.
 */
export function outputErrors(
  algebra: LinearAlgebra,
  original: Float32Array,
  changed: readonly (Float32Array | undefined)[],
  hessian: Float32Array,
  shifts?: Shifts,
): number[] {
  const columns = Math.sqrt(hessian.length);
  const taken = Math.min(original.length / columns, MOST_ROWS);
  const differences = algebra.matrix(taken * changed.length, columns);
  const originals = algebra.matrix(taken * changed.length, columns);
  const weights = algebra.matrix(columns, columns);
  try {
    fillDifferences(differences, original, changed, taken);
    weights.setDense(hessian);
    const sums = bilinearForms(algebra, differences, differences, weights);
    if (shifts?.inputs !== undefined) {
      fillDifferences(originals, original, new Array(changed.length).fill(undefined), taken);
      weights.setDense(shifts.inputs);
      const crossed = bilinearForms(algebra, differences, originals, weights);
      for (const [i, value] of crossed.entries()) sums[i]! += 2 * value;
    }
    if (shifts?.stream !== undefined) addStream(sums, differences, shifts.stream, taken, original.length / columns);
    return changed.map((_, b) => sums.subarray(b * taken, (b + 1) * taken).reduce((sum, value) => sum + value, 0));
  } finally {
    differences.free();
    originals.free();
    weights.free();
  }
}

export function outputError(
  algebra: LinearAlgebra,
  original: Float32Array,
  changed: Float32Array,
  hessian: Float32Array,
): number {
  return outputErrors(algebra, original, [changed], hessian)[0] ?? 0;
}

function fillDifferences(
  target: DeviceMatrix,
  original: Float32Array,
  changed: readonly (Float32Array | undefined)[],
  taken: number,
): void {
  const { columns, stride } = target;
  const rows = original.length / columns;
  const values = target.values();
  for (const [b, other] of changed.entries()) {
    for (let i = 0; i < taken; i++) {
      const from = Math.floor((i * rows) / taken) * columns;
      const to = (b * taken + i) * stride;
      if (other === undefined) values.set(original.subarray(from, from + columns), to);
      else for (let j = 0; j < columns; j++) values[to + j] = original[from + j]! - other[from + j]!;
    }
  }
  target.put(values);
}

/** Adds 2 e s to every row e's sum, s being the column of `stream` (columns, rows) that the row's output has. */
function addStream(
  sums: Float64Array,
  differences: DeviceMatrix,
  stream: Float32Array,
  taken: number,
  rows: number,
): void {
  const values = differences.values();
  const { columns, stride } = differences;
  for (let i = 0; i < differences.rows; i++) {
    const row = Math.floor(((i % taken) * rows) / taken);
    for (let j = 0; j < columns; j++) sums[i]! += 2 * values[i * stride + j]! * stream[j * rows + row]!;
  }
}

/** e H a^T of every row e of `left` and a of `right`. */
function bilinearForms(
  algebra: LinearAlgebra,
  left: DeviceMatrix,
  right: DeviceMatrix,
  weights: DeviceMatrix,
): Float64Array {
  return algebra.run((graph) => {
    const { paddedRows, paddedColumns, columns, stride } = left;
    const own = graph.contiguous(graph.view(right, 0, paddedRows, 0, paddedColumns));
    const product = graph.product(graph.view(weights, 0, paddedColumns, 0, paddedColumns), own);
    graph.compute(product);
    const weighted = graph.read(product, paddedRows * paddedColumns);
    const values = left.values();
    const sums = new Float64Array(left.rows);
    for (let i = 0; i < left.rows; i++) {
      let sum = 0;
      const from = i * stride;
      const to = i * paddedColumns;
      for (let j = 0; j < columns; j++) sum += values[from + j]! * weighted[to + j]!;
      sums[i] = sum;
    }
    return sums;
  });
}
