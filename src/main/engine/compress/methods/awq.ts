// AWQ: scales the inputs of matrices before they are quantized, folded into what comes before, so that the model computes the same.
// Works on a whole layer; the quantizer is the recipe's next step.
import { z } from 'zod';
import { WorkbenchError } from '../../../../shared/errors.ts';
import { calibrationFields } from '../calibration-params.ts';
import { searchScales } from '../math/channel-scales.ts';
import { sharedAlgebra } from '../math/hessian-factors.ts';
import type { CompressionMethod, LayerTensor, LayerTensors, MatrixStatistics } from '../method.ts';

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

export const awq: CompressionMethod<AwqParams> = {
  id: 'awq',
  family: 'compensate',
  title: 'AWQ scales',
  source: { title: 'Lin et al. 2023, AWQ', url: 'https://arxiv.org/abs/2306.00978' },
  summary:
    'Makes the weights of strong inputs larger and those inputs smaller, so that a quantizer after it harms them less. By itself it changes nothing but rounding.',
  params,
  needs: 'hessian',
  layerNorms: NORMED.map(({ norm }) => norm),
  checkModel: ({ architecture }) =>
    ARCHITECTURES.includes(architecture)
      ? undefined
      : `AWQ knows the layers of ${ARCHITECTURES.join(', ')}, not those of ${architecture}`,
  transformLayer: (tensors, statistics, settings) => scaleLayer(tensors, statistics, settings),
};

/**
 * Tensors by their name without `blk.N.`; matrices are (rows, columns) row-major, norms (columns). Changes them in place: the norm is
 * divided by the scales that its readers' columns are multiplied by, and the rows of the up-projection by those of the down-projection's columns.
 */
function scaleLayer(
  tensors: LayerTensors,
  statistics: ReadonlyMap<string, MatrixStatistics>,
  settings: AwqParams,
): void {
  for (const { norm, readers } of NORMED) {
    const given = tensors.get(norm);
    const matrices = readers.flatMap((name) => tensors.get(name) ?? []);
    if (given === undefined || matrices.length === 0) continue;
    const scales = scalesFor(matrices, statistics.get(matrices[0]!.name), settings);
    for (const [j, scale] of scales.entries()) given.values[j]! /= scale;
    for (const { values } of matrices) scaleColumns(values, scales);
  }
  const [up, down] = [tensors.get('ffn_up.weight'), tensors.get('ffn_down.weight')];
  if (up === undefined || down === undefined) return;
  const scales = scalesFor([down], statistics.get(down.name), settings);
  // A fused up-projection holds the gate's rows first.
  const firstRow = up.rows - down.columns;
  for (const [j, scale] of scales.entries()) {
    const start = (firstRow + j) * up.columns;
    for (let i = start; i < start + up.columns; i++) up.values[i]! /= scale;
  }
  scaleColumns(down.values, scales);
}

function scalesFor(
  matrices: readonly LayerTensor[],
  statistics: MatrixStatistics | undefined,
  { awqBits, awqGroupSize }: AwqParams,
): Float32Array {
  const { hessian, columnMeanSquares } = statistics ?? {};
  if (hessian === undefined || columnMeanSquares === undefined) {
    throw new WorkbenchError('BAD_DATA', `There are no statistics of the inputs of ${matrices[0]?.name}.`);
  }
  const search = { bits: awqBits, groupSize: awqGroupSize, symmetric: false };
  const shaped = matrices.map(({ rows, columns, values }) => ({ rows, columns, weights: values }));
  return searchScales(sharedAlgebra(), shaped, columnMeanSquares.map(Math.sqrt), hessian, search);
}

function scaleColumns(values: Float32Array, scales: Float32Array): void {
  for (let start = 0; start < values.length; start += scales.length) {
    for (let j = 0; j < scales.length; j++) values[start + j]! *= scales[j]!;
  }
}
