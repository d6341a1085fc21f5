// Carries out a method layer by layer: measures a layer's statistics, changes its matrices, goes on to the next layer through the
// changed one (`sequential`) or the untouched one (`dense`). The changed tensors wait in a file until transform-file.ts writes them.
import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { WorkbenchError } from '../../../shared/errors.ts';
import { readCalibrationText } from '../calibration/calibration-text.ts';
import type { ReplacedTensor } from '../calibration/layer-file.ts';
import { LayerPass } from '../calibration/layer-pass.ts';
import { ModelPass } from '../calibration/model-pass.ts';
import { sampleText } from '../calibration/sample-text.ts';
import { EMBEDDED_CALIBRATION_TEXT, embeddedPath } from '../embedded-files.ts';
import type { GgufFile, GgufTensor } from '../gguf/read-gguf.ts';
import { openTensorData, type TensorData } from '../gguf/tensor-data.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { layerOf } from '../models/layer-matrices.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import { ModelSession } from '../native/model-session.ts';
import { chooseThreads } from '../native/thread-count.ts';
import { calibrationFields } from './calibration-params.ts';
import { changeMatrix } from './change-matrix.ts';
import { ChangedTensors } from './changed-tensors.ts';
import type { CompressJob } from './compress-job.ts';
import { releaseFactors, setUpAlgebra } from './math/hessian-factors.ts';
import { NO_STATISTICS, type StepStatistics } from './measure-statistics.ts';
import type { MatrixStatistics } from './method.ts';
import { listTensors, matricesOf } from './model-tensors.ts';
import type { TransformStep } from './plan-recipe.ts';

const settingsSchema = z.object(calibrationFields);

/** Hessians of all layers together fill the memory, and sequential statistics exist one layer at a time. */
export function goesByLayers({ method, params }: TransformStep): boolean {
  if (method.needs === 'nothing') return false;
  return method.needs === 'hessian' || settingsSchema.parse(params).stats === 'sequential';
}
type CalibrationSettings = z.infer<typeof settingsSchema>;
const HELD_OUT_DISTANCE = 8;

type Pass = LayerPass | ModelPass;

/** `workFolder` takes the hidden states, one layer, and the changed tensors. Throws what calibration and the method throw; CANCELLED. */
export async function compressLayers(
  step: TransformStep,
  source: GgufFile,
  job: CompressJob,
  workFolder: string,
  context: JobContext,
): Promise<StepStatistics> {
  const settings = settingsSchema.parse(step.params);
  const text = readCalibrationText(settings.calibration ?? embeddedPath(EMBEDDED_CALIBRATION_TEXT));
  const gpu = job.gpu;
  const { samples, threads } = readSamples(source, settings, text, job);
  mkdirSync(workFolder, { recursive: true });
  const algebra = setUpAlgebra(threads, gpu);
  const warnings: string[] = [];
  if (samples.length < settings.calibrationSamples) {
    warnings.push(
      `The calibration text has ${samples.length} samples where ${settings.calibrationSamples} were asked for: all of it was used.`,
    );
  }
  const isHeldOut = heldOutSamples(step, samples.length);
  const options = { source, samples, isHeldOut, need: step.method.needs, algebra, threads, gpu, workFolder };
  const { pass, isSequential } = await openPass(options, settings, warnings, context);
  const changed = new ChangedTensors(join(workFolder, 'changed-tensors'));
  const run = new LayerRun(step, source, pass, isSequential, samples, changed, context);
  try {
    await run.run();
    warnings.push(...run.warnings, ...keptPlainWarnings(run.keptPlain));
    return { ...NO_STATISTICS, readChanged: changed.read, calibrationSha256: text.sha256, warnings };
  } finally {
    pass.close();
    run.close();
    changed.finish();
    releaseFactors();
  }
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
  options: Parameters<typeof LayerPass.open>[0],
  { stats }: CalibrationSettings,
  warnings: string[],
  context: JobContext,
): Promise<{ pass: Pass; isSequential: boolean }> {
  try {
    return { pass: await LayerPass.open(options, context), isSequential: stats === 'sequential' };
  } catch (error) {
    if (!(error instanceof WorkbenchError) || error.code !== 'UNSUPPORTED_MODEL') throw error;
    if (stats === 'sequential') {
      warnings.push(
        `${error.message} That was done here: the statistics are those of the dense model, not sequential.`,
      );
    }
    return { pass: new ModelPass(options, context), isSequential: false };
  }
}

class LayerRun {
  readonly warnings: string[] = [];
  /** Matrices that the method left to llama.cpp's quantizer. */
  readonly keptPlain: string[] = [];
  readonly #step: TransformStep;
  readonly #pass: Pass;
  readonly #isSequential: boolean;
  readonly #samples: readonly Int32Array[];
  readonly #context: JobContext;
  readonly #source: GgufFile;
  readonly #data: TensorData;
  readonly #changed: ChangedTensors;
  #doneTokens = 0;

  constructor(
    step: TransformStep,
    source: GgufFile,
    pass: Pass,
    isSequential: boolean,
    samples: readonly Int32Array[],
    changed: ChangedTensors,
    context: JobContext,
  ) {
    this.#step = step;
    this.#source = source;
    this.#pass = pass;
    this.#isSequential = isSequential;
    this.#samples = samples;
    this.#context = context;
    this.#data = openTensorData(source);
    this.#changed = changed;
  }

  async run(): Promise<void> {
    const { layerCount } = this.#pass;
    for (let layer = 0; layer < layerCount; layer++) {
      const place = `layer ${layer + 1} of ${layerCount}`;
      const statistics = await this.#measure(layer, place);
      const changed = new Map<string, ReplacedTensor>();
      for (const tensor of this.#source.tensors) {
        if (layerOf(tensor.name) !== layer || !this.#step.touched.has(tensor.name)) continue;
        changed.set(tensor.name, this.#change(tensor, statistics));
        this.#report(`${this.#step.method.id} ${tensor.name}`, 0);
        await yieldToEvents(this.#context.signal);
      }
      if (!this.#isSequential || !(this.#pass instanceof LayerPass)) continue;
      await this.#pass.advance(layer, changed, (done) => this.#report(`reading on through ${place}`, done));
      this.#finishPass();
    }
  }

  async #measure(layer: number, place: string): Promise<Map<string, MatrixStatistics>> {
    const onSample = (done: number): void => this.#report(`measuring ${place}`, done);
    const statistics =
      this.#isSequential && this.#pass instanceof LayerPass
        ? await this.#pass.measure(layer, onSample)
        : await this.#pass.measureAndAdvance(layer, onSample);
    this.#finishPass();
    return statistics;
  }

  #report(stage: string, doneSamples: number): void {
    const sampleLength = this.#samples[0]?.length ?? 0;
    const passes = this.#pass.layerCount * (this.#isSequential ? 2 : 1);
    const total = passes * this.#samples.length * sampleLength;
    this.#context.progress({ stage, done: this.#doneTokens + doneSamples * sampleLength, total, unit: 'tokens' });
  }

  #finishPass(): void {
    this.#doneTokens += this.#samples.length * (this.#samples[0]?.length ?? 0);
  }

  /** Keeps the changed data in the file. */
  #change(tensor: GgufTensor, statistics: ReadonlyMap<string, MatrixStatistics>): ReplacedTensor {
    const type = this.#step.tensors.find(({ name }) => name === tensor.name)?.type ?? tensor.type;
    const shapes = matricesOf(tensor);
    const matrixBytes = tensor.sizeBytes / shapes.length;
    const idle: string[] = [];
    const pieces = shapes.map((shape, index) => {
      const found = statistics.get(shape.name);
      if (found === undefined) idle.push(shape.name);
      const bytes = this.#data.readRange(tensor, index * matrixBytes, matrixBytes);
      const source = { type: tensor.type, data: bytes };
      // An expert that no token reached has no statistics; it stays as it is.
      const step = found === undefined && this.#step.method.encode === undefined ? undefined : this.#step;
      return changeMatrix(step, shape, source, found ?? {}, type, (name) => this.keptPlain.push(name));
    });
    if (idle.length === shapes.length && shapes.length === 1) throw neverUsed(this.#step, tensor.name);
    if (idle.length > 0) {
      this.warnings.push(`Experts that the calibration text never reached stay as they are: ${idle.join(', ')}.`);
    }
    const data = Buffer.concat(pieces);
    this.#changed.add(tensor.name, data);
    return { type, data };
  }

  close(): void {
    this.#data.close();
  }
}

function keptPlainWarnings(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [
    `As llama.cpp's quantizer writes them, since feedback does not help there on text that was held back: ${listTensors(names)}.`,
  ];
}

function neverUsed({ method }: TransformStep, name: string): WorkbenchError {
  const message = `${method.title} cannot work on ${name}: the model never multiplied by it while it read the calibration text.`;
  return new WorkbenchError('UNSUPPORTED_MODEL', message, { tensors: [name] });
}
