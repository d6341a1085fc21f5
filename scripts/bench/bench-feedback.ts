// What a file forgets at equal size: llama-quantize's, with the same calibration as importance matrix, beside the one with feedback.
// Mean KL divergence to F16 on text that neither the calibration nor any choice of the method has seen. WHITTLE_BENCH_TYPES: only these
// types, parted by commas; WHITTLE_BENCH_MODELS: demo, SmolLM2 or both; WHITTLE_BENCH_STATS: asymmetric (default), dense or sequential.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { measureColumnStatistics } from '../../src/main/engine/calibration/column-mean-squares.ts';
import { writeImatrix } from '../../src/main/engine/calibration/imatrix-file.ts';
import {
  EMBEDDED_CALIBRATION_TEXT,
  EMBEDDED_DEMO_MODEL,
  EMBEDDED_PERPLEXITY_TEXT,
  embeddedPath,
} from '../../src/main/engine/embedded-files.ts';
import type { Artifact } from '../../src/shared/artifact.ts';
import { formatDuration } from '../../src/shared/units.ts';
import { sharedData } from '../../test/support/outside-data.ts';
import { compress } from './bench-quantize.ts';
import type { BenchReport } from './bench-report.ts';
import type { BenchSetting } from './bench-setting.ts';

const FILE_TYPES =
  'Q8_0 Q6_K Q5_K_M Q5_1 Q5_0 Q4_K_M Q4_1 Q4_0 IQ4_NL IQ4_XS Q3_K_M IQ3_M IQ3_S IQ3_XXS Q2_K IQ2_M IQ2_S IQ2_XS IQ2_XXS IQ1_M IQ1_S'.split(
    ' ',
  );
/** Feedback over llama-quantize; other types: never clearly worse. */
const DEMO_BARS: Readonly<Record<string, number>> = { Q2_K: 0.5, Q3_K_M: 0.7, Q4_0: 0.85, Q4_K_M: 0.95 };
const SMOL_BARS: Readonly<Record<string, number>> = { Q4_0: 0.85 };
const MOST_RATIO = 1.02;

interface QualityCase {
  readonly name: string;
  readonly model: string;
  readonly calibration: { calibration: string; calibrationSamples: number; calibrationLength: number };
  readonly evaluation: { textPath: string; contextSize: number; chunkCount: number };
  readonly bars: Readonly<Record<string, number>>;
}

export async function benchFeedback(setting: BenchSetting, report: BenchReport): Promise<void> {
  const types = process.env['WHITTLE_BENCH_TYPES']?.split(',') ?? FILE_TYPES;
  const models = process.env['WHITTLE_BENCH_MODELS']?.split(',') ?? ['demo', 'SmolLM2'];
  for (const quality of casesOf(setting, report).filter(({ name }) => models.includes(name))) {
    const imatrix = await imatrixOf(quality, setting);
    report.note(`${quality.name}: mean KL divergence to F16`);
    for (const type of types) await benchType(quality, type, imatrix, setting, report);
  }
}

function casesOf(setting: BenchSetting, report: BenchReport): QualityCase[] {
  const demo: QualityCase = {
    name: 'demo',
    model: embeddedPath(EMBEDDED_DEMO_MODEL),
    calibration: {
      calibration: embeddedPath(EMBEDDED_CALIBRATION_TEXT),
      calibrationSamples: 160,
      calibrationLength: 256,
    },
    evaluation: { textPath: unseenHalf(setting), contextSize: 256, chunkCount: 60 },
    bars: DEMO_BARS,
  };
  const calibration = sharedData('c4/c4_sample.jsonl');
  if (setting.smolPath === undefined || setting.wikitextPath === undefined || calibration === undefined) {
    report.skip('feedback on SmolLM2', 'the model or its texts are not on this machine');
    return [demo];
  }
  const smol: QualityCase = {
    name: 'SmolLM2',
    model: setting.smolPath,
    calibration: { calibration, calibrationSamples: 32, calibrationLength: 512 },
    evaluation: { textPath: setting.wikitextPath, contextSize: 512, chunkCount: 16 },
    bars: SMOL_BARS,
  };
  return [demo, smol];
}

/** The embedded text's second half. What the method does by default was tried out on the first. */
function unseenHalf({ folder }: BenchSetting): string {
  const lines = readFileSync(embeddedPath(EMBEDDED_PERPLEXITY_TEXT), 'utf8').split('\n');
  const path = join(folder, 'unseen-half.txt');
  writeFileSync(path, lines.slice(Math.floor(lines.length / 2)).join('\n'));
  return path;
}

/** Of the very samples that feedback reads. */
async function imatrixOf({ model, calibration }: QualityCase, { folder, device }: BenchSetting): Promise<string> {
  const path = join(folder, `${basename(model)}.same-samples.imatrix.gguf`);
  if (existsSync(path)) return path;
  const input = { modelPath: model, modelSha256: undefined, cacheFolder: undefined, params: calibration, ...device };
  const context = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
  const { entries, sampleCount } = await measureColumnStatistics(input, context);
  writeImatrix(path, { entries, datasets: [], chunkCount: sampleCount, chunkSize: calibration.calibrationLength });
  return path;
}

async function benchType(
  quality: QualityCase,
  type: string,
  imatrix: string,
  setting: BenchSetting,
  report: BenchReport,
): Promise<void> {
  const theirs = join(setting.folder, 'llama-quantize.gguf');
  const { artifact: plain } = await compress(setting, quality.model, theirs, { type, imatrix });
  const ours = join(setting.folder, 'feedback.gguf');
  const stats = process.env['WHITTLE_BENCH_STATS'] ?? 'asymmetric';
  const params = { type, stats, ...quality.calibration };
  const recipe = { steps: [{ method: 'feedback', params }] };
  const options = { model: quality.model, outputPath: ours, recipe, force: true, ...setting.device };
  const { artifact, elapsedMs, warnings } = await setting.call('compress', options);
  for (const warning of warnings) report.note(warning);
  const [theirLoss, ourLoss] = [await lossOf(quality, theirs, setting), await lossOf(quality, ours, setting)];
  const ratio = ourLoss / theirLoss;
  const most = quality.bars[type] ?? MOST_RATIO;
  report.add({
    what: `${type}, ${(statSync(ours).size / 1e6).toFixed(2)} MB`,
    measured: `${ratio.toFixed(3)} x (${ourLoss.toFixed(5)}, llama-quantize ${theirLoss.toFixed(5)}; ${formatDuration(elapsedMs)})`,
    bar: `<= ${most} x, the same types`,
    passed: ratio <= most && typesOf(artifact) === typesOf(plain),
  });
}

async function lossOf({ model: dense, evaluation }: QualityCase, model: string, setting: BenchSetting) {
  const compared = await setting.call('compareModels', { dense, model, ...evaluation, ...setting.device });
  return compared.meanKlDivergence;
}

function typesOf({ tensors }: Artifact): string {
  return tensors
    .map(({ name, type }) => `${name} ${type}`)
    .sort()
    .join('\n');
}
