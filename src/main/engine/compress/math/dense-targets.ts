// Weights whose outputs behind compressed layers come nearer to the dense model's: what error feedback aims at with asymmetric statistics.
import { type DeviceMatrix, VECTOR_FLOATS } from '../../native/device-matrix.ts';
import type { LinearAlgebra } from '../../native/linear-algebra.ts';
import type { Shifts } from '../method.ts';
import type { SweepMatrix } from './feedback-sweep.ts';
import { type SweepSetup, storageOrder, sweepOrder } from './hessian-factors.ts';
import { SWEEP_BLOCK } from './sweep-factor.ts';

/**
 * W + correction * (W E[(x - z) z^T] + E[(r - s) z^T]) inv(H): with a correction of 1 the least-squares answer to |W x + r - V z - s|^2, damped
 * as the factor of H is; less of it keeps nearer to W, of which text that was never read says the same. W is (rows, columns) row-major.
 * Source: GPTAQ, arXiv 2504.02692, for the inputs; the stream that a matrix adds to is made good in the same way.
 */
export function denseTargets(
  { algebra, damped }: SweepSetup,
  matrix: SweepMatrix,
  shifts: Shifts,
  correction: number,
): Float32Array {
  const { rows, columns, weights } = matrix;
  const moves = algebra.matrix(rows, columns);
  try {
    moves.setDense(sweepOrder(wantedMoves(algebra, matrix, shifts), rows, damped.order));
    solveFactored(algebra, damped.factor, moves);
    const solved = storageOrder(moves.toDense(), rows, damped.order);
    for (let i = 0; i < solved.length; i++) solved[i] = weights[i]! + correction * solved[i]!;
    return solved;
  } finally {
    moves.free();
  }
}

/** W inputs^T + stream^T: (rows, columns). */
function wantedMoves(algebra: LinearAlgebra, matrix: SweepMatrix, { inputs, stream }: Shifts): Float32Array {
  const { rows, columns, weights } = matrix;
  const moves = inputs === undefined ? new Float32Array(weights.length) : shifted(algebra, matrix, inputs);
  if (stream === undefined) return moves;
  // Tile by tile: one side is read, the other written along its rows.
  for (let row = 0; row < rows; row += VECTOR_FLOATS) {
    const rowEnd = Math.min(rows, row + VECTOR_FLOATS);
    for (let j = 0; j < columns; j++) {
      for (let r = row; r < rowEnd; r++) moves[r * columns + j]! += stream[j * rows + r]!;
    }
  }
  return moves;
}

/** W shift^T. */
function shifted(algebra: LinearAlgebra, { rows, columns, weights }: SweepMatrix, shift: Float32Array): Float32Array {
  const own = algebra.matrix(rows, columns);
  const other = algebra.matrix(columns, columns);
  try {
    own.setDense(weights);
    other.setDense(shift);
    algebra.run((graph) => {
      const { paddedRows, paddedColumns } = own;
      const values = graph.contiguous(graph.view(own, 0, paddedRows, 0, paddedColumns));
      const product = graph.product(graph.view(other, 0, paddedColumns, 0, paddedColumns), values);
      graph.compute(graph.copyInto(graph.view(own, 0, paddedRows, 0, paddedColumns), product));
    });
    return own.toDense();
  } finally {
    own.free();
    other.free();
  }
}

/** In place: B becomes B inv(H). `factor` is of H, as sweep-factor.ts leaves it; H = R R^T, so that one solve with each of them does. */
function solveFactored(algebra: LinearAlgebra, factor: DeviceMatrix, b: DeviceMatrix): void {
  const size = factor.paddedColumns;
  const starts = Array.from({ length: Math.ceil(size / SWEEP_BLOCK) }, (_, i) => i * SWEEP_BLOCK);
  for (const start of starts.toReversed()) solveUpper(algebra, factor, b, start, Math.min(SWEEP_BLOCK, size - start));
  for (const start of starts) solveLower(algebra, factor, b, start, Math.min(SWEEP_BLOCK, size - start));
}

/** Z R^T = B for one block of columns, all behind it being done: Z_b = (B_b - Z_c R_bc^T) U_bb^T. */
function solveUpper(algebra: LinearAlgebra, factor: DeviceMatrix, b: DeviceMatrix, start: number, width: number): void {
  const rows = b.paddedRows;
  const end = start + width;
  const behind = factor.paddedColumns - end;
  algebra.run((graph) => {
    const target = graph.view(b, 0, rows, start, width);
    let rest = graph.contiguous(target);
    if (behind > 0) {
      const done = graph.contiguous(graph.view(b, 0, rows, end, behind));
      rest = graph.subtract(rest, graph.product(graph.view(factor, start, width, end, behind), done));
    }
    const inverse = graph.transposed(graph.view(factor, start, width, start, width));
    graph.compute(graph.copyInto(target, graph.product(inverse, rest)));
  });
}

/** Y R = Z for one block of columns, all before it being done: Y_b = Z_b U_bb - Y_a (R_ab U_bb). */
function solveLower(algebra: LinearAlgebra, factor: DeviceMatrix, b: DeviceMatrix, start: number, width: number): void {
  const rows = b.paddedRows;
  algebra.run((graph) => {
    const target = graph.view(b, 0, rows, start, width);
    let solved = graph.product(graph.view(factor, start, width, start, width), graph.contiguous(target));
    if (start > 0) {
      const done = graph.contiguous(graph.view(b, 0, rows, 0, start));
      solved = graph.subtract(solved, graph.product(graph.view(factor, start, width, 0, start), done));
    }
    graph.compute(graph.copyInto(target, solved));
  });
}
