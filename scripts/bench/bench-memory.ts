// Peak memory of pruning and quantizing a random model of 3 GB: what the worker holds over the file that it has mapped.
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GgufValue } from '../../src/main/engine/gguf/gguf-value.ts';
import { readGguf } from '../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../src/main/engine/gguf/tensor-data.ts';
import { GgufWriter } from '../../src/main/engine/gguf/write-gguf.ts';
import type { Recipe } from '../../src/shared/recipe.ts';
import { formatBytes, formatDuration } from '../../src/shared/units.ts';
import { makeTinyLlama } from '../../test/support/make-gguf.ts';
import type { BenchReport } from './bench-report.ts';
import type { BenchSetting } from './bench-setting.ts';

const MOST_BYTES = 1.5e9;
const SHAPE = { hiddenSize: 2048, feedForwardSize: 8192, layerCount: 24, headCount: 16, contextLength: 2048 } as const;

const BLOCK_COUNT = 'llama.block_count';

/** One random layer, many times: what is in the weights does not change what memory they need. */
function makeLargeLlama(path: string, folder: string): void {
  const seedPath = join(folder, 'one-layer.gguf');
  makeTinyLlama(seedPath, { ...SHAPE, layerCount: 1 });
  const seed = readGguf(seedPath);
  const metadata = new Map(seed.metadata).set(BLOCK_COUNT, GgufValue.uint32(SHAPE.layerCount));
  const tensors = seed.tensors.flatMap((tensor) => {
    const copies = tensor.name.startsWith('blk.0.') ? SHAPE.layerCount : 1;
    return Array.from({ length: copies }, (_, layer) => ({
      source: tensor,
      name: tensor.name.replace('blk.0.', `blk.${layer}.`),
    }));
  });
  const specs = tensors.map(({ source: { shape, type }, name }) => ({ name, shape, type }));
  const writer = GgufWriter.create(path, { metadata, tensors: specs });
  const data = openTensorData(seed);
  for (const { source, name } of tensors) writer.writeTensor(name, data.read(source));
  writer.finish();
  data.close();
  rmSync(seedPath);
}

const RECIPES: readonly (readonly [name: string, recipe: Recipe])[] = [
  ['magnitude 50 %', { steps: [{ method: 'magnitude', params: { sparsity: 0.5 } }] }],
  ['Q4_K_M', { steps: [{ method: 'quantize', params: { type: 'Q4_K_M' } }] }],
  [
    'wanda 50 %',
    { steps: [{ method: 'wanda', params: { sparsity: 0.5, calibrationSamples: 2, calibrationLength: 64 } }] },
  ],
];

export async function benchMemory(setting: BenchSetting, report: BenchReport): Promise<void> {
  const model = join(setting.folder, 'large.gguf');
  report.note('making a random model of 3 GB ...');
  makeLargeLlama(model, setting.folder);
  const sizeBytes = statSync(model).size;
  try {
    for (const [name, recipe] of RECIPES) {
      const outputPath = join(setting.folder, 'large.out.gguf');
      const result = await setting.call('compress', { model, outputPath, recipe, force: true, ...setting.device });
      rmSync(outputPath);
      report.add({
        what: `peak memory, ${name} of ${formatBytes(sizeBytes)} F16`,
        measured: `${formatBytes(result.peakMemoryBytes)} in ${formatDuration(result.elapsedMs)}`,
        bar: 'below 1.5 GB over the mapped file',
        passed: result.peakMemoryBytes < MOST_BYTES,
      });
    }
  } finally {
    rmSync(model);
  }
}
