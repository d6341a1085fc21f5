// SparseGPT: weights become zero block by block, and the weights that stay make good what was lost. Carried out by run-recipe.ts.
import { z } from 'zod';
import { calibrationFields } from '../calibration-params.ts';
import { dampingField, IN_TURN, isInTurn, trueSequentialField } from '../feedback-params.ts';
import { jointGridFields } from '../grid-params.ts';
import { type ColumnRounder, sweepColumns } from '../math/feedback-sweep.ts';
import { gridRounder } from '../math/grid-rounder.ts';
import { factorOf, sweepWeights } from '../math/hessian-factors.ts';
import { jointRounder, patternRounder, unstructuredRounder } from '../math/mask-rounder.ts';
import { SWEEP_BLOCK } from '../math/sweep-factor.ts';
import type { CompressionMethod, Matrix, MatrixShape, MatrixStatistics, ReportFacts } from '../method.ts';
import {
  checkPattern,
  hasOneAmount,
  ONE_AMOUNT,
  parsePattern,
  patternField,
  sparsityField,
} from '../pruning-params.ts';

const params = z
  .strictObject({
    sparsity: sparsityField,
    pattern: patternField,
    percdamp: dampingField,
    protocol: z.enum(['standard', 'paper']).default('standard').meta({
      title: 'Counting',
      help: 'standard prunes the exact count of every block of 128 inputs; paper one more and every tie, as the reference code does.',
    }),
    ...jointGridFields,
    ...calibrationFields,
    trueSequential: trueSequentialField,
  })
  .refine(hasOneAmount, ONE_AMOUNT)
  .refine(isInTurn, IN_TURN);

type SparseGptParams = z.infer<typeof params>;

export const sparsegpt: CompressionMethod<SparseGptParams> = {
  id: 'sparsegpt',
  family: 'prune',
  title: 'SparseGPT',
  source: {
    title: 'Frantar and Alistarh 2023, Massive Language Models Can Be Accurately Pruned in One-Shot',
    url: 'https://arxiv.org/abs/2301.00774',
  },
  summary:
    'Zeroes weights and changes those that stay, so that the outputs on a text stay close. Needs a text to run. With joint bits the weights that stay are rounded in the same sweep; that is simulated: the file keeps its type and size.',
  params,
  needs: 'hessian',
  checkShape: (shape, { pattern }) => checkPattern(shape, pattern) ?? checkGroup(shape, pattern),
  transform: (matrix, statistics, settings, report) => pruneBySparseGpt(matrix, statistics, settings, report),
};

function checkGroup(shape: MatrixShape, pattern: string | undefined): string | undefined {
  const parsed = pattern === undefined ? undefined : parsePattern(pattern);
  if (parsed === undefined || SWEEP_BLOCK % parsed.groupSize === 0) return undefined;
  return `pattern ${pattern} does not divide the ${SWEEP_BLOCK} inputs that SparseGPT takes at once in ${shape.name}`;
}

/**
 * W is (rows, columns) row-major, H (columns, columns) = 2/n sum x x^T over calibration tokens. Blocks of 128 inputs; the mask of a block is
 * chosen by w^2 / U_kk^2, U the upper Cholesky factor of inv(H + damping), with the feedback of all blocks before. Inputs that
 * were always zero lose their weights. With joint bits what stays is rounded to its grid before its error is carried on. Throws BAD_DATA when H
 * does not fit or cannot be factored. Source: arXiv 2301.00774.
 */
function pruneBySparseGpt(
  matrix: Matrix,
  statistics: MatrixStatistics,
  settings: SparseGptParams,
  report: ReportFacts | undefined,
): Float32Array {
  const { algebra, damped } = factorOf(matrix, statistics, { dampingRatio: settings.percdamp, sortColumns: false });
  report?.({ dampingRatio: damped.dampingRatio, deadInputCount: damped.deadColumns.length });
  const { rows, columns } = matrix;
  const weights = sweepWeights(matrix, damped);
  const rounder = withGrid(maskRounder(settings), weights, rows, settings);
  return sweepColumns(algebra, damped.factor, { rows, columns, weights }, rounder);
}

function maskRounder({ pattern, sparsity = 0, protocol }: SparseGptParams): ColumnRounder {
  const parsed = pattern === undefined ? undefined : parsePattern(pattern);
  return parsed === undefined ? unstructuredRounder(sparsity, protocol === 'paper') : patternRounder(parsed);
}

/** Grids are found from all weights, those that will go included, as the reference does. */
function withGrid(
  mask: ColumnRounder,
  weights: Float32Array,
  rows: number,
  { jointBits, jointGroupSize, jointSymmetric }: SparseGptParams,
): ColumnRounder {
  if (jointBits === undefined) return mask;
  const options = { bits: jointBits, groupSize: jointGroupSize, symmetric: jointSymmetric };
  return jointRounder(mask, gridRounder(options, weights, rows));
}
