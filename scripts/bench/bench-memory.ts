// Peak memory of pruning and quantizing a random model of 3 GB: what the worker holds over the file that it has mapped.
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Recipe } from '../../src/shared/recipe.ts';
import { formatBytes, formatDuration } from '../../src/shared/units.ts';
import type { BenchReport } from './bench-report.ts';
import type { BenchSetting } from './bench-setting.ts';
import { makeLargeLlama } from './make-large-llama.ts';

const MOST_BYTES = 1.5e9;
const SHAPE = { hiddenSize: 2048, feedForwardSize: 8192, layerCount: 24, headCount: 16, contextLength: 2048 } as const;

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
  makeLargeLlama(model, setting.folder, SHAPE);
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
