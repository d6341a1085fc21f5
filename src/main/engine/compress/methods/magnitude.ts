// Magnitude pruning: the smallest weights of every matrix become zero. Carried out by run-recipe.ts, one matrix at a time.
import { z } from 'zod';
import { zeroPattern, zeroSmallest } from '../math/zero-smallest.ts';
import type { CompressionMethod, Matrix } from '../method.ts';
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
    protocol: z.enum(['standard', 'paper']).default('standard').meta({
      title: 'Counting',
      help: 'standard prunes the exact count; paper also every weight that ties with the threshold, as the reference code does.',
    }),
  })
  .refine(hasOneAmount, ONE_AMOUNT);

type MagnitudeParams = z.infer<typeof params>;

export const magnitude: CompressionMethod<MagnitudeParams> = {
  id: 'magnitude',
  family: 'prune',
  title: 'Magnitude',
  source: { title: 'Han et al. 2015, Learning both Weights and Connections', url: 'https://arxiv.org/abs/1506.02626' },
  summary: 'Zeroes the smallest weights of each matrix. Needs no data.',
  params,
  needs: 'nothing',
  checkShape: (shape, { pattern }) => checkPattern(shape, pattern),
  transform: (matrix, _statistics, settings) => pruneByMagnitude(matrix, settings),
};

/**
 * W is (rows, columns) row-major; the comparison group is the whole matrix, or M consecutive inputs of a row.
 * standard: exactly floor(numel * sparsity) zeros are written, ties by index. paper: the threshold is the sorted |W| at that
 * very index and everything up to it goes, so at least one more. Source: the reference's prune_magnitude, see arXiv 2310.01382.
 */
function pruneByMagnitude({ weights }: Matrix, settings: MagnitudeParams): Float32Array {
  const pruned = weights.slice();
  const pattern = settings.pattern === undefined ? undefined : parsePattern(settings.pattern);
  if (pattern !== undefined) {
    zeroPattern(pruned, weights, pattern.zeroCount, pattern.groupSize);
    return pruned;
  }
  const sparsity = settings.sparsity ?? 0;
  if (sparsity === 0) return pruned;
  const count = Math.floor(weights.length * sparsity);
  const isPaper = settings.protocol === 'paper';
  zeroSmallest(pruned, weights, 0, weights.length, isPaper ? count + 1 : count, isPaper);
  return pruned;
}
