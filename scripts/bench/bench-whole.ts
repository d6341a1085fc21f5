// Whole compressions of the real model beside the reference code in PyTorch on the same machine: wall time, memory, and the share of the
// matmul rate that is reached. Ours from the call to the checked file; theirs from the loaded model to the changed one in memory.
import { join } from 'node:path';
import { readGguf } from '../../src/main/engine/gguf/read-gguf.ts';
import { layerOf } from '../../src/main/engine/models/layer-matrices.ts';
import type { Recipe } from '../../src/shared/recipe.ts';
import { formatBytes, formatDuration } from '../../src/shared/units.ts';
import type { BenchReport } from './bench-report.ts';
import type { BenchSetting } from './bench-setting.ts';
import {
  calibrationPath,
  Reference,
  type ReferenceRun,
  type ReferenceSettings,
  SAMPLE_LENGTH,
} from './run-reference.ts';
import { type MemoryPeak, MemoryWatch } from './watch-memory.ts';

interface OwnRun {
  readonly elapsedMs: number;
  readonly peak: MemoryPeak;
}

const CASES: readonly { readonly settings: ReferenceSettings; readonly params: Record<string, unknown> }[] = [
  { settings: { method: 'wanda', sparsity: 0.5 }, params: { sparsity: 0.5 } },
  { settings: { method: 'sparsegpt', sparsity: 0.5 }, params: { sparsity: 0.5 } },
  { settings: { method: 'gptq', bits: 4, groupSize: 64 }, params: { bits: 4, groupSize: 64 } },
];
const MOST_WALL = { sequential: 1, dense: 0.5 } as const;
const MOST_MEMORY = 0.5;
const LEAST_SHARE = 0.6;
const OPERATIONS_PER_WEIGHT = 2;

/** Of the methods that the setting wants, so that it can be measured in pieces. */
export async function benchWhole(setting: BenchSetting, report: BenchReport, gemmRate: number): Promise<void> {
  const model = setting.smolPath;
  const calibration = calibrationPath();
  if (model === undefined || calibration === undefined) {
    return report.skip('whole methods', 'the real model or the calibration text is not on this machine');
  }
  const reference = Reference.find(model, setting);
  if (typeof reference === 'string') report.skip('the reference code', reference);
  const run = new OwnRuns(setting, model, calibration);
  const own = new Map<string, OwnRun>();
  for (const { settings, params } of CASES) {
    const { method } = settings;
    if (!setting.wants(method)) continue;
    const theirs = typeof reference === 'string' ? undefined : await reference.run(settings);
    if (theirs !== undefined) {
      const rate = `matmul of 2048 x 2048 at ${(theirs.matmulFlops / 1e9).toFixed(1)} GFLOP/s`;
      report.note(`${method}, reference: ${describe(theirs)}; ${rate}`);
    }
    for (const stats of ['sequential', 'dense'] as const) {
      const ours = await run.run(method, { ...params, stats });
      own.set(`${method} ${stats}`, ours);
      const what = `${method}, ${stats}`;
      const count = operations(model, method, stats, setting.sampleCount * SAMPLE_LENGTH);
      addShare(report, what, count / (ours.elapsedMs / 1000), gemmRate);
      if (theirs === undefined) continue;
      addRatios(report, what, ours, theirs, MOST_WALL[stats]);
      const least = (count / gemmRate) * 1000;
      report.note(
        `${what}: its matmuls alone, at the matmul rate of ggml: ${formatDuration(least)}, ${(least / theirs.elapsedMs).toFixed(2)} x the reference`,
      );
    }
  }
  if (setting.wants('feedback')) await addFeedback(report, run, own.get('sparsegpt sequential'));
}

async function addFeedback(report: BenchReport, run: OwnRuns, sparsegpt: OwnRun | undefined): Promise<void> {
  const known = sparsegpt ?? (await run.run('sparsegpt', { sparsity: 0.5, stats: 'sequential' }));
  const feedback = await run.run('feedback', { type: 'Q4_0', stats: 'sequential' });
  const ratio = feedback.elapsedMs / known.elapsedMs;
  report.add({
    what: 'feedback to Q4_0, sequential',
    measured: `${ratio.toFixed(2)} x the wall of SparseGPT (${describe(feedback)})`,
    bar: '<= 1.0 x',
    passed: ratio <= 1,
  });
}

class OwnRuns {
  readonly #setting: BenchSetting;
  readonly #model: string;
  readonly #calibration: string;

  constructor(setting: BenchSetting, model: string, calibration: string) {
    this.#setting = setting;
    this.#model = model;
    this.#calibration = calibration;
  }

  /** In a home of its own, so that nothing measured before helps. */
  async run(method: string, params: Record<string, unknown>): Promise<OwnRun> {
    const samples = { calibrationSamples: this.#setting.sampleCount, calibrationLength: SAMPLE_LENGTH };
    const recipe: Recipe = {
      steps: [{ method, params: { ...params, ...samples, calibration: this.#calibration } }],
    };
    const outputPath = join(this.#setting.folder, `${method}.gguf`);
    const watch = new MemoryWatch();
    const input = { model: this.#model, outputPath, recipe, force: true, ...this.#setting.device };
    const { elapsedMs } = await this.#setting.freshCall('compress', input);
    return { elapsedMs, peak: watch.stop() };
  }
}

const describe = ({ elapsedMs, peak }: OwnRun | ReferenceRun): string =>
  `${formatDuration(elapsedMs)}, ${formatBytes(peak.ownBytes)} of memory, ${formatBytes(peak.residentBytes)} with mapped files`;

function addRatios(report: BenchReport, what: string, ours: OwnRun, theirs: ReferenceRun, mostWall: number): void {
  const wall = ours.elapsedMs / theirs.elapsedMs;
  report.add({
    what: `${what}, wall`,
    measured: `${wall.toFixed(2)} x the sequential reference (${describe(ours)})`,
    bar: `<= ${mostWall} x`,
    passed: wall <= mostWall,
  });
  const memory = ours.peak.ownBytes / theirs.peak.ownBytes;
  const resident = ours.peak.residentBytes / theirs.peak.residentBytes;
  report.add({
    what: `${what}, peak memory`,
    measured: `${memory.toFixed(2)} x (with mapped files ${resident.toFixed(2)} x)`,
    bar: `<= ${MOST_MEMORY} x`,
    passed: memory <= MOST_MEMORY,
  });
}

function addShare(report: BenchReport, what: string, rate: number, gemmRate: number): void {
  const share = rate / gemmRate;
  report.add({
    what: `${what}, share of the matmul rate`,
    measured: `${(rate / 1e9).toFixed(1)} GFLOP/s, ${(share * 100).toFixed(0)} %`,
    bar: `>= ${LEAST_SHARE * 100} %`,
    passed: share >= LEAST_SHARE,
  });
}

/**
 * Multiplications and additions of the layers' matmuls and of half the Hessians, the least that the run must do: everything else counts as
 * lost. Sequential: all layers read the tokens twice, but the last, which nothing follows, and once without the last matrix.
 */
function operations(modelPath: string, method: string, stats: 'sequential' | 'dense', tokens: number): number {
  const { tensors } = readGguf(modelPath);
  const matrices = tensors.filter(({ name, shape }) => layerOf(name) !== undefined && shape.length === 2);
  const layerCount = 1 + Math.max(...matrices.map(({ name }) => layerOf(name) ?? 0));
  let total = 0;
  for (const { name, shape } of matrices) {
    const [columns = 0, rows = 0] = shape;
    const isLast = name.endsWith('ffn_down.weight');
    const reads = stats === 'dense' ? 1 : (isLast ? 0 : 1) + (layerOf(name) === layerCount - 1 ? 0 : 1);
    total += OPERATIONS_PER_WEIGHT * rows * columns * tokens * reads;
    // q, k and v read one input, gate and up another.
    const hasOwnInput = /attn_q|attn_output|ffn_gate|ffn_down/.test(name);
    if (method !== 'wanda' && hasOwnInput) total += columns * columns * tokens;
  }
  return total;
}
