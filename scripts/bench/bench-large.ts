// Wanda on a random model of the shape of a 7B one: what it holds in memory over the file that it has mapped. Needs 30 GB of disk.
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Recipe } from '../../src/shared/recipe.ts';
import { formatBytes, formatDuration } from '../../src/shared/units.ts';
import type { BenchReport } from './bench-report.ts';
import type { BenchSetting } from './bench-setting.ts';
import { makeLargeLlama } from './make-large-llama.ts';
import { MemoryWatch } from './watch-memory.ts';

const MOST_BYTES = 6e9;
const SHAPE = { hiddenSize: 4096, feedForwardSize: 11008, layerCount: 32, headCount: 32, contextLength: 2048 } as const;
const RECIPE: Recipe = {
  steps: [{ method: 'wanda', params: { sparsity: 0.5, calibrationSamples: 16, calibrationLength: 256 } }],
};

export async function benchLarge(setting: BenchSetting, report: BenchReport): Promise<void> {
  const model = join(setting.folder, 'large-7b.gguf');
  const outputPath = join(setting.folder, 'large-7b.out.gguf');
  report.note('making a random model of 13 GB ...');
  makeLargeLlama(model, setting.folder, SHAPE);
  const sizeBytes = statSync(model).size;
  const watch = new MemoryWatch();
  try {
    const input = { model, outputPath, recipe: RECIPE, force: true, ...setting.device };
    const { elapsedMs } = await setting.freshCall('compress', input);
    const { ownBytes } = watch.stop();
    report.add({
      what: `Wanda with 16 x 256 tokens on ${formatBytes(sizeBytes)} F16`,
      measured: `${formatBytes(ownBytes)} over the mapped file, ${formatDuration(elapsedMs)}`,
      bar: `< ${formatBytes(MOST_BYTES)}`,
      passed: ownBytes < MOST_BYTES,
    });
  } finally {
    watch.stop();
    rmSync(model);
    rmSync(outputPath, { force: true });
  }
}
