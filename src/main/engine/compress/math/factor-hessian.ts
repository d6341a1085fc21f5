// H = R R^T with R upper triangular: the one factorization that error feedback needs (feedback-sweep.ts). GPTQ and SparseGPT take the
// upper Cholesky factor U of inv(H) instead; U = inv(R), of which only diagonal blocks are ever needed: a quarter of the work.
import type { DeviceMatrix } from '../../native/device-matrix.ts';
import type { LinearAlgebra } from '../../native/linear-algebra.ts';
import { factorBlock, invertUpper } from './factor-block.ts';

/** Columns factored at once: wide enough for the matmuls, narrow enough for plain code on the diagonal. A multiple of a vector. */
const BLOCK = 64;

/**
 * `matrix` is (n, n), symmetric. In place: afterwards R stands on and above the diagonal and R^T below it, so that rows of either are
 * contiguous. Padding of the matrix is treated as an identity of its own. Blocked from the last columns to the first, each block
 * by one matmul with all columns behind it: n^3/3 multiplications and additions each. Returns false when H is not positive definite; the
 * matrix is then half done. Source: any text on Cholesky; that feedback needs H alone: QuIP, arXiv 2307.13304, theorem 6.
 */
export function factorHessian(algebra: LinearAlgebra, matrix: DeviceMatrix): boolean {
  const size = matrix.paddedColumns;
  setIdentityPadding(matrix);
  const inverse = algebra.matrix(BLOCK, BLOCK);
  try {
    for (let end = size; end > 0; end -= BLOCK) {
      if (!factorPanel(algebra, matrix, inverse, Math.max(0, end - BLOCK), end)) return false;
    }
    return true;
  } finally {
    inverse.free();
  }
}

function setIdentityPadding(matrix: DeviceMatrix): void {
  const values = matrix.values();
  const { stride, columns, paddedColumns } = matrix;
  for (let i = columns; i < paddedColumns; i++) {
    for (let j = 0; j < paddedColumns; j++) {
      values[i * stride + j] = i === j ? 1 : 0;
      values[j * stride + i] = i === j ? 1 : 0;
    }
  }
  matrix.put(values);
}

/** Columns start..end, given that all columns from `end` on are done. */
function factorPanel(
  algebra: LinearAlgebra,
  matrix: DeviceMatrix,
  inverse: DeviceMatrix,
  start: number,
  end: number,
): boolean {
  const width = end - start;
  const behind = matrix.paddedColumns - end;
  return algebra.run((graph) => {
    // Transposed panel: (width, end), row j = what is left of H's row start + j.
    const rest = graph.view(matrix, start, width, 0, end);
    let panel = graph.contiguous(rest);
    if (behind > 0) {
      const own = graph.contiguous(graph.view(matrix, start, width, end, behind));
      panel = graph.subtract(rest, graph.product(graph.view(matrix, 0, end, end, behind), own));
    }
    const stored = graph.copyInto(rest, panel);
    graph.compute(stored);
    const diagonal = factorDiagonal(matrix, start, width);
    if (diagonal === undefined) return false;
    if (start > 0) solvePanel(algebra, matrix, inverse, diagonal, start, width);
    return true;
  });
}

/** Factors the block on the diagonal in place and mirrors it; returns R of the block, undefined when it is not positive definite. */
function factorDiagonal(matrix: DeviceMatrix, start: number, width: number): Float64Array | undefined {
  const values = matrix.values();
  const { stride } = matrix;
  const block = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) block[i * width + j] = values[(start + i) * stride + start + j]!;
  }
  if (!factorBlock(block, width)) return undefined;
  for (let i = 0; i < width; i++) {
    for (let j = i; j < width; j++) {
      const value = block[i * width + j]!;
      values[(start + i) * stride + start + j] = value;
      values[(start + j) * stride + start + i] = value;
    }
  }
  matrix.put(values);
  return block;
}

/** R[0..start, J] = P inv(R_JJ)^T, written above the diagonal and, transposed, below it. */
function solvePanel(
  algebra: LinearAlgebra,
  matrix: DeviceMatrix,
  inverse: DeviceMatrix,
  diagonal: Float64Array,
  start: number,
  width: number,
): void {
  const inverted = invertUpper(diagonal, width);
  const values = inverse.values();
  for (let i = 0; i < width; i++) {
    values.set(inverted.subarray(i * width, (i + 1) * width), i * inverse.stride);
  }
  inverse.put(values);
  algebra.run((graph) => {
    const below = graph.view(matrix, start, width, 0, start);
    const above = graph.view(matrix, 0, start, start, width);
    const small = graph.contiguous(graph.view(inverse, 0, width, 0, width));
    const panel = graph.transposed(below);
    graph.compute(
      graph.copyInto(below, graph.product(panel, small)),
      graph.copyInto(above, graph.product(small, panel)),
    );
  });
}
