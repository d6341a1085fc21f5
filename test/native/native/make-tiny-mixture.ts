// A random Llama with a mixture of experts in place of each feed-forward part, made from the tiny dense one.

import { GgufValue } from '../../../src/main/engine/gguf/gguf-value.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../../src/main/engine/gguf/tensor-data.ts';
import { GgufWriter } from '../../../src/main/engine/gguf/write-gguf.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { randomNormals } from '../../support/random-weights.ts';

export interface Mixture {
  readonly hiddenSize: number;
  readonly feedForwardSize: number;
  readonly expertCount: number;
  readonly usedCount: number;
}

export function makeTinyMixture(path: string, { hiddenSize, feedForwardSize, expertCount, usedCount }: Mixture): void {
  const densePath = `${path}.dense`;
  makeTinyLlama(densePath, { hiddenSize, type: 'F32', layerCount: 2 });
  const dense = readGguf(densePath);
  const metadata = new Map([
    ...dense.metadata,
    ['llama.feed_forward_length', GgufValue.uint32(feedForwardSize)],
    ['llama.expert_count', GgufValue.uint32(expertCount)],
    ['llama.expert_used_count', GgufValue.uint32(usedCount)],
  ] as const);
  const kept = dense.tensors.filter(({ name }) => !/ffn_(gate|up|down)\.weight$/.test(name));
  const added = [0, 1].flatMap((layer) => [
    { name: `blk.${layer}.ffn_gate_inp.weight`, shape: [hiddenSize, expertCount], type: 'F32' },
    { name: `blk.${layer}.ffn_gate_exps.weight`, shape: [hiddenSize, feedForwardSize, expertCount], type: 'F32' },
    { name: `blk.${layer}.ffn_up_exps.weight`, shape: [hiddenSize, feedForwardSize, expertCount], type: 'F32' },
    { name: `blk.${layer}.ffn_down_exps.weight`, shape: [feedForwardSize, hiddenSize, expertCount], type: 'F32' },
  ]);
  const writer = GgufWriter.create(path, { metadata, tensors: [...kept, ...added] });
  const data = openTensorData(dense);
  for (const tensor of kept) writer.writeTensor(tensor.name, data.read(tensor));
  data.close();
  const random = randomNormals(11);
  for (const { name, shape } of added) {
    const length = shape.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length }, () => random() / Math.sqrt(shape[0] ?? 1));
    writer.writeTensor(name, new Uint8Array(values.buffer));
  }
  writer.finish();
}
