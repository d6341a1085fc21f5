// Wanda: weights with the smallest |weight| times input strength become zero, row by row. Carried out by run-recipe.ts.
import { z } from 'zod';
import { WorkbenchError } from '../../../../shared/errors.ts';
import { calibrationFields } from '../calibration-params.ts';
import { cumulativeMask } from '../math/cumulative-mask.ts';
import { zeroPattern, zeroSmallest } from '../math/zero-smallest.ts';
import type { CompressionMethod, Matrix, MatrixStatistics } from '../method.ts';
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
    useVariant: z.boolean().default(false).meta({
      title: 'Cumulative variant',
      help: 'Every row loses the same share of its summed scores instead of the same number of weights. Only with a sparsity.',
    }),
    ...calibrationFields,
  })
  .refine(hasOneAmount, ONE_AMOUNT)
  .refine(({ useVariant, pattern }) => !useVariant || pattern === undefined, {
    message: 'the variant needs a sparsity, not a pattern',
    path: ['useVariant'],
  });

type WandaParams = z.infer<typeof params>;

export const wanda: CompressionMethod<WandaParams> = {
  id: 'wanda',
  family: 'prune',
  title: 'Wanda',
  source: {
    title: 'Sun et al. 2023, A Simple and Effective Pruning Approach',
    url: 'https://arxiv.org/abs/2306.11695',
  },
  summary:
    'Zeroes, in every row, the weights whose size times the strength of their input is smallest. Needs a text to run.',
  params,
  needs: 'columnMeanSquares',
  checkShape: (shape, { pattern }) => checkPattern(shape, pattern),
  transform: (matrix, statistics, settings) => pruneByWanda(matrix, statistics, settings),
};

/**
 * W is (rows, columns) row-major; xSq is (columns), mean of x^2 over calibration tokens. Score |W_ij| * sqrt(xSq_j), in single
 * precision as the reference computes it. In every row exactly floor(columns * sparsity) are zeroed, ties by index; with a
 * pattern N of every M consecutive inputs. Throws BAD_DATA when xSq does not fit. Source: Wanda, arXiv 2306.11695.
 */
function pruneByWanda(matrix: Matrix, statistics: MatrixStatistics, settings: WandaParams): Float32Array {
  const { rows, columns, weights } = matrix;
  const strengths = statistics.columnMeanSquares;
  if (strengths?.length !== columns) {
    throw new WorkbenchError(
      'BAD_DATA',
      `${matrix.name} has ${columns} inputs, its statistics ${strengths?.length ?? 0}`,
    );
  }
  const norms = strengths.map(Math.sqrt);
  const pruned = weights.slice();
  if (settings.useVariant) {
    const scores = weights.map((weight, i) => Math.abs(weight) * norms[i % columns]!);
    const mask = cumulativeMask(scores, columns, settings.sparsity ?? 0);
    return pruned.map((weight, i) => (mask[i] === 1 ? 0 : weight));
  }
  const pattern = settings.pattern === undefined ? undefined : parsePattern(settings.pattern);
  const zeroCount = Math.floor(columns * (settings.sparsity ?? 0));
  const scores = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    for (let j = 0; j < columns; j++) scores[j] = weights[start + j]! * norms[j]!;
    const target = pruned.subarray(start, start + columns);
    if (pattern === undefined) zeroSmallest(target, scores, 0, columns, zeroCount);
    else zeroPattern(target, scores, pattern.zeroCount, pattern.groupSize);
  }
  return pruned;
}
