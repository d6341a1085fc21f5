// Takes all calibration samples through a model one layer at a time: each layer's statistics are measured on inputs that went through
// the layers before as they are by then. One pass over the layers for `dense`, two for `sequential`, three for `asymmetric`, which takes the
// samples through the dense layers beside; memory is that of one layer.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { MatrixStatistics, StatisticsNeed } from '../compress/method.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import { openTensorData, type TensorData } from '../gguf/tensor-data.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { yieldToEvents } from '../models/yield-to-events.ts';
import type { GpuChoice } from '../native/library-path.ts';
import type { LinearAlgebra } from '../native/linear-algebra.ts';
import { ModelSession } from '../native/model-session.ts';
import { checkTokenCount, readDenseOutputs } from './dense-outputs.ts';
import { denseHiddenFolder, type HiddenPrecision, HiddenStates } from './hidden-states.ts';
import { LayerCollector } from './layer-collector.ts';
import { type LayerFileOptions, layerTensorName, type ReplacedTensor, writeLayerFile } from './layer-file.ts';
import { type StreamWriters, streamWriters } from './stream-writers.ts';

export interface LayerPassOptions {
  readonly source: GgufFile;
  /** All of one length. */
  readonly samples: readonly Int32Array[];
  readonly need: StatisticsNeed;
  readonly algebra: LinearAlgebra;
  readonly threads: number;
  readonly gpu: GpuChoice;
  /** Samples that go into the statistics of text held back. */
  readonly isHeldOut: (sample: number) => boolean;
  /** Takes the hidden states, from which a later pass can go on, and until `close` a folder with one layer. */
  readonly workFolder: string;
  /** Of the hidden states on disk. Default F32. */
  readonly hiddenPrecision?: HiddenPrecision;
  /** Samples also go through the dense layers, for `measureBoth`. */
  readonly isPaired?: boolean;
  /** What stands in place of the source's embedding for the compressed layers. */
  readonly embedding?: ReadonlyMap<string, ReplacedTensor> | undefined;
}

/** A layer alone must give the whole model's values but for the order of sums; on the CPU it gives the same bits. */
const LARGEST_RELATIVE_DIFFERENCE = 1e-4;
/** llama.cpp's names of a layer's output and of what its first layer begins with. */
const OUTPUT_NODE = 'l_out-0';
const EMBEDDING_NODE = 'embd';
/** How llama.cpp is told what kind of attention the layer has: not at all, as windowed by a pattern of one layer, or by leaving the window out. */
const WINDOW_VARIANTS = [undefined, true, false] as const;

export class LayerPass {
  readonly layerCount: number;
  readonly #options: LayerPassOptions;
  readonly #context: JobContext;
  readonly #folder: string;
  readonly #data: TensorData;
  readonly #hidden: HiddenStates;
  /** Of the dense model, when paired. */
  readonly #denseHidden: HiddenStates | undefined;
  readonly #collector: LayerCollector;
  readonly #dense: readonly Float32Array[];
  /** The embeddings of the sample evaluated last, when paired. */
  #begun: Float32Array | undefined;
  /** Of the evaluation before, in memory that the next one takes again. */
  #output: Float32Array | undefined;
  #outputMemory = new Float32Array();
  #session: ModelSession | undefined;
  #variant: (typeof WINDOW_VARIANTS)[number];

  private constructor(options: LayerPassOptions, context: JobContext, folder: string, dense: readonly Float32Array[]) {
    this.#options = options;
    this.#context = context;
    this.#folder = folder;
    this.#dense = dense;
    this.layerCount = dense.length;
    this.#data = openTensorData(options.source);
    const width = (dense[0]?.length ?? 0) / checkTokenCount(options.source, options.samples);
    const hiddenIn = (folder: string): HiddenStates =>
      new HiddenStates(folder, width * (options.samples[0]?.length ?? 0), options.hiddenPrecision ?? 'F32');
    this.#hidden = hiddenIn(options.workFolder);
    this.#denseHidden = options.isPaired ? hiddenIn(denseHiddenFolder(options.workFolder)) : undefined;
    this.#collector = new LayerCollector(options.need, options.algebra, {
      wants: (name) => name === OUTPUT_NODE || (options.isPaired === true && name === EMBEDDING_NODE),
      observe: (name, values) => {
        if (name === EMBEDDING_NODE) {
          this.#begun = values.slice();
          return true;
        }
        this.#output = this.#copyOutput(values);
        return false;
      },
    });
  }

  /** Throws UNSUPPORTED_MODEL when a layer alone does not compute what it computes inside the whole model: asked of some layers here. */
  static async open(options: LayerPassOptions, context: JobContext): Promise<LayerPass> {
    const dense = readDenseOutputs(options);
    await yieldToEvents(context.signal);
    const folder = mkdtempSync(join(options.workFolder, 'layers-'));
    const pass = new LayerPass(options, context, folder, dense);
    try {
      const last = pass.layerCount - 1;
      for (const layer of new Set([0, Math.min(1, last), Math.floor(last / 2), last])) {
        pass.#openLayer(layer);
        await yieldToEvents(context.signal);
      }
      return pass;
    } catch (error) {
      pass.close();
      throw error;
    }
  }

  /** Statistics of layer `layer`, which must be the one after the last advanced. By tensor name in the whole model. */
  async measure(layer: number, onSample: (done: number) => void): Promise<Map<string, MatrixStatistics>> {
    this.#openLayer(layer);
    await this.#readSamples(layer, { listen: true, keep: false }, onSample);
    return this.#takeStatistics(layer);
  }

  /** As `measure`, and goes on with the layer's outputs as they are in the source. */
  async measureAndAdvance(layer: number, onSample: (done: number) => void): Promise<Map<string, MatrixStatistics>> {
    this.#openLayer(layer);
    await this.#readSamples(layer, { listen: true, keep: true }, onSample);
    return this.#takeStatistics(layer);
  }

  /**
   * Statistics of layer `layer` behind the layers already compressed, with what they differ by from the dense model's, which goes on to its
   * next layer. For passes that are paired.
   */
  async measureBoth(layer: number, onSample: (done: number) => void): Promise<Map<string, MatrixStatistics>> {
    const dense = this.#denseHidden;
    if (dense === undefined) throw new WorkbenchError('INTERNAL', 'Both models are measured in a pass of one.');
    this.#openLayer(layer);
    const { source, samples, isHeldOut, embedding } = this.#options;
    const own = layer === 0 && embedding !== undefined ? this.#openBeside(layer, embedding) : undefined;
    const writers = streamWriters(source);
    this.#collector.isListening = true;
    this.#collector.streamWriters = writers;
    try {
      for (const [index, tokens] of samples.entries()) {
        this.#collector.isHeldOut = isHeldOut(index);
        this.#collector.isDense = true;
        this.#collector.stopsEarly = false;
        const before = this.#streamBefore(dense, layer, index);
        const after = this.#named(this.#evaluate(layer, before ?? tokens)).slice();
        const begun = before ?? this.#begun;
        dense.write(layer + 1, index, after);
        this.#collector.isDense = false;
        this.#collector.noteLastWeight();
        this.#collector.stopsEarly = writers === undefined;
        const present = this.#streamBefore(this.#hidden, layer, index);
        const output = this.#evaluate(layer, present ?? tokens, own);
        this.#addStreams(writers, [begun, present ?? this.#begun], [after, output]);
        onSample(index + 1);
        await yieldToEvents(this.#context.signal);
      }
      return this.#takeStatistics(layer);
    } finally {
      own?.close();
    }
  }

  /** Undefined for the first layer, which begins with tokens. */
  #streamBefore(hidden: HiddenStates, layer: number, sample: number): Float32Array | undefined {
    return layer === 0 ? undefined : hidden.read(layer, sample);
  }

  /** Pairs of the dense model's stream and the present one, in front of the layer and behind it. */
  #addStreams(
    writers: StreamWriters | undefined,
    [denseBefore, before]: readonly (Float32Array | undefined)[],
    [denseAfter, after]: readonly (Float32Array | undefined)[],
  ): void {
    if (writers === undefined) return;
    this.#collector.addWritten(writers.attention, denseBefore, before);
    this.#collector.addWritten(writers.feedForward, denseAfter, after);
  }

  /** The layer's tensors, by name in the whole model, in the order in which they are multiplied by; known once it was measured. */
  inputGroups(layer: number): string[][] {
    return this.#collector.inputGroups.map((group) => group.map((name) => nameInModel(name, layer)));
  }

  /** Statistics of some tensors of the layer behind others of it that are replaced, on the same inputs as `measure`. */
  async measureBehind(
    layer: number,
    replaced: ReadonlyMap<string, ReplacedTensor>,
    names: readonly string[],
    onSample: (done: number) => void,
  ): Promise<Map<string, MatrixStatistics>> {
    this.#loadLayer(layer, this.#variant, replaced);
    this.#collector.wanted = new Set(names.map(layerTensorName));
    try {
      await this.#readSamples(layer, { listen: true, keep: false }, onSample);
      return this.#takeStatistics(layer);
    } finally {
      this.#collector.wanted = undefined;
    }
  }

  /** Goes on to the next layer through this one with some of its tensors replaced (by name in the whole model). */
  async advance(
    layer: number,
    replaced: ReadonlyMap<string, ReplacedTensor>,
    onSample: (done: number) => void,
  ): Promise<void> {
    if (layer === this.layerCount - 1) return;
    this.#loadLayer(layer, this.#variant, new Map([...(this.#options.embedding ?? []), ...replaced]));
    await this.#readSamples(layer, { listen: false, keep: true }, onSample);
  }

  #takeStatistics(layer: number): Map<string, MatrixStatistics> {
    const named = [...this.#collector.takeStatistics()].map(
      ([name, statistics]) => [nameInModel(name, layer), statistics] as const,
    );
    return new Map(named);
  }

  async #readSamples(
    layer: number,
    { listen, keep }: { readonly listen: boolean; readonly keep: boolean },
    onSample: (done: number) => void,
  ): Promise<void> {
    this.#collector.isListening = listen;
    const { samples, isHeldOut } = this.#options;
    for (const [index, tokens] of samples.entries()) {
      this.#collector.isHeldOut = isHeldOut(index);
      this.#collector.stopsEarly = listen && !keep;
      const output = this.#evaluate(layer, layer === 0 ? tokens : this.#hidden.read(layer, index));
      this.#collector.noteLastWeight();
      if (keep) this.#hidden.write(layer + 1, index, this.#named(output));
      onSample(index + 1);
      await yieldToEvents(this.#context.signal);
    }
  }

  /** The layer's outputs, valid until the next call; undefined when nothing behind the last matrix's input was wanted. */
  #evaluate(
    layer: number,
    input: Int32Array | Float32Array,
    session: ModelSession | undefined = this.#session,
  ): Float32Array | undefined {
    if (session === undefined) throw new WorkbenchError('INTERNAL', `Layer ${layer} is evaluated before it is loaded.`);
    this.#output = undefined;
    this.#begun = undefined;
    session.clear();
    if (input instanceof Int32Array) session.decodeRun(input, { logits: 'all' });
    else session.decodeHidden(input);
    return this.#output;
  }

  #copyOutput(values: Float32Array): Float32Array {
    if (this.#outputMemory.length < values.length) this.#outputMemory = new Float32Array(values.length);
    const output = this.#outputMemory.subarray(0, values.length);
    output.set(values);
    return output;
  }

  #named(output: Float32Array | undefined): Float32Array {
    if (output === undefined) throw unsupported(this.#options.source, 'it names no layer outputs');
    return output;
  }

  /** Loads the layer as it is in the source, in the first variant that computes what the whole model computes. */
  #openLayer(layer: number): void {
    const known = [this.#variant, ...WINDOW_VARIANTS.filter((variant) => variant !== this.#variant)];
    for (const variant of known) {
      if (!this.#loadLayer(layer, variant) || !this.#isFaithful(layer)) continue;
      this.#variant = variant;
      return;
    }
    throw unsupported(this.#options.source, `layer ${layer} alone computes something else`);
  }

  /** False when llama.cpp does not take such a file. */
  #loadLayer(
    layer: number,
    isWindowed: (typeof WINDOW_VARIANTS)[number],
    replaced?: ReadonlyMap<string, ReplacedTensor>,
  ): boolean {
    this.#session?.close();
    this.#session = undefined;
    try {
      this.#session = this.#openFile({ path: join(this.#folder, 'layer.gguf'), layer, isWindowed, replaced });
      return true;
    } catch (error) {
      if (error instanceof WorkbenchError && error.code === 'NATIVE_FAILED') return false;
      throw error;
    }
  }

  /** The layer once more, with some tensors replaced; the caller closes it. */
  #openBeside(layer: number, replaced: ReadonlyMap<string, ReplacedTensor>): ModelSession {
    return this.#openFile({ path: join(this.#folder, 'beside.gguf'), layer, isWindowed: this.#variant, replaced });
  }

  #openFile(file: Omit<LayerFileOptions, 'withEmbeddings'>): ModelSession {
    const { source, samples, threads, gpu } = this.#options;
    writeLayerFile(source, this.#data, { ...file, withEmbeddings: file.layer === 0 });
    const sampleLength = samples[0]?.length ?? 0;
    return ModelSession.open({
      modelPath: file.path,
      contextSize: sampleLength,
      batchSize: sampleLength,
      microBatchSize: sampleLength,
      threads,
      gpu,
      // Compressed, as llama.cpp runs such a file by default; the source's own layers must give the bits of the whole model.
      repackWeights: file.replaced !== undefined,
      matmulObserver: this.#collector,
    });
  }

  #isFaithful(layer: number): boolean {
    const { source, samples } = this.#options;
    const expected = this.#dense[layer] ?? new Float32Array();
    this.#collector.isListening = false;
    const first = (samples[0] ?? new Int32Array()).subarray(0, checkTokenCount(source, samples));
    this.#collector.stopsEarly = false;
    const found = this.#named(
      this.#evaluate(layer, layer === 0 ? first : (this.#dense[layer - 1] ?? new Float32Array())),
    );
    if (found.length !== expected.length) return false;
    let difference = 0;
    let size = 0;
    for (const [i, value] of expected.entries()) {
      difference += ((found[i] ?? 0) - value) ** 2;
      size += value ** 2;
    }
    return Math.sqrt(difference) <= LARGEST_RELATIVE_DIFFERENCE * Math.sqrt(size);
  }

  close(): void {
    this.#session?.close();
    this.#collector.clear();
    this.#hidden.close();
    this.#denseHidden?.close();
    this.#data.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function nameInModel(name: string, layer: number): string {
  return name.replace(/^blk\.0\./, `blk.${layer}.`);
}

function unsupported(source: GgufFile, reason: string): WorkbenchError {
  return new WorkbenchError(
    'UNSUPPORTED_MODEL',
    `The layers of ${source.path} cannot be evaluated one by one: ${reason}. Take statistics of the dense model (stats: dense).`,
    { path: source.path, reason },
  );
}
