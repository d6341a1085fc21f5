// The codes of one matrix in a type of ggml whose scales are set already, chosen with error feedback. For methods/feedback.ts.
import { BlockCodec } from '../../native/block-codec.ts';
import { CodebookCodec, UNIT } from '../../native/codebook-codec.ts';
import type { DeviceMatrix } from '../../native/device-matrix.ts';
import type { LinearAlgebra } from '../../native/linear-algebra.ts';
import type { Matrix, MatrixStatistics } from '../method.ts';
import { BlockRounder } from './block-rounder.ts';
import { CodebookRounder } from './codebook-rounder.ts';
import { addDamping } from './damped-factor.ts';
import { denseTargets } from './dense-targets.ts';
import { type ColumnRounder, sweepColumns } from './feedback-sweep.ts';
import { factorOf, storageOrder, sweepWeights } from './hessian-factors.ts';
import { refineColumns } from './refine-columns.ts';
import { refineUnits } from './refine-units.ts';

export interface FeedbackSettings {
  readonly percdamp: number;
  readonly refinePasses: number;
  readonly correction: number;
}

export const canTakeFeedback = (type: string): boolean => BlockCodec.has(type) || CodebookCodec.has(type);

/**
 * What codes of `type` are to aim at: (rows, columns), the matrix itself where nothing is known of the dense model's inputs. Throws BAD_DATA
 * when H does not fit.
 */
export function aimOf(
  matrix: Matrix,
  statistics: MatrixStatistics,
  { percdamp, correction }: FeedbackSettings,
  type: string,
): Float32Array {
  const { shifts } = statistics;
  if (shifts === undefined || correction === 0) return matrix.weights;
  const unitColumns = CodebookCodec.has(type) ? UNIT : 1;
  const setup = factorOf(matrix, statistics, { dampingRatio: percdamp, sortColumns: true, unitColumns });
  return denseTargets(setup, matrix, shifts, correction);
}

/**
 * `matrix` (rows, columns) row-major is what to aim at, H (columns, columns); `zerosOf`, when given, says which weights stay 0. `scaled`
 * holds its blocks with their scales set. Columns are taken in the order of falling
 * diag(H), each with the feedback of those before, and once more with all others known; types with a codebook take eight
 * columns at a time. Returns the blocks with their new codes. Throws BAD_DATA when H does not fit.
 */
export function chooseCodes(
  matrix: Matrix,
  statistics: MatrixStatistics,
  settings: FeedbackSettings,
  type: string,
  scaled: Uint8Array,
  zerosOf?: Float32Array,
): Uint8Array {
  return CodebookCodec.has(type)
    ? chooseFromCodebook(matrix, statistics, settings, type, scaled)
    : chooseLevels(matrix, statistics, settings, type, scaled, zerosOf);
}

function chooseLevels(
  matrix: Matrix,
  statistics: MatrixStatistics,
  settings: FeedbackSettings,
  type: string,
  scaled: Uint8Array,
  zerosOf: Float32Array | undefined,
): Uint8Array {
  const { rows, columns } = matrix;
  const codec = BlockCodec.of(type);
  const rounder = sweepAndRefine<BlockRounder>(matrix, statistics, settings, {
    rounderOf: (order) => new BlockRounder({ codec, bytes: scaled, rows, columns, order, zerosOf }),
    again: refineColumns,
  });
  const data = scaled.slice();
  codec.pack(data, rounder.levels());
  return data;
}

function chooseFromCodebook(
  matrix: Matrix,
  statistics: MatrixStatistics,
  settings: FeedbackSettings,
  type: string,
  scaled: Uint8Array,
): Uint8Array {
  const { rows, columns } = matrix;
  const codec = CodebookCodec.of(type);
  const rounder = sweepAndRefine<CodebookRounder>(matrix, statistics, settings, {
    unitColumns: UNIT,
    rounderOf: (order, factor) => new CodebookRounder({ codec, bytes: scaled, rows, columns, order, factor }),
    again: refineUnits,
  });
  const data = scaled.slice();
  rounder.pack(data);
  return data;
}

interface RoundingWay<Rounder> {
  /** Columns that stay together in the order. Default: each goes by itself. */
  readonly unitColumns?: number;
  readonly rounderOf: (order: Int32Array, factor: DeviceMatrix) => Rounder;
  readonly again: (
    algebra: LinearAlgebra,
    hessian: DeviceMatrix,
    matrix: Matrix,
    changed: Float32Array,
    rounder: Rounder,
  ) => void;
}

/** One sweep, then the passes over all columns again. Returns the rounder with its last codes. */
function sweepAndRefine<Rounder extends ColumnRounder>(
  matrix: Matrix,
  statistics: MatrixStatistics,
  settings: FeedbackSettings,
  { rounderOf, again, ...unit }: RoundingWay<Rounder>,
): Rounder {
  const { rows, columns } = matrix;
  const { algebra, damped } = factorOf(matrix, statistics, {
    dampingRatio: settings.percdamp,
    sortColumns: true,
    ...unit,
  });
  const order = damped.order ?? Int32Array.from({ length: columns }, (_, j) => j);
  const rounder = rounderOf(order, damped.factor);
  const sorted = { rows, columns, weights: sweepWeights(matrix, damped, true) };
  const changed = storageOrder(sweepColumns(algebra, damped.factor, sorted, rounder), rows, order);
  refine(algebra, statistics.hessian, settings, (hessian) => again(algebra, hessian, matrix, changed, rounder));
  return rounder;
}

/** Goes over all columns again, as often as asked, with the damped Hessian in hand. */
function refine(
  algebra: LinearAlgebra,
  hessian: Float32Array | undefined,
  { percdamp, refinePasses }: FeedbackSettings,
  pass: (damped: DeviceMatrix) => void,
): void {
  if (refinePasses === 0 || hessian === undefined) return;
  const columns = Math.sqrt(hessian.length);
  const damped = algebra.matrix(columns, columns);
  try {
    damped.setDense(hessian);
    addDamping(damped, percdamp);
    for (let done = 0; done < refinePasses; done++) pass(damped);
  } finally {
    damped.free();
  }
}
