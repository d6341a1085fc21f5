// GPTQ: rounds each input's weights to a grid and lets the inputs not yet rounded make good what was lost. Carried out by run-recipe.ts.
import { z } from 'zod';
import { calibrationFields } from '../calibration-params.ts';
import { dampingField, IN_TURN, isInTurn, trueSequentialField } from '../feedback-params.ts';
import { gridFields } from '../grid-params.ts';
import { sweepColumns } from '../math/feedback-sweep.ts';
import { gridRounder } from '../math/grid-rounder.ts';
import { factorOf, storageOrder, sweepWeights } from '../math/hessian-factors.ts';
import type { CompressionMethod, Matrix, MatrixStatistics, ReportFacts } from '../method.ts';

const params = z
  .strictObject({
    ...gridFields,
    actOrder: z.boolean().default(false).meta({
      title: 'Strongest inputs first',
      help: 'Rounds the inputs in the order of falling diag(H) instead of their own.',
    }),
    percdamp: dampingField,
    ...calibrationFields,
    trueSequential: trueSequentialField,
  })
  .refine(isInTurn, IN_TURN);

type GptqParams = z.infer<typeof params>;

export const gptq: CompressionMethod<GptqParams> = {
  id: 'gptq',
  family: 'quantize',
  title: 'GPTQ (simulated)',
  source: { title: 'Frantar et al. 2022, GPTQ', url: 'https://arxiv.org/abs/2210.17323' },
  summary:
    "Rounds weights to evenly spaced levels with error feedback, as the paper does. Simulated: the file keeps its type and size; for smaller files take feedback, which ends in llama.cpp's types.",
  params,
  needs: 'hessian',
  transform: (matrix, statistics, settings, report) => quantizeByGptq(matrix, statistics, settings, report),
};

/**
 * W is (rows, columns) row-major, H (columns, columns) = 2/n sum x x^T over calibration tokens. Values of the result lie on the grids; weights
 * of dead inputs become 0 first. Throws BAD_DATA when H does not fit. Source: GPTQ, arXiv 2210.17323, and its reference code.
 */
function quantizeByGptq(
  matrix: Matrix,
  statistics: MatrixStatistics,
  settings: GptqParams,
  report: ReportFacts | undefined,
): Float32Array {
  const { percdamp, actOrder } = settings;
  const { algebra, damped } = factorOf(matrix, statistics, { dampingRatio: percdamp, sortColumns: actOrder });
  report?.({ dampingRatio: damped.dampingRatio, deadInputCount: damped.deadColumns.length });
  const { rows, columns } = matrix;
  const weights = sweepWeights(matrix, damped);
  const rounder = gridRounder(settings, weights, rows);
  const swept = sweepColumns(algebra, damped.factor, { rows, columns, weights }, rounder);
  return storageOrder(swept, rows, damped.order);
}
