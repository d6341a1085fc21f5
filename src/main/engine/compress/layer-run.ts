// The loop over the layers: measure, change every matrix, go on through the changed layer, note what is done. Between calibration
// and the writing of the file; started by compress-layers.ts.
import { join } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import { KeptPass } from '../calibration/kept-pass.ts';
import type { KeptStatistics } from '../calibration/kept-statistics.ts';
import type { ReplacedTensor } from '../calibration/layer-file.ts';
import { LayerPass } from '../calibration/layer-pass.ts';
import type { ModelPass } from '../calibration/model-pass.ts';
import type { GgufFile, GgufTensor } from '../gguf/read-gguf.ts';
import { openTensorData, type TensorData } from '../gguf/tensor-data.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { layerOf } from '../models/layer-matrices.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import { dequantize } from '../native/ggml-convert.ts';
import type { Stats } from './calibration-params.ts';
import { changeMatrix, checkFinite, encodeRows, type KeptPlain, type NamedFacts } from './change-matrix.ts';
import { ChangedTensors } from './changed-tensors.ts';
import type { LayerJournal } from './layer-journal.ts';
import type { MatrixStatistics } from './method.ts';
import { matricesOf, modelShape } from './model-tensors.ts';
import type { TransformStep } from './plan-recipe.ts';

export interface LayerRunOptions {
  readonly step: TransformStep;
  readonly source: GgufFile;
  readonly pass: LayerPass | ModelPass | KeptPass;
  /** As they are measured, which can differ from what was asked for. */
  readonly stats: Stats;
  /** Also within a layer: each group of matrices with the same input is measured behind those before. */
  readonly isInTurn: boolean;
  readonly samples: readonly Int32Array[];
  readonly journal: LayerJournal;
  /** Where statistics of the dense model are kept and found. */
  readonly kept?: KeptStatistics | undefined;
}

export class LayerRun {
  readonly warnings: string[];
  /** Matrices that the method left to llama.cpp's quantizer. */
  readonly keptPlain: KeptPlain[];
  readonly facts: NamedFacts[];
  readonly #options: LayerRunOptions;
  readonly #context: JobContext;
  readonly #data: TensorData;
  readonly #changed: ChangedTensors;
  readonly #firstLayer: number;
  #doneTokens = 0;

  constructor(options: LayerRunOptions, context: JobContext) {
    const { layersDone, places, warnings, keptPlain, facts } = options.journal.load();
    this.#options = options;
    this.#context = context;
    this.#data = openTensorData(options.source);
    this.#changed = new ChangedTensors(join(options.journal.folder, 'changed-tensors'), places);
    this.#firstLayer = layersDone;
    this.warnings = [...warnings];
    this.keptPlain = [...keptPlain];
    this.facts = [...facts];
  }

  async run(): Promise<void> {
    const { pass, stats, source, step } = this.#options;
    const { layerCount } = pass;
    this.#doneTokens = this.#firstLayer * this.#passesPerLayer * this.#passTokens;
    for (let layer = this.#firstLayer; layer < layerCount; layer++) {
      const place = `layer ${layer + 1} of ${layerCount}`;
      const statistics = await this.#measure(layer, place);
      const tensors = source.tensors.filter(({ name }) => layerOf(name) === layer && step.touched.has(name));
      const changed = await this.#changeLayer(layer, tensors, statistics);
      if (stats !== 'dense' && pass instanceof LayerPass) {
        await pass.advance(layer, changed, (done) => this.#report(`reading on through ${place}`, done));
      }
      this.#doneTokens = (layer + 1) * this.#passesPerLayer * this.#passTokens;
      this.#save(layer + 1);
    }
  }

  async #changeLayer(
    layer: number,
    tensors: readonly GgufTensor[],
    statistics: ReadonlyMap<string, MatrixStatistics>,
  ): Promise<Map<string, ReplacedTensor>> {
    if (this.#options.step.method.transformLayer !== undefined) return this.#changeTogether(tensors, statistics);
    const { pass, isInTurn } = this.#options;
    if (isInTurn && pass instanceof LayerPass) return this.#changeInTurn(pass, layer, tensors, statistics);
    return this.#changeEach(tensors, statistics);
  }

  /** Tensors that read the same input together; what comes behind them is measured again. */
  async #changeInTurn(
    pass: LayerPass,
    layer: number,
    tensors: readonly GgufTensor[],
    first: ReadonlyMap<string, MatrixStatistics>,
  ): Promise<Map<string, ReplacedTensor>> {
    const changed = new Map<string, ReplacedTensor>();
    let statistics = first;
    for (const group of pass.inputGroups(layer)) {
      const own = tensors.filter(({ name }) => group.includes(name));
      if (own.length === 0) continue;
      if (changed.size > 0) {
        const stage = `measuring ${own.map(({ name }) => name).join(', ')}`;
        statistics = await pass.measureBehind(layer, changed, group, (done) => this.#report(stage, done));
        this.#finishPass();
      }
      for (const [name, tensor] of await this.#changeEach(own, statistics)) changed.set(name, tensor);
    }
    for (const { name } of tensors) if (!changed.has(name)) throw neverUsed(this.#options.step, name);
    return changed;
  }

  async #changeEach(
    tensors: readonly GgufTensor[],
    statistics: ReadonlyMap<string, MatrixStatistics>,
  ): Promise<Map<string, ReplacedTensor>> {
    const changed = new Map<string, ReplacedTensor>();
    for (const tensor of tensors) {
      changed.set(tensor.name, this.#change(tensor, statistics));
      this.#report(`${this.#options.step.method.id} ${tensor.name}`, 0);
      await yieldToEvents(this.#context.signal);
    }
    return changed;
  }

  /** For methods that change several tensors of a layer at once: all of them are in memory. */
  #changeTogether(
    tensors: readonly GgufTensor[],
    statistics: ReadonlyMap<string, MatrixStatistics>,
  ): Map<string, ReplacedTensor> {
    const { method, params } = this.#options.step;
    const layer = new Map(
      tensors.map((tensor) => {
        const [columns = 1, ...rest] = tensor.shape;
        const rows = rest.reduce((product, length) => product * length, 1);
        const values = dequantize(tensor.type, this.#data.read(tensor), rows * columns);
        checkFinite(values, { name: tensor.name, rows, columns });
        return [tensor.name.replace(/^blk\.\d+\./, ''), { name: tensor.name, rows, columns, values }] as const;
      }),
    );
    method.transformLayer?.(layer, statistics, params, modelShape(this.#options.source));
    return new Map(
      [...layer.values()].map(({ name, columns, values }) => {
        const type = this.#typeOf(name);
        const data = encodeRows(type, values, columns);
        this.#changed.add(name, data);
        return [name, { type, data }];
      }),
    );
  }

  #typeOf(name: string): string {
    const tensor = this.#options.step.tensors.find((candidate) => candidate.name === name);
    if (tensor === undefined) throw new WorkbenchError('INTERNAL', `${name} is not in the plan.`);
    return tensor.type;
  }

  async #measure(layer: number, place: string): Promise<Map<string, MatrixStatistics>> {
    const onSample = (done: number): void => this.#report(`measuring ${place}`, done);
    const { pass, stats, kept } = this.#options;
    if (stats !== 'dense' && pass instanceof LayerPass) {
      const isPaired = stats === 'asymmetric';
      const statistics = await (isPaired ? pass.measureBoth(layer, onSample) : pass.measure(layer, onSample));
      this.#finishPass();
      return statistics;
    }
    const statistics = await pass.measureAndAdvance(layer, onSample);
    if (!(pass instanceof KeptPass)) kept?.save(layer, statistics);
    this.#finishPass();
    return statistics;
  }

  #report(stage: string, doneSamples: number): void {
    const { samples, pass } = this.#options;
    const sampleLength = samples[0]?.length ?? 0;
    const total = pass.layerCount * this.#passesPerLayer * this.#passTokens;
    const done = Math.min(total, this.#doneTokens + doneSamples * sampleLength);
    this.#context.progress({ stage, done, total, unit: 'tokens' });
  }

  #finishPass(): void {
    this.#doneTokens += this.#passTokens;
  }

  get #passTokens(): number {
    const { samples } = this.#options;
    return samples.length * (samples[0]?.length ?? 0);
  }

  /** In turn: one pass for each group of matrices that read the same input, four in nearly every model. Both models are measured in one. */
  get #passesPerLayer(): number {
    const { stats, isInTurn } = this.#options;
    return isInTurn ? 5 : stats === 'dense' ? 1 : 2;
  }

  #save(layersDone: number): void {
    const { warnings, keptPlain, facts } = this;
    this.#options.journal.save({ layersDone, places: this.#changed.places, warnings, keptPlain, facts });
  }

  /** Keeps the changed data in the file. */
  #change(tensor: GgufTensor, statistics: ReadonlyMap<string, MatrixStatistics>): ReplacedTensor {
    const { step } = this.#options;
    const type = this.#typeOf(tensor.name);
    const shapes = matricesOf(tensor);
    const matrixBytes = tensor.sizeBytes / shapes.length;
    const idle: string[] = [];
    const pieces = shapes.map((shape, index) => {
      const found = statistics.get(shape.name);
      if (found === undefined) idle.push(shape.name);
      const bytes = this.#data.readRange(tensor, index * matrixBytes, matrixBytes);
      const source = { type: tensor.type, data: bytes };
      // An expert that no token reached has no statistics; it stays as it is.
      const used = found === undefined && step.method.encode === undefined ? undefined : step;
      return changeMatrix(used, shape, source, found ?? {}, type, {
        onKeptPlain: (kept) => this.keptPlain.push(kept),
        onFacts: (facts) => this.facts.push(facts),
      });
    });
    if (idle.length === shapes.length && shapes.length === 1) throw neverUsed(step, tensor.name);
    if (idle.length > 0) {
      this.warnings.push(`Experts that the calibration text never reached stay as they are: ${idle.join(', ')}.`);
    }
    const data = Buffer.concat(pieces);
    this.#changed.add(tensor.name, data);
    return { type, data };
  }

  /** The data of a tensor that was changed; also after `close`. */
  get read(): (tensor: string) => Uint8Array {
    return this.#changed.read;
  }

  close(): void {
    this.#data.close();
    this.#changed.finish();
  }
}

function neverUsed({ method }: TransformStep, name: string): WorkbenchError {
  const message = `${method.title} cannot work on ${name}: the model never multiplied by it while it read the calibration text.`;
  return new WorkbenchError('UNSUPPORTED_MODEL', message, { tensors: [name] });
}
