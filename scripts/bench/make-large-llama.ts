// A random model of any size for measuring memory: one random layer, many times, since what is in the weights does not change what they need.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { GgufValue } from '../../src/main/engine/gguf/gguf-value.ts';
import { readGguf } from '../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../src/main/engine/gguf/tensor-data.ts';
import { GgufWriter } from '../../src/main/engine/gguf/write-gguf.ts';
import { makeTinyLlama } from '../../test/support/make-gguf.ts';

const BLOCK_COUNT = 'llama.block_count';

export interface LargeShape {
  readonly hiddenSize: number;
  readonly feedForwardSize: number;
  readonly layerCount: number;
  readonly headCount: number;
  readonly contextLength: number;
}

/** F16; `folder` takes a file of one layer for a moment. */
export function makeLargeLlama(path: string, folder: string, shape: LargeShape): void {
  const seedPath = join(folder, 'one-layer.gguf');
  makeTinyLlama(seedPath, { ...shape, layerCount: 1 });
  const seed = readGguf(seedPath);
  const metadata = new Map(seed.metadata).set(BLOCK_COUNT, GgufValue.uint32(shape.layerCount));
  const tensors = seed.tensors.flatMap((tensor) => {
    const copies = tensor.name.startsWith('blk.0.') ? shape.layerCount : 1;
    return Array.from({ length: copies }, (_, layer) => ({
      source: tensor,
      name: tensor.name.replace('blk.0.', `blk.${layer}.`),
    }));
  });
  const specs = tensors.map(({ source: { shape: lengths, type }, name }) => ({ name, shape: lengths, type }));
  const writer = GgufWriter.create(path, { metadata, tensors: specs });
  const data = openTensorData(seed);
  for (const { source, name } of tensors) writer.writeTensor(name, data.read(source));
  writer.finish();
  data.close();
  rmSync(seedPath);
}
