// Magnitude pruning: the smallest weights of every matrix, row or layer become zero. Carried out by run-recipe.ts, one matrix at a time.
import { z } from 'zod';
import { WorkbenchError } from '../../../../shared/errors.ts';
import { findLayerCut } from '../math/layer-cut.ts';
import { randomScores } from '../math/random-scores.ts';
import { zeroBelow, zeroPattern, zeroSmallest } from '../math/zero-smallest.ts';
import type { CompressionMethod, MagnitudeCut, Matrix, MatrixStatistics } from '../method.ts';
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
    scope: z.enum(['matrix', 'row', 'layer']).default('matrix').meta({
      title: 'Compared',
      help: 'Which weights compete for the zeros: those of a matrix, of each of its rows, or of all matrices of a layer together, whose sparsities then differ. Only with a sparsity.',
    }),
    protocol: z.enum(['standard', 'paper']).default('standard').meta({
      title: 'Counting',
      help: 'standard prunes the exact count; paper also every weight that ties with the threshold, as the reference code does.',
    }),
    random: z.boolean().default(false).meta({
      title: 'Random choice',
      help: 'Chooses by chance instead of by size: the control that shows what choosing is worth.',
    }),
    seed: z.int().min(0).max(0xffffffff).default(0).meta({ title: 'Seed', help: 'For the random choice.' }),
  })
  .refine(hasOneAmount, ONE_AMOUNT)
  .refine(({ scope, pattern }) => scope === 'matrix' || pattern === undefined, {
    message: 'a pattern compares the weights of its own groups; leave the scope out',
    path: ['scope'],
  });

type MagnitudeParams = z.infer<typeof params>;

export const magnitude: CompressionMethod<MagnitudeParams> = {
  id: 'magnitude',
  family: 'prune',
  title: 'Magnitude',
  source: { title: 'Han et al. 2015, Learning both Weights and Connections', url: 'https://arxiv.org/abs/1506.02626' },
  summary: 'Zeroes the smallest weights of each matrix, row or layer; as a control random ones. Needs no data.',
  params,
  needs: 'nothing',
  checkShape: (shape, { pattern }) => checkPattern(shape, pattern),
  surveyLayer: (matrices, settings) => surveyLayer(matrices, settings),
  transform: (matrix, statistics, settings) => pruneByMagnitude(matrix, statistics, settings),
};

/**
 * W is (rows, columns) row-major; the comparison group is the matrix, a row, the layer, or M consecutive inputs of a row. standard: exactly
 * floor(n * sparsity) zeros of the n weights of a group are written, ties by index. paper: the threshold is the sorted |W| at that very index
 * and everything up to it goes, so at least one more; of a layer, the smallest |W| among the floor(n * (1 - sparsity)) largest. Source: the
 * reference's prune_magnitude and prune_magnitude_layer_global, see arXiv 2310.01382.
 */
function pruneByMagnitude(matrix: Matrix, { cut }: MatrixStatistics, settings: MagnitudeParams): Float32Array {
  const pruned = matrix.weights.slice();
  const scores = scoresOf(matrix, settings);
  const pattern = settings.pattern === undefined ? undefined : parsePattern(settings.pattern);
  if (pattern !== undefined) {
    zeroPattern(pruned, scores, pattern.zeroCount, pattern.groupSize);
    return pruned;
  }
  if (settings.sparsity === 0) return pruned;
  if (settings.scope === 'layer') {
    if (cut === undefined) throw new WorkbenchError('INTERNAL', `${matrix.name} was not compared with its layer.`);
    zeroBelow(pruned, scores, cut);
    return pruned;
  }
  const groupLength = settings.scope === 'row' ? matrix.columns : pruned.length;
  const count = zeroCountOf(groupLength, settings);
  const withTies = settings.protocol === 'paper';
  for (let start = 0; start < pruned.length; start += groupLength) {
    zeroSmallest(pruned, scores, start, groupLength, count, withTies);
  }
  return pruned;
}

function scoresOf({ name, weights }: Matrix, { random, seed }: MagnitudeParams): Float32Array {
  return random ? randomScores(seed, name, weights.length) : weights;
}

function zeroCountOf(groupLength: number, { sparsity = 0, protocol }: MagnitudeParams): number {
  return Math.floor(groupLength * sparsity) + (protocol === 'paper' ? 1 : 0);
}

function surveyLayer(
  matrices: () => Iterable<Matrix>,
  settings: MagnitudeParams,
): ReadonlyMap<string, { readonly cut: MagnitudeCut }> | undefined {
  const { scope, sparsity = 0, protocol } = settings;
  if (scope !== 'layer') return undefined;
  let weightCount = 0;
  for (const { weights } of matrices()) weightCount += weights.length;
  const isPaper = protocol === 'paper';
  const zeroCount = isPaper
    ? Math.min(weightCount, weightCount - Math.floor(weightCount * (1 - sparsity)) + 1)
    : Math.floor(weightCount * sparsity);
  const scored = function* () {
    for (const matrix of matrices()) yield { name: matrix.name, scores: scoresOf(matrix, settings) };
  };
  const cuts = findLayerCut(scored, { zeroCount, withTies: isPaper });
  return new Map([...cuts].map(([name, cut]) => [name, { cut }]));
}
