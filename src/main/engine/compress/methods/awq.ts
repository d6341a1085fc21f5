// AWQ: scales the inputs of matrices before they are quantized, folded into what comes before, so that the model computes the same.
// Works on a whole layer; the quantizer is the recipe's next step.
import { z } from 'zod';
import { WorkbenchError } from '../../../../shared/errors.ts';
import { calibrationFields } from '../calibration-params.ts';
import { searchScales } from '../math/channel-scales.ts';
import { sharedAlgebra } from '../math/hessian-factors.ts';
import type { CompressionMethod, LayerTensor, LayerTensors, MatrixStatistics, ModelShape } from '../method.ts';

const params = z.strictObject({
  awqBits: z.int().min(2).max(8).default(4).meta({
    title: 'Bits searched for',
    unit: 'bits',
    help: 'The scales are those that serve round to nearest with this many bits best.',
  }),
  awqGroupSize: z.int().min(16).max(256).default(32).meta({
    title: 'Group searched for',
    unit: 'inputs',
    help: 'Inputs that share a grid in that search: 32 as in Q4_0, 128 as in the paper.',
  }),
  ...calibrationFields,
});

type AwqParams = z.infer<typeof params>;

/** Layers of a root-mean-square norm, projections that read it, and a gated feed-forward part. */
const ARCHITECTURES: readonly string[] = 'llama qwen2 qwen3 gemma gemma2 gemma3 phi3 mistral3 smollm3'.split(' ');
const NORMED = [
  { norm: 'attn_norm.weight', readers: ['attn_q.weight', 'attn_k.weight', 'attn_v.weight', 'attn_qkv.weight'] },
  { norm: 'ffn_norm.weight', readers: ['ffn_gate.weight', 'ffn_up.weight'] },
] as const;

/** Biases go with the rows of what they are added to. */
const BIASES: readonly string[] = ['attn_v.bias', 'attn_qkv.bias', 'ffn_up.bias'];

export const awq: CompressionMethod<AwqParams> = {
  id: 'awq',
  family: 'compensate',
  title: 'AWQ scales',
  source: { title: 'Lin et al. 2023, AWQ', url: 'https://arxiv.org/abs/2306.00978' },
  summary:
    'Makes the weights of strong inputs larger and those inputs smaller, so that a quantizer after it harms them less. By itself it changes nothing but rounding.',
  params,
  needs: 'hessian',
  layerVectors: [...NORMED.map(({ norm }) => norm), ...BIASES],
  checkModel: ({ architecture }) =>
    ARCHITECTURES.includes(architecture)
      ? undefined
      : `AWQ knows the layers of ${ARCHITECTURES.join(', ')}, not those of ${architecture}`,
  transformLayer: (tensors, statistics, settings, model) => {
    scaleNormed(tensors, statistics, settings);
    scaleAttentionOutput(tensors, statistics, settings, model);
    scaleDown(tensors, statistics, settings);
  },
};

type LayerStatistics = ReadonlyMap<string, MatrixStatistics>;

/**
 * Tensors by their name without `blk.N.`; matrices are (rows, columns) row-major, norms (columns). Changes them in place: the norm is
 * divided by the scales that its readers' columns are multiplied by. Throws UNSUPPORTED_MODEL when the layer has no such norm.
 */
function scaleNormed(tensors: LayerTensors, statistics: LayerStatistics, settings: AwqParams): void {
  let isKnown = false;
  for (const { norm, readers } of NORMED) {
    const given = tensors.get(norm);
    const matrices = readers.flatMap((name) => tensors.get(name) ?? []);
    if (given === undefined || matrices.length === 0) continue;
    isKnown = true;
    const scales = scalesFor(matrices, statistics.get(matrices[0]!.name), settings);
    for (const [j, scale] of scales.entries()) given.values[j]! /= scale;
    for (const { values } of matrices) scaleColumns(values, scales);
  }
  if (isKnown) return;
  const names = [...tensors.keys()].join(', ');
  throw new WorkbenchError('UNSUPPORTED_MODEL', `AWQ finds no norm and its readers in a layer with ${names}.`);
}

/**
 * The rows of the value projection take what the columns of the output projection are multiplied by. Heads that share a value head share its
 * scales. A fused projection holds the values' rows last.
 */
function scaleAttentionOutput(
  tensors: LayerTensors,
  statistics: LayerStatistics,
  settings: AwqParams,
  { headCount }: ModelShape,
): void {
  const output = tensors.get('attn_output.weight');
  const fused = tensors.get('attn_qkv.weight');
  const values = tensors.get('attn_v.weight') ?? fused;
  if (output === undefined || values === undefined || headCount === undefined) return;
  const headSize = output.columns / headCount;
  const valueRows = fused === undefined ? values.rows : (fused.rows - output.columns) / 2;
  const sharing = output.columns / valueRows;
  if (![headSize, valueRows / headSize, sharing].every(Number.isInteger)) return;
  const valueRowOf = (j: number): number => Math.floor(j / headSize / sharing) * headSize + (j % headSize);
  const scales = scalesFor([output], statistics.get(output.name), settings, valueRowOf);
  scaleColumns(output.values, scales);
  const rowScales = new Float32Array(valueRows);
  for (const [j, scale] of scales.entries()) rowScales[valueRowOf(j)] = scale;
  divideRows(values, rowScales, tensors.get(fused === undefined ? 'attn_v.bias' : 'attn_qkv.bias'));
}

/** The rows of the up-projection take what the columns of the down-projection are multiplied by; a fused one holds the gate's rows first. */
function scaleDown(tensors: LayerTensors, statistics: LayerStatistics, settings: AwqParams): void {
  const [up, down] = [tensors.get('ffn_up.weight'), tensors.get('ffn_down.weight')];
  if (up === undefined || down === undefined) return;
  const scales = scalesFor([down], statistics.get(down.name), settings);
  divideRows(up, scales, tensors.get('ffn_up.bias'));
  scaleColumns(down.values, scales);
}

/** Divides the last rows, as many as there are scales, and their bias. */
function divideRows({ rows, columns, values }: LayerTensor, scales: Float32Array, bias: LayerTensor | undefined): void {
  const firstRow = rows - scales.length;
  for (const [i, scale] of scales.entries()) {
    const start = (firstRow + i) * columns;
    for (let at = start; at < start + columns; at++) values[at]! /= scale;
    if (bias !== undefined) bias.values[firstRow + i]! /= scale;
  }
}

function scalesFor(
  matrices: readonly LayerTensor[],
  statistics: MatrixStatistics | undefined,
  { awqBits, awqGroupSize }: AwqParams,
  sharedBy?: (input: number) => number,
): Float32Array {
  const { hessian, columnMeanSquares } = statistics ?? {};
  if (hessian === undefined || columnMeanSquares === undefined) {
    throw new WorkbenchError('BAD_DATA', `There are no statistics of the inputs of ${matrices[0]?.name}.`);
  }
  const search = { bits: awqBits, groupSize: awqGroupSize, symmetric: false };
  const shaped = matrices.map(({ rows, columns, values }) => ({ rows, columns, weights: values }));
  const strengths = strengthsOf(columnMeanSquares, sharedBy);
  return searchScales(sharedAlgebra(), shaped, strengths, hessian, search);
}

/** Root mean squares; of inputs that must have one scale over all of them. */
function strengthsOf(meanSquares: Float32Array, sharedBy: ((input: number) => number) | undefined): Float32Array {
  if (sharedBy === undefined) return meanSquares.map(Math.sqrt);
  const groups = Map.groupBy(meanSquares.keys(), sharedBy);
  const means = new Map(
    [...groups].map(([key, inputs]) => [key, inputs.reduce((sum, j) => sum + meanSquares[j]!, 0) / inputs.length]),
  );
  return meanSquares.map((_, j) => Math.sqrt(means.get(sharedBy(j))!));
}

function scaleColumns(values: Float32Array, scales: Float32Array): void {
  for (let start = 0; start < values.length; start += scales.length) {
    for (let j = 0; j < scales.length; j++) values[start + j]! *= scales[j]!;
  }
}
