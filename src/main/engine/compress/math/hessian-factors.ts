// Factors of the Hessians in use, so that matrices with the same inputs (q, k and v; gate and up) are factored once.
import { WorkbenchError } from '../../../../shared/errors.ts';
import { LinearAlgebra } from '../../native/linear-algebra.ts';
import type { Matrix, MatrixStatistics } from '../method.ts';
import { type DampedFactor, factorDamped, orderByDiagonal } from './damped-factor.ts';

export interface SweepSetup {
  readonly algebra: LinearAlgebra;
  readonly damped: DampedFactor;
}

export interface FactorRequest {
  readonly dampingRatio: number;
  /** Columns by falling diag(H) instead of storage order. */
  readonly sortColumns: boolean;
  /** Columns that stay together when sorted. Default 1. */
  readonly unitColumns?: number;
}

interface KeptFactor extends FactorRequest {
  readonly hessian: Float32Array;
  readonly damped: DampedFactor;
}

let algebra: LinearAlgebra | undefined;
let kept: KeptFactor | undefined;

/** Before the first factor of a job: how many threads do the linear algebra of this process. */
export function setUpAlgebra(threads: number): LinearAlgebra {
  releaseFactors();
  algebra?.close();
  algebra = LinearAlgebra.open({ threads });
  return algebra;
}

/** The process's linear algebra: as set up, else on the CPU with one thread. */
export function sharedAlgebra(): LinearAlgebra {
  return algebra ?? setUpAlgebra(1);
}

/** The last factor is kept: its memory is the Hessian's size once more. Throws BAD_DATA when the statistics do not fit the matrix. */
export function factorOf(matrix: Matrix, statistics: MatrixStatistics, request: FactorRequest): SweepSetup {
  const { hessian } = statistics;
  const { columns } = matrix;
  if (hessian?.length !== columns * columns) {
    const found = hessian === undefined ? 'none' : `one of ${Math.sqrt(hessian.length)}`;
    throw new WorkbenchError(
      'BAD_DATA',
      `${matrix.name} has ${columns} inputs and needs a Hessian of them; there is ${found}`,
    );
  }
  const ready = sharedAlgebra();
  const { dampingRatio, sortColumns, unitColumns = 1 } = request;
  const isKept =
    kept?.hessian === hessian &&
    kept.dampingRatio === dampingRatio &&
    kept.sortColumns === sortColumns &&
    kept.unitColumns === unitColumns;
  if (kept === undefined || !isKept) {
    releaseFactors();
    const order = sortColumns ? orderByDiagonal(hessian, columns, unitColumns) : undefined;
    kept = {
      hessian,
      dampingRatio,
      sortColumns,
      unitColumns,
      damped: factorDamped(ready, hessian, columns, { dampingRatio, order }),
    };
  }
  return { algebra: ready, damped: kept.damped };
}

export function releaseFactors(): void {
  kept?.damped.factor.free();
  kept = undefined;
}

/** A copy of (rows, columns) whose k-th column is column order[k]. */
export function sweepOrder(values: Float32Array, rows: number, order: Int32Array | undefined): Float32Array {
  return order === undefined ? values.slice() : permuteColumns(values, rows, order.length, order);
}

/** In the sweep's order; weights of dead inputs become zero unless they are kept. What a sweep works on. */
export function sweepWeights(matrix: Matrix, { order, deadColumns }: DampedFactor, keepDead = false): Float32Array {
  const { rows, columns, weights } = matrix;
  const sorted = sweepOrder(weights, rows, order);
  if (keepDead) return sorted;
  for (const k of deadColumns) for (let row = 0; row < rows; row++) sorted[row * columns + k] = 0;
  return sorted;
}

/** Undoes `sweepOrder`. */
export function storageOrder(swept: Float32Array, rows: number, order: Int32Array | undefined): Float32Array {
  if (order === undefined) return swept;
  const inverse = new Int32Array(order.length);
  for (const [k, column] of order.entries()) inverse[column] = k;
  return permuteColumns(swept, rows, order.length, inverse);
}

function permuteColumns(values: Float32Array, rows: number, columns: number, order: Int32Array): Float32Array {
  const permuted = new Float32Array(values.length);
  for (let start = 0; start < rows * columns; start += columns) {
    for (let k = 0; k < columns; k++) permuted[start + k] = values[start + order[k]!]!;
  }
  return permuted;
}
