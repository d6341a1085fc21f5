// The mean square of every input column of every weight matrix of a model, over a calibration text: Wanda's statistics.
// Remembered per model, text and settings, since a sweep asks for the same ones again and again.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { calibrationFields } from '../compress/calibration-params.ts';
import { EMBEDDED_CALIBRATION_TEXT, embeddedPath } from '../embedded-files.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { LLAMA_CPP_RELEASE } from '../native/abi.generated.ts';
import type { GpuChoice } from '../native/library-path.ts';
import { type CalibrationText, readCalibrationText } from './calibration-text.ts';
import { type InputSums, readImatrix, writeImatrix } from './imatrix-file.ts';
import { InputSumCollector } from './input-sums.ts';
import { SampleReader } from './read-samples.ts';
import { sampleText } from './sample-text.ts';

export interface ColumnStatisticsInput {
  readonly modelPath: string;
  /** Undefined for a file that will not be seen again: nothing is remembered then. */
  readonly modelSha256: string | undefined;
  readonly cacheFolder: string | undefined;
  /** Of a method that needs statistics; other fields are ignored. */
  readonly params: unknown;
  readonly gpu: GpuChoice;
  readonly threads?: number | undefined;
}

export interface ColumnStatistics {
  readonly entries: ReadonlyMap<string, InputSums>;
  readonly calibrationSha256: string;
  readonly stats: string;
  readonly sampleCount: number;
  readonly wantedSampleCount: number;
}

const settingsSchema = z.object(calibrationFields);
type CalibrationSettings = z.infer<typeof settingsSchema>;

/** Throws what reading the text, sampling it and the model throw; CANCELLED between two batches of samples. */
export async function measureColumnStatistics(
  input: ColumnStatisticsInput,
  context: JobContext,
): Promise<ColumnStatistics> {
  const settings = settingsSchema.parse(input.params);
  const text = readCalibrationText(settings.calibration ?? embeddedPath(EMBEDDED_CALIBRATION_TEXT));
  const cachePath = cachePathOf(input, settings, text);
  const known = cachePath !== undefined && existsSync(cachePath) ? readImatrix(cachePath) : undefined;
  const measured = known ?? (await measure(input, settings, text, context));
  if (known === undefined && cachePath !== undefined) {
    const partial = `${cachePath}.${process.pid}.partial`;
    writeImatrix(partial, { ...measured, datasets: [], chunkSize: settings.calibrationLength });
    renameSync(partial, cachePath);
  }
  return {
    entries: measured.entries,
    calibrationSha256: text.sha256,
    stats: settings.stats,
    sampleCount: measured.chunkCount,
    wantedSampleCount: settings.calibrationSamples,
  };
}

function cachePathOf(
  { modelSha256, cacheFolder, gpu }: ColumnStatisticsInput,
  settings: CalibrationSettings,
  text: CalibrationText,
): string | undefined {
  if (modelSha256 === undefined || cacheFolder === undefined) return undefined;
  const facts = { ...settings, calibration: text.sha256, modelSha256, gpu, llamaCpp: LLAMA_CPP_RELEASE };
  const folder = join(cacheFolder, 'column-statistics');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${createHash('sha256').update(JSON.stringify(facts)).digest('hex')}.gguf`);
}

async function measure(
  { modelPath, gpu, threads }: ColumnStatisticsInput,
  settings: CalibrationSettings,
  text: CalibrationText,
  { signal, progress }: JobContext,
): Promise<{ entries: ReadonlyMap<string, InputSums>; chunkCount: number }> {
  const collector = new InputSumCollector();
  const sampleLength = settings.calibrationLength;
  const reader = new SampleReader({ modelPath, sampleLength, gpu, threads }, collector);
  try {
    const samples = sampleText(text, (document) => reader.session.tokenize(document, { addSpecial: true }), {
      sampling: settings.calibrationSampling,
      sampleCount: settings.calibrationSamples,
      sampleLength,
      seed: settings.seed,
    });
    const stage = 'reading the calibration text';
    await reader.read(samples, signal, (done) => {
      progress({ stage, done: done * sampleLength, total: samples.length * sampleLength, unit: 'tokens' });
    });
    return { entries: collector.entries, chunkCount: samples.length };
  } finally {
    reader.close();
  }
}
