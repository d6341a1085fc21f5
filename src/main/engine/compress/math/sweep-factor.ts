// Turns R of H = R R^T into what a sweep over blocks of columns reads: one matmul a block instead of a triangular solve.
import type { DeviceMatrix } from '../../native/device-matrix.ts';
import type { LinearAlgebra } from '../../native/linear-algebra.ts';
import { invertUpper } from './factor-block.ts';

/** Columns between two updates from all columns before; SparseGPT chooses its mask and GPTQ its scales over them. */
export const SWEEP_BLOCK = 128;

/**
 * In place, `factor` as factor-hessian.ts left it. Let b be a block of 128 columns and U = inv(R), so that U_bb = inv(R_bb). Afterwards
 * the rows of block b hold, left of the diagonal block, (R_ab U_bb)^T for all columns a before it: W_b + (W - Q)_a R_ab U_bb is what GPTQ's updates
 * by all columns a make of W_b. The diagonal block holds U_bb^T. What stands above is of no use any more.
 */
export function prepareSweep(algebra: LinearAlgebra, factor: DeviceMatrix): void {
  const size = factor.paddedColumns;
  const inverse = algebra.matrix(SWEEP_BLOCK, SWEEP_BLOCK);
  try {
    for (let start = 0; start < size; start += SWEEP_BLOCK) {
      const width = Math.min(SWEEP_BLOCK, size - start);
      invertDiagonal(factor, inverse, start, width);
      if (start > 0) foldInverse(algebra, factor, inverse, start, width);
    }
  } finally {
    inverse.free();
  }
}

/** Writes U_bb^T into the diagonal block and into the first `width` rows of `inverse`. */
function invertDiagonal(factor: DeviceMatrix, inverse: DeviceMatrix, start: number, width: number): void {
  const values = factor.values();
  const small = inverse.values();
  const block = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    const from = (start + i) * factor.stride + start;
    for (let j = i; j < width; j++) block[i * width + j] = values[from + j]!;
  }
  const upper = invertUpper(block, width);
  for (let i = 0; i < width; i++) {
    const to = (start + i) * factor.stride + start;
    for (let j = 0; j < width; j++) {
      const value = upper[j * width + i]!;
      values[to + j] = value;
      small[i * inverse.stride + j] = value;
    }
  }
  factor.put(values);
  inverse.put(small);
}

function foldInverse(
  algebra: LinearAlgebra,
  factor: DeviceMatrix,
  inverse: DeviceMatrix,
  start: number,
  width: number,
): void {
  algebra.run((graph) => {
    const small = graph.contiguous(graph.view(inverse, 0, width, 0, width));
    const above = graph.view(factor, 0, start, start, width);
    graph.compute(graph.copyInto(graph.view(factor, start, width, 0, start), graph.product(above, small)));
  });
}
