// Carries out a method layer by layer: measures a layer's statistics, changes its matrices, goes on to the next layer through the
// changed one (`sequential`), the untouched one (`dense`) or both (`asymmetric`). The changed tensors wait in a file until transform-file.ts
// writes them.
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { WorkbenchError } from '../../../shared/errors.ts';
import { readCalibrationText } from '../calibration/calibration-text.ts';
import { type HiddenPrecision, hiddenPrecisionOnDisk } from '../calibration/hidden-states.ts';
import { KeptPass } from '../calibration/kept-pass.ts';
import { KeptStatistics } from '../calibration/kept-statistics.ts';
import { LayerPass, type LayerPassOptions } from '../calibration/layer-pass.ts';
import { ModelPass } from '../calibration/model-pass.ts';
import { sampleText } from '../calibration/sample-text.ts';
import { EMBEDDED_CALIBRATION_TEXT, embeddedPath } from '../embedded-files.ts';
import { engineVersion } from '../engine-version.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { layerOf } from '../models/layer-matrices.ts';
import { LLAMA_CPP_RELEASE } from '../native/abi.generated.ts';
import { ModelSession } from '../native/model-session.ts';
import { chooseThreads } from '../native/thread-count.ts';
import { calibrationFields, type Stats, statsSchema } from './calibration-params.ts';
import type { KeptPlain } from './change-matrix.ts';
import type { CompressJob } from './compress-job.ts';
import { replacedEmbedding } from './embedding-rows.ts';
import { LayerJournal } from './layer-journal.ts';
import { LayerRun } from './layer-run.ts';
import { releaseFactors, setUpAlgebra } from './math/hessian-factors.ts';
import { fewSamples, NO_STATISTICS, type StepStatistics } from './measure-statistics.ts';
import { needOf } from './method.ts';
import { listTensors, tensorBytes } from './model-tensors.ts';
import type { TransformStep } from './plan-recipe.ts';
import { describeWorkspace, freeBytesOf, planWorkspace } from './plan-workspace.ts';

const settingsSchema = z.object({
  ...calibrationFields,
  stats: statsSchema.default('dense'),
  trueSequential: z.boolean().default(false),
});

/** Hessians of all layers together fill the memory, and sequential statistics exist one layer at a time. */
export function goesByLayers(step: TransformStep): boolean {
  const need = needOf(step);
  if (need === 'nothing') return false;
  return need !== 'columnMeanSquares' || settingsSchema.parse(step.params).stats !== 'dense';
}

export interface LayerPlaces {
  /** Gone when the job ends. */
  readonly workFolder: string;
  /** Undefined for an intermediate file. */
  readonly modelSha256: string | undefined;
}

type CalibrationSettings = z.infer<typeof settingsSchema>;
const HELD_OUT_DISTANCE = 8;

/**
 * The hidden states, the changed tensors and what is done so far lie in the cache, where the same job finds them again after it was
 * cancelled or killed; without a cache or a hash of the source in `workFolder`. Throws what calibration and the method throw; IN_USE while
 * another process is at the same layers; CANCELLED.
 */
export async function compressLayers(
  step: TransformStep,
  source: GgufFile,
  job: CompressJob,
  places: LayerPlaces,
  context: JobContext,
): Promise<StepStatistics> {
  const { calibration } = settingsSchema.parse(step.params);
  const text = readCalibrationText(calibration ?? embeddedPath(EMBEDDED_CALIBRATION_TEXT));
  const journal = journalOf(step, text.sha256, job, places);
  await journal.lock(context.signal);
  try {
    return await compressFrom(journal, text, step, source, job, places, context);
  } catch (error) {
    journal.unlock();
    throw error;
  }
}

async function compressFrom(
  journal: LayerJournal,
  text: ReturnType<typeof readCalibrationText>,
  step: TransformStep,
  source: GgufFile,
  job: CompressJob,
  { modelSha256 }: LayerPlaces,
  context: JobContext,
): Promise<StepStatistics> {
  const settings = settingsSchema.parse(step.params);
  const gpu = job.gpu;
  const { samples, threads } = readSamples(source, settings, text, job);
  const algebra = setUpAlgebra(threads);
  const warnings = fewSamples({ sampleCount: samples.length, wantedSampleCount: settings.calibrationSamples });
  const isHeldOut = heldOutSamples(step, samples.length);
  const options = {
    source,
    samples,
    isHeldOut,
    need: needOf(step),
    algebra,
    threads,
    gpu,
    workFolder: journal.folder,
    hiddenPrecision: planHiddenStates(step, source, samples, journal.folder, warnings, context),
    ...passOf(step, settings),
    embedding: settings.stats === 'asymmetric' ? await replacedEmbedding(step, source, context) : undefined,
  };
  const kept = keptStatistics(step, source, text.sha256, job, modelSha256);
  const { pass, stats } = await openPass({ ...options, kept }, settings, warnings, context);
  const run = new LayerRun(
    {
      step,
      source,
      pass,
      stats,
      isInTurn: stats === 'sequential' && settings.trueSequential,
      samples,
      journal,
      kept,
    },
    context,
  );
  try {
    await run.run();
  } finally {
    pass.close();
    run.close();
    releaseFactors();
  }
  return {
    ...NO_STATISTICS,
    readChanged: run.read,
    stats,
    calibrationSha256: text.sha256,
    warnings: [...warnings, ...run.warnings, ...keptPlainWarnings(run.keptPlain)],
    facts: run.facts,
    release: () => journal.remove(),
  };
}

/**
 * How the samples go through the layers. Behind pruned layers in float32, as the papers' code computes: which weight goes is often a matter of
 * rounding, and moves all that follow. For quantizers that made no measurable difference (docs/benchmark.md): as llama.cpp runs the file.
 */
function passOf(
  { method }: TransformStep,
  { stats }: CalibrationSettings,
): { readonly isPaired: boolean; readonly inFloat32: boolean } {
  return { isPaired: stats === 'asymmetric', inFloat32: stats === 'sequential' && method.family === 'prune' };
}

/** Says what the run will need and in which precision the hidden states are kept. Throws NO_SPACE. */
function planHiddenStates(
  step: TransformStep,
  source: GgufFile,
  samples: readonly Int32Array[],
  folder: string,
  warnings: string[],
  context: JobContext,
): HiddenPrecision {
  const needs = {
    source,
    need: needOf(step),
    sampleCount: samples.length,
    sampleLength: samples[0]?.length ?? 0,
    hasHeldOut: step.method.encode !== undefined,
    ...passOf(step, settingsSchema.parse(step.params)),
    changedBytes: step.tensors
      .filter(({ name }) => step.touched.has(name))
      .reduce((sum, tensor) => sum + tensorBytes(tensor), 0),
  };
  const planned = planWorkspace(needs, freeBytesOf(folder), folder);
  const workspace = { ...planned, hiddenPrecision: hiddenPrecisionOnDisk(folder) ?? planned.hiddenPrecision };
  context.log(describeWorkspace(workspace));
  if (workspace.hiddenPrecision === 'F16') {
    warnings.push('The disk has no room for the hidden states in single precision: they were kept in half precision.');
  }
  return workspace.hiddenPrecision;
}

function journalOf(
  { method, params, tensors }: TransformStep,
  calibrationSha256: string,
  { cacheFolder, gpu }: CompressJob,
  { workFolder, modelSha256 }: LayerPlaces,
): LayerJournal {
  if (cacheFolder === undefined || modelSha256 === undefined) return new LayerJournal(workFolder);
  const types = tensors.map(({ type }) => type);
  const facts = { method: method.id, params, types, calibrationSha256, modelSha256, gpu, engine: engineVersion() };
  return new LayerJournal(LayerJournal.folderFor(cacheFolder, facts));
}

/** The parameters of the calibration are all that the dense model's statistics depend on, beside the model and what is measured. */
function keptStatistics(
  step: TransformStep,
  source: GgufFile,
  calibrationSha256: string,
  { cacheFolder, gpu }: CompressJob,
  modelSha256: string | undefined,
): KeptStatistics | undefined {
  const { calibration: _path, trueSequential: _inTurn, stats, ...settings } = settingsSchema.parse(step.params);
  if (cacheFolder === undefined || modelSha256 === undefined || stats !== 'dense') return undefined;
  const measured = { need: needOf(step), heldOut: step.method.encode !== undefined };
  const facts = { ...settings, ...measured, calibrationSha256, modelSha256, gpu, llamaCpp: LLAMA_CPP_RELEASE };
  return new KeptStatistics(cacheFolder, facts, source);
}

function readSamples(
  source: GgufFile,
  settings: CalibrationSettings,
  text: ReturnType<typeof readCalibrationText>,
  { gpu, threads }: CompressJob,
): { samples: Int32Array[]; threads: number } {
  const session = ModelSession.open({ modelPath: source.path, contextSize: 512, gpu, repackWeights: false });
  try {
    const samples = sampleText(text, (document) => session.tokenize(document, { addSpecial: true }), {
      sampling: settings.calibrationSampling,
      sampleCount: settings.calibrationSamples,
      sampleLength: settings.calibrationLength,
      seed: settings.seed,
    });
    return { samples, threads: threads ?? chooseThreads(session, availableParallelism()).threads };
  } finally {
    session.close();
  }
}

/** Every eighth sample, for methods that check themselves; the last of few. */
function heldOutSamples({ method }: TransformStep, sampleCount: number): (sample: number) => boolean {
  if (method.encode === undefined || sampleCount < 2) return () => false;
  const distance = Math.min(HELD_OUT_DISTANCE, sampleCount);
  return (sample) => sample % distance === distance - 1;
}

async function openPass(
  { kept, ...options }: LayerPassOptions & { readonly kept: KeptStatistics | undefined },
  { stats }: CalibrationSettings,
  warnings: string[],
  context: JobContext,
): Promise<{ pass: LayerPass | ModelPass | KeptPass; stats: Stats }> {
  const layerCount = 1 + Math.max(...options.source.tensors.map(({ name }) => layerOf(name) ?? -1));
  if (kept?.has(layerCount)) return { pass: new KeptPass(kept, layerCount, context.signal), stats: 'dense' };
  try {
    return { pass: await LayerPass.open(options, context), stats };
  } catch (error) {
    if (!(error instanceof WorkbenchError) || error.code !== 'UNSUPPORTED_MODEL') throw error;
    if (stats !== 'dense') {
      warnings.push(`${error.message} That was done here: the statistics are those of the dense model, not ${stats}.`);
    }
    return { pass: new ModelPass(options, context), stats: 'dense' };
  }
}

const KEPT_PLAIN_REASONS = {
  'no-gain': 'since feedback does not help there on text that was held back',
  'no-codes': 'whose codes only its quantizer knows',
} as const;

function keptPlainWarnings(kept: readonly KeptPlain[]): string[] {
  return [...Map.groupBy(kept, ({ reason }) => reason)].map(
    ([reason, members]) =>
      `As llama.cpp's quantizer writes them, ${KEPT_PLAIN_REASONS[reason]}: ${listTensors(members.map(({ name }) => name))}.`,
  );
}
