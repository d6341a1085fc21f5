// Round to nearest on the same grids as GPTQ: the baseline, and with outlier inputs kept a stand-in for LLM.int8(). Carried out by run-recipe.ts.
import { z } from 'zod';
import { WorkbenchError } from '../../../../shared/errors.ts';
import { calibrationFields } from '../calibration-params.ts';
import { gridFields } from '../grid-params.ts';
import { findGrid, roundToGrid } from '../math/uniform-grid.ts';
import type { CompressionMethod, Matrix, MatrixStatistics, ReportFacts } from '../method.ts';

const params = z
  .strictObject({
    ...gridFields,
    outlierThreshold: z.number().positive().optional().meta({
      title: 'Outlier threshold',
      help: 'Inputs whose largest size over the calibration text reaches this stay in 16 bits: the rule of LLM.int8(), which takes 6. With 8 bits, symmetric, and whole rows it stands for that method, but for activations, which keep their precision here.',
    }),
    keptInputsRatio: z.number().min(0).max(0.5).default(0).meta({
      title: 'Inputs kept',
      unit: 'ratio',
      help: 'Instead of a threshold: this share of the inputs of every matrix, those with the largest values over the calibration text, stays in 16 bits.',
    }),
    ...calibrationFields,
  })
  .refine(({ outlierThreshold, keptInputsRatio }) => outlierThreshold === undefined || keptInputsRatio === 0, {
    message: 'give either an outlier threshold or a share of inputs to keep, not both',
    path: ['outlierThreshold'],
  });

type RtnParams = z.infer<typeof params>;

export const rtn: CompressionMethod<RtnParams> = {
  id: 'rtn',
  family: 'quantize',
  title: 'Round to nearest (simulated)',
  source: { title: 'Dettmers et al. 2022, LLM.int8()', url: 'https://arxiv.org/abs/2208.07339' },
  summary:
    'Rounds every weight to the nearest level by itself. Simulated: the file keeps its type and size. Needs a text only when outlier inputs are kept.',
  params,
  needs: 'nothing',
  needsFor: (settings) => (keepsInputs(settings) ? 'columnMaxima' : 'nothing'),
  transform: (matrix, statistics, settings, report) => roundToNearest(matrix, statistics, settings, report),
};

function keepsInputs({ outlierThreshold, keptInputsRatio }: RtnParams): boolean {
  return outlierThreshold !== undefined || keptInputsRatio > 0;
}

/**
 * W is (rows, columns) row-major; one grid for every group of inputs of a row, found from the weights that are rounded. Weights of kept inputs
 * stay as they are. Throws BAD_DATA when the maxima of the inputs do not fit.
 */
function roundToNearest(
  matrix: Matrix,
  statistics: MatrixStatistics,
  settings: RtnParams,
  report: ReportFacts | undefined,
): Float32Array {
  const { rows, columns, weights } = matrix;
  const kept = keepsInputs(settings) ? outlierInputs(matrix, statistics, settings) : [];
  if (keepsInputs(settings)) report?.({ keptInputCount: kept.length });
  const rounded = weights.slice();
  for (const column of kept) for (let row = 0; row < rows; row++) rounded[row * columns + column] = 0;
  const groupSize = settings.groupSize === 0 ? columns : settings.groupSize;
  for (let row = 0; row < rows; row++) {
    for (let from = 0; from < columns; from += groupSize) {
      const count = Math.min(groupSize, columns - from);
      const start = row * columns + from;
      const grid = findGrid(rounded, { start, step: 1, count }, settings);
      for (let at = start; at < start + count; at++) rounded[at] = roundToGrid(rounded[at]!, grid);
    }
  }
  for (const column of kept) {
    for (let at = column; at < weights.length; at += columns) rounded[at] = weights[at]!;
  }
  return rounded;
}

/** Source: LLM.int8(), arXiv 2208.07339, section 3.2: features of magnitude 6 and above. */
function outlierInputs(
  { name, columns }: Matrix,
  { columnMaxima }: MatrixStatistics,
  { outlierThreshold, keptInputsRatio }: RtnParams,
): number[] {
  if (columnMaxima?.length !== columns) {
    const found = columnMaxima?.length ?? 0;
    throw new WorkbenchError('BAD_DATA', `${name} has ${columns} inputs, its statistics ${found}`);
  }
  const inputs = Array.from({ length: columns }, (_, j) => j);
  if (outlierThreshold !== undefined) return inputs.filter((j) => columnMaxima[j]! >= outlierThreshold);
  const falling = inputs.sort((a, b) => columnMaxima[b]! - columnMaxima[a]! || a - b);
  return falling.slice(0, Math.floor(columns * keptInputsRatio));
}
