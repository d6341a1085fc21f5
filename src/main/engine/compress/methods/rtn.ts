// Round to nearest on the same grids as GPTQ: the baseline, and with outlier inputs kept a stand-in for LLM.int8(). Carried out by run-recipe.ts.
import { z } from 'zod';
import { gridFields } from '../grid-params.ts';
import { findGrid, roundToGrid } from '../math/uniform-grid.ts';
import type { CompressionMethod, Matrix } from '../method.ts';

const params = z.strictObject({
  ...gridFields,
  keptInputsRatio: z.number().min(0).max(0.5).default(0).meta({
    title: 'Inputs kept',
    unit: 'ratio',
    help: 'Share of the inputs of every matrix, those with the largest weight, that stay as they are. With 8 bits and whole rows about what LLM.int8() does.',
  }),
});

type RtnParams = z.infer<typeof params>;

export const rtn: CompressionMethod<RtnParams> = {
  id: 'rtn',
  family: 'quantize',
  title: 'Round to nearest (simulated)',
  source: { title: 'Dettmers et al. 2022, LLM.int8()', url: 'https://arxiv.org/abs/2208.07339' },
  summary:
    'Rounds every weight to the nearest level by itself. Simulated: the file keeps its type and size. Needs no data.',
  params,
  needs: 'nothing',
  transform: (matrix, _statistics, settings) => roundToNearest(matrix, settings),
};

/** W is (rows, columns) row-major; one grid for every group of inputs of a row, found from the weights that are rounded. */
function roundToNearest({ rows, columns, weights }: Matrix, settings: RtnParams): Float32Array {
  const kept = keptColumns(weights, rows, columns, Math.floor(columns * settings.keptInputsRatio));
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

/** The inputs with the largest |weight|: without activations these stand for the outlier features. */
function keptColumns(weights: Float32Array, rows: number, columns: number, count: number): number[] {
  if (count === 0) return [];
  const largest = new Float32Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < columns; j++) largest[j] = Math.max(largest[j]!, Math.abs(weights[row * columns + j]!));
  }
  return Array.from({ length: columns }, (_, j) => j)
    .sort((a, b) => largest[b]! - largest[a]! || a - b)
    .slice(0, count);
}
