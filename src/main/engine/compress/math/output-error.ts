// How far the outputs of a changed matrix are from those of the matrix it replaces, on the inputs that a Hessian stands for.
import type { LinearAlgebra } from '../../native/linear-algebra.ts';

/** Rows are alike enough for a share of them to tell; all rows would cost more than the change itself. */
const MOST_ROWS = 128;

/**
 * tr((A - B) H (A - B)^T) over evenly spaced rows; A and B are (rows, columns) row-major, H (columns, columns). For comparing two candidates
 * of one matrix: the same rows are taken each time.
 */
export function outputError(
  algebra: LinearAlgebra,
  original: Float32Array,
  changed: Float32Array,
  hessian: Float32Array,
): number {
  const columns = Math.sqrt(hessian.length);
  const rows = original.length / columns;
  const taken = Math.min(rows, MOST_ROWS);
  const difference = algebra.matrix(taken, columns);
  const weights = algebra.matrix(columns, columns);
  try {
    const values = difference.values();
    for (let i = 0; i < taken; i++) {
      const from = Math.floor((i * rows) / taken) * columns;
      for (let j = 0; j < columns; j++) values[i * difference.stride + j] = original[from + j]! - changed[from + j]!;
    }
    difference.put(values);
    weights.setDense(hessian);
    return algebra.run((graph) => {
      const { paddedRows, paddedColumns } = difference;
      const rowsOf = graph.contiguous(graph.view(difference, 0, paddedRows, 0, paddedColumns));
      const product = graph.product(graph.view(weights, 0, paddedColumns, 0, paddedColumns), rowsOf);
      graph.compute(product);
      const weighted = graph.read(product, paddedRows * paddedColumns);
      let sum = 0;
      for (let i = 0; i < taken; i++) {
        for (let j = 0; j < columns; j++) sum += values[i * difference.stride + j]! * weighted[i * paddedColumns + j]!;
      }
      return sum;
    });
  } finally {
    difference.free();
    weights.free();
  }
}
