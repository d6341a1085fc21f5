// From the Hessian of the calibration to the factor that a sweep needs: dead inputs, damping, and more damping when it fails.
import { WorkbenchError } from '../../../../shared/errors.ts';
import type { DeviceMatrix } from '../../native/device-matrix.ts';
import type { LinearAlgebra } from '../../native/linear-algebra.ts';
import { factorHessian } from './factor-hessian.ts';
import { prepareSweep } from './sweep-factor.ts';

/** Each failure raises the damping by this factor; a damping of more than the mean diagonal says that nothing can be learned from H. */
const DAMPING_STEP = 10;
const MOST_DAMPING = 1;

export interface DampedFactor {
  /** As sweep-factor.ts prepares it. */
  readonly factor: DeviceMatrix;
  /** What was used: more than asked when the Hessian was not positive definite with that. */
  readonly dampingRatio: number;
  /** Inputs that were zero on every token of the calibration, in the order of the sweep. */
  readonly deadColumns: readonly number[];
  /** The sweep's k-th column is the matrix's order[k]-th; undefined: storage order. */
  readonly order?: Int32Array | undefined;
}

export interface FactorOptions {
  /** Share of the mean diagonal that is added to the diagonal; the papers take 0.01. */
  readonly dampingRatio: number;
  readonly order?: Int32Array | undefined;
}

/**
 * `hessian` is (columns, columns) row-major. Dead inputs get a diagonal of 1, as the reference does before it takes the mean. The caller
 * frees `factor`. Throws BAD_DATA when even a damping as large as the mean diagonal does not help.
 */
export function factorDamped(
  algebra: LinearAlgebra,
  hessian: Float32Array,
  columns: number,
  { dampingRatio, order }: FactorOptions,
): DampedFactor {
  const diagonal = Float64Array.from({ length: columns }, (_, k) => {
    const j = order?.[k] ?? k;
    return hessian[j * columns + j]!;
  });
  const deadColumns = [...diagonal.keys()].filter((k) => diagonal[k] === 0);
  for (const k of deadColumns) diagonal[k] = 1;
  const meanDiagonal = diagonal.reduce((sum, value) => sum + value, 0) / columns;
  const factor = algebra.matrix(columns, columns);
  for (let ratio = dampingRatio; ratio <= MOST_DAMPING; ratio = Math.max(ratio, 1e-3) * DAMPING_STEP) {
    fillHessian(factor, hessian, diagonal, ratio * meanDiagonal, order);
    if (!factorHessian(algebra, factor)) continue;
    prepareSweep(algebra, factor);
    return { factor, dampingRatio: ratio, deadColumns, order };
  }
  factor.free();
  throw new WorkbenchError(
    'BAD_DATA',
    'The calibration says nothing that can be used: its Hessian is not positive definite at any damping. Take more or other text.',
    { columns },
  );
}

/** In place: dead inputs get a diagonal of 1, then all get `dampingRatio` of the mean. */
export function addDamping(matrix: DeviceMatrix, dampingRatio: number): void {
  const { columns, stride } = matrix;
  const values = matrix.values();
  let sum = 0;
  for (let j = 0; j < columns; j++) {
    const at = j * stride + j;
    if (values[at] === 0) values[at] = 1;
    sum += values[at]!;
  }
  for (let j = 0; j < columns; j++) values[j * stride + j]! += (dampingRatio * sum) / columns;
  matrix.put(values);
}

function fillHessian(
  target: DeviceMatrix,
  hessian: Float32Array,
  diagonal: Float64Array,
  damping: number,
  order: Int32Array | undefined,
): void {
  const { columns, stride } = target;
  const values = target.values();
  values.fill(0);
  for (let k = 0; k < columns; k++) {
    const from = (order?.[k] ?? k) * columns;
    const to = k * stride;
    if (order === undefined) values.set(hessian.subarray(from, from + columns), to);
    else for (let j = 0; j < columns; j++) values[to + j] = hessian[from + order[j]!]!;
    values[to + k] = diagonal[k]! + damping;
  }
  target.put(values);
}

/**
 * Columns by falling diag(H), the first of equals first: what matters most is rounded while all others can still make it good. Every
 * `unit` columns stay together and go by their sum.
 */
export function orderByDiagonal(hessian: Float32Array, columns: number, unit = 1): Int32Array {
  const strengths = new Float64Array(Math.ceil(columns / unit));
  for (let j = 0; j < columns; j++) strengths[Math.floor(j / unit)]! += hessian[j * columns + j]!;
  const units = Array.from(strengths.keys()).sort((a, b) => strengths[b]! - strengths[a]! || a - b);
  return Int32Array.from(units.flatMap((first) => Array.from({ length: unit }, (_, j) => first * unit + j)));
}
