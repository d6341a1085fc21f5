// Quantizing beside llama-quantize of the same release: equal tensor bytes, and the time for it.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../../src/main/engine/embedded-files.ts';
import { readGguf } from '../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../src/main/engine/gguf/tensor-data.ts';
import { nativeFunctions } from '../../src/main/engine/native/libraries.ts';
import { quantizeFile } from '../../src/main/engine/native/quantize-file.ts';
import { type BenchReport, median } from './bench-report.ts';
import type { BenchSetting } from './bench-setting.ts';
import { numberAfter, runPeer } from './run-peer.ts';

const EQUAL_TYPES = ['Q8_0', 'Q4_0', 'Q4_K_M', 'Q2_K', 'IQ4_XS'] as const;
const TIMED_TYPES = ['Q8_0', 'Q4_K_M', 'Q2_K'] as const;
const WITH_IMATRIX: ReadonlySet<string> = new Set(['IQ4_XS']);
const IMATRIX_CHUNKS = 16;
const MOST_WALL_RATIO = 1.05;

export async function benchQuantizedBytes(setting: BenchSetting, report: BenchReport): Promise<void> {
  for (const model of modelsOf(setting, report)) {
    const imatrix = await imatrixOf(model, setting);
    for (const type of EQUAL_TYPES) {
      const params = WITH_IMATRIX.has(type) ? { type, imatrix } : { type };
      const ours = join(setting.folder, 'ours.gguf');
      await compress(setting, model, ours, params);
      const theirs = join(setting.folder, 'theirs.gguf');
      const flags = WITH_IMATRIX.has(type) ? ['--imatrix', imatrix] : [];
      runPeer('llama-quantize', [...flags, model, theirs, type, String(setting.threads)]);
      const difference = firstDifference(ours, theirs);
      report.add({
        what: `${type}${WITH_IMATRIX.has(type) ? ' with imatrix' : ''} of ${basename(model)}`,
        measured: difference ?? 'identical bytes in every tensor',
        bar: 'identical to llama-quantize',
        passed: difference === undefined,
      });
    }
  }
}

export async function benchQuantizeWall(setting: BenchSetting, report: BenchReport): Promise<void> {
  const model = setting.smolPath;
  if (model === undefined) return report.skip('quantize wall time', 'SmolLM2 is not on this machine');
  for (const type of TIMED_TYPES) {
    const alone: number[] = [];
    const whole: number[] = [];
    const theirs: number[] = [];
    const output = join(setting.folder, 'timed.gguf');
    for (let repeat = 0; repeat < setting.repeats; repeat += 1) {
      alone.push(timeQuantizing(model, output, type, setting.threads));
      whole.push((await compress(setting, model, output, { type })).elapsedMs);
      const { output: log } = runPeer('llama-quantize', [model, output, type, String(setting.threads)]);
      theirs.push(numberAfter(log, 'total time ='));
    }
    const ratio = median(alone) / median(theirs);
    report.add({
      what: `quantize wall, ${type}`,
      measured: `${ratio.toFixed(3)} x (${median(alone).toFixed(0)} ms, llama-quantize ${median(theirs).toFixed(0)} ms)`,
      bar: `<= ${MOST_WALL_RATIO} x`,
      passed: ratio <= MOST_WALL_RATIO,
    });
    const wholeRatio = (median(whole) / median(theirs)).toFixed(2);
    report.note(`whole job, every tensor compared, hashed, verified: ${median(whole).toFixed(0)} ms (${wholeRatio} x)`);
  }
}

/** From opening the source to the end of the write, as llama-quantize takes its own time. */
function timeQuantizing(input: string, output: string, fileType: string, threads: number): number {
  // Loading llama.cpp is start-up.
  nativeFunctions();
  const startedMs = performance.now();
  quantizeFile({ input, output, fileType, threads });
  return performance.now() - startedMs;
}

function modelsOf({ smolPath }: BenchSetting, report: BenchReport): string[] {
  if (smolPath === undefined) report.skip('quantized bytes of SmolLM2', 'it is not on this machine');
  return [embeddedPath(EMBEDDED_DEMO_MODEL), ...(smolPath === undefined ? [] : [smolPath])];
}

export async function imatrixOf(model: string, setting: BenchSetting): Promise<string> {
  const outputPath = join(setting.folder, `${basename(model)}.imatrix.gguf`);
  if (!existsSync(outputPath)) {
    await setting.call('measureImatrix', { model, outputPath, chunkCount: IMATRIX_CHUNKS, ...setting.device });
  }
  return outputPath;
}

export function compress(
  setting: BenchSetting,
  model: string,
  outputPath: string,
  params: { type: string; imatrix?: string },
) {
  const recipe = { steps: [{ method: 'quantize', params }] };
  return setting.call('compress', { model, outputPath, recipe, force: true, ...setting.device });
}

function firstDifference(oursPath: string, theirsPath: string): string | undefined {
  const ours = readGguf(oursPath);
  const theirs = readGguf(theirsPath);
  if (ours.tensors.length !== theirs.tensors.length)
    return `${ours.tensors.length} tensors, not ${theirs.tensors.length}`;
  const ourData = openTensorData(ours);
  const theirData = openTensorData(theirs);
  try {
    for (const tensor of ours.tensors) {
      const other = theirs.tensors.find(({ name }) => name === tensor.name);
      if (other?.type !== tensor.type) return `${tensor.name} is ${tensor.type}, not ${other?.type}`;
      if (!ourData.read(tensor).equals(theirData.read(other))) return `the bytes of ${tensor.name} differ`;
    }
    return undefined;
  } finally {
    ourData.close();
    theirData.close();
  }
}
