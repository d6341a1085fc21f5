// How far the outputs of changed matrices are from those of the matrix they replace, on the inputs that a Hessian stands for.
import type { DeviceMatrix } from '../../native/device-matrix.ts';
import type { LinearAlgebra } from '../../native/linear-algebra.ts';
import type { Shifts } from '../method.ts';

export interface OutputErrors {
  /** Of each changed matrix. */
  readonly errors: readonly number[];
  /** tr(A H A^T). */
  readonly energy: number;
}

/**
 * tr((A - B) H (A - B)^T) for each B of `changed`; A and B are (rows, columns) row-major, H (columns, columns). With `shifts`
 * |A x + r - B z - s|^2 less |A (x - z) + r - s|^2, which no B changes; below 0 where B makes good a part of that.
 */
export function outputErrors(
  algebra: LinearAlgebra,
  original: Float32Array,
  changed: readonly Float32Array[],
  hessian: Float32Array,
  shifts?: Shifts,
): OutputErrors {
  const columns = Math.sqrt(hessian.length);
  const rows = original.length / columns;
  const differences = algebra.matrix(rows * (changed.length + 1), columns);
  const weights = algebra.matrix(columns, columns);
  try {
    fillDifferences(differences, original, changed);
    weights.setDense(hessian);
    const sums = bilinearForms(algebra, differences, differences, weights);
    const energy = sumOf(sums, changed.length * rows, rows);
    if (shifts?.inputs !== undefined) addInputs(algebra, sums, differences, original, weights, shifts.inputs);
    if (shifts?.stream !== undefined) addStream(sums, differences, shifts.stream, rows);
    return { errors: changed.map((_, b) => sumOf(sums, b * rows, rows)), energy };
  } finally {
    differences.free();
    weights.free();
  }
}

const sumOf = (values: Float64Array, start: number, count: number): number =>
  values.subarray(start, start + count).reduce((sum, value) => sum + value, 0);

export function outputError(
  algebra: LinearAlgebra,
  original: Float32Array,
  changed: Float32Array,
  hessian: Float32Array,
): number {
  return outputErrors(algebra, original, [changed], hessian).errors[0] ?? 0;
}

/** One B after the other; A itself last. */
function fillDifferences(target: DeviceMatrix, original: Float32Array, changed: readonly Float32Array[]): void {
  const { columns, stride } = target;
  const values = target.values();
  let to = 0;
  for (const other of [...changed, undefined]) {
    for (let from = 0; from < original.length; from += columns, to += stride) {
      if (other === undefined) values.set(original.subarray(from, from + columns), to);
      else for (let j = 0; j < columns; j++) values[to + j] = original[from + j]! - other[from + j]!;
    }
  }
  target.put(values);
}

/** Adds 2 e C a^T to the sum of every row e, a being A's row and C the shift of the inputs. */
function addInputs(
  algebra: LinearAlgebra,
  sums: Float64Array,
  differences: DeviceMatrix,
  original: Float32Array,
  weights: DeviceMatrix,
  shift: Float32Array,
): void {
  const originals = algebra.matrix(original.length / differences.columns, differences.columns);
  try {
    originals.setDense(original);
    weights.setDense(shift);
    const crossed = bilinearForms(algebra, differences, originals, weights);
    for (const [i, value] of crossed.entries()) sums[i]! += 2 * value;
  } finally {
    originals.free();
  }
}

/** Adds 2 e s to every row e's sum, s being the column of `stream` (columns, rows) that the row's output has. */
function addStream(sums: Float64Array, differences: DeviceMatrix, stream: Float32Array, rows: number): void {
  const values = differences.values();
  const { columns, stride } = differences;
  for (let i = 0; i < differences.rows; i++) {
    const row = i % rows;
    for (let j = 0; j < columns; j++) sums[i]! += 2 * values[i * stride + j]! * stream[j * rows + row]!;
  }
}

/** e H a^T of every row e of `left` and a of `right`, whose rows are taken over and over. */
function bilinearForms(
  algebra: LinearAlgebra,
  left: DeviceMatrix,
  right: DeviceMatrix,
  weights: DeviceMatrix,
): Float64Array {
  return algebra.run((graph) => {
    const { columns, stride } = left;
    const { rows, paddedRows, paddedColumns } = right;
    const own = graph.contiguous(graph.view(right, 0, paddedRows, 0, paddedColumns));
    const product = graph.product(graph.view(weights, 0, paddedColumns, 0, paddedColumns), own);
    graph.compute(product);
    const weighted = graph.read(product, paddedRows * paddedColumns);
    const values = left.values();
    const sums = new Float64Array(left.rows);
    for (let i = 0; i < left.rows; i++) {
      let sum = 0;
      const from = i * stride;
      const to = (i % rows) * paddedColumns;
      for (let j = 0; j < columns; j++) sum += values[from + j]! * weighted[to + j]!;
      sums[i] = sum;
    }
    return sums;
  });
}
