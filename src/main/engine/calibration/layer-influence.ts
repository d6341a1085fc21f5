// How much each layer changes what goes through it, over a calibration text: what drop-layers chooses by. Remembered by model, text and settings.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { hashModel } from '../artifacts/model-hash.ts';
import { samplingFields } from '../compress/calibration-params.ts';
import { EMBEDDED_CALIBRATION_TEXT, embeddedPath } from '../embedded-files.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import { LLAMA_CPP_RELEASE } from '../native/abi.generated.ts';
import { ModelSession } from '../native/model-session.ts';
import { readCalibrationText } from './calibration-text.ts';
import { InfluenceSum } from './influence-sum.ts';
import { sampleText } from './sample-text.ts';

export const influenceJobSchema = z.object({
  modelPath: z.string().min(1),
  ...samplingFields,
  gpu: z.enum(['auto', 'cuda', 'metal', 'vulkan', 'none']).default('auto'),
  threads: z.int().min(1).optional(),
  /** Where hashes and results are remembered; they are not without it. */
  cacheFolder: z.string().min(1).optional(),
});

export type InfluenceJob = z.infer<typeof influenceJobSchema>;

const influenceSchema = z.strictObject({
  /** By layer: 1 - cosine of its input and output, mean over tokens. 0: it changes nothing but the length. */
  influences: z.array(z.number()),
  sampleCount: z.number(),
  tokenCount: z.number(),
  calibrationSha256: z.string(),
});

export type LayerInfluence = z.infer<typeof influenceSchema>;

/** Throws what reading the text and the model throw; UNSUPPORTED_MODEL when llama.cpp does not name the layers' inputs and outputs; CANCELLED. */
export async function measureLayerInfluence(job: InfluenceJob, context: JobContext): Promise<LayerInfluence> {
  const text = readCalibrationText(job.calibration ?? embeddedPath(EMBEDDED_CALIBRATION_TEXT));
  const path = await cachePathOf(job, text.sha256, context);
  if (path !== undefined && existsSync(path)) return influenceSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  const measured = { ...(await measure(job, text, context)), calibrationSha256: text.sha256 };
  if (path !== undefined) {
    writeFileSync(`${path}.${process.pid}.partial`, JSON.stringify(measured));
    renameSync(`${path}.${process.pid}.partial`, path);
  }
  return measured;
}

async function cachePathOf(
  { modelPath, cacheFolder, threads: _threads, calibration: _path, ...settings }: InfluenceJob,
  calibrationSha256: string,
  context: JobContext,
): Promise<string | undefined> {
  if (cacheFolder === undefined) return undefined;
  const modelSha256 = await hashModel(readGguf(modelPath), cacheFolder, context);
  const facts = { ...settings, calibrationSha256, modelSha256, llamaCpp: LLAMA_CPP_RELEASE };
  const folder = join(cacheFolder, 'layer-influence');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${createHash('sha256').update(JSON.stringify(facts)).digest('hex')}.json`);
}

async function measure(
  { modelPath, calibrationLength: length, gpu, threads, ...settings }: InfluenceJob,
  text: ReturnType<typeof readCalibrationText>,
  { signal, progress }: JobContext,
): Promise<Omit<LayerInfluence, 'calibrationSha256'>> {
  const sum = new InfluenceSum();
  const session = ModelSession.open({
    modelPath,
    contextSize: length,
    batchSize: length,
    microBatchSize: length,
    gpu,
    matmulObserver: { wants: () => false, observe: () => {}, results: sum },
    ...(threads === undefined ? {} : { threads }),
  });
  try {
    sum.layerCount = session.layerCount;
    const samples = sampleText(text, (document) => session.tokenize(document, { addSpecial: true }), {
      sampling: settings.calibrationSampling,
      sampleCount: settings.calibrationSamples,
      sampleLength: length,
      seed: settings.seed,
    });
    for (const [index, tokens] of samples.entries()) {
      session.clear();
      session.decodeRun(tokens, { logits: 'all' });
      const done = (index + 1) * length;
      progress({ stage: 'measuring the influence of layers', done, total: samples.length * length, unit: 'tokens' });
      await yieldToEvents(signal);
    }
    return { influences: sum.influences(modelPath), sampleCount: samples.length, tokenCount: samples.length * length };
  } finally {
    session.close();
  }
}
