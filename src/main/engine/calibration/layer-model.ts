// One layer of a model at a time, evaluated by llama.cpp from tokens or from the hidden states of the layer before. A layer alone is
// compared with what it gives inside the whole model before its values are used.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { GgufFile } from '../gguf/read-gguf.ts';
import { openTensorData, type TensorData } from '../gguf/tensor-data.ts';
import { ModelSession } from '../native/model-session.ts';
import { checkTokenCount, readDenseOutputs } from './dense-outputs.ts';
import { LayerCollector } from './layer-collector.ts';
import { type LayerFileOptions, type ReplacedTensor, writeLayerFile } from './layer-file.ts';
import type { PassOptions } from './pass-options.ts';

export interface LayerModelOptions extends PassOptions {
  /** Samples also go through the dense layers: the embeddings that a first layer begins with are wanted too. */
  readonly isPaired?: boolean;
  /** Layers are computed in float32, as the papers' code does it, where the file holds F16 or BF16. Default: as llama.cpp runs the file. */
  readonly inFloat32?: boolean | undefined;
  /** Takes a folder with the layer's file until `close`. */
  readonly workFolder: string;
}

/** A layer alone must give the whole model's values but for the order of sums; on the CPU it gives the same bits. */
const LARGEST_RELATIVE_DIFFERENCE = 1e-4;
/**
 * Tokens that go through a layer at once in float32: attention without flash attention is computed for all cells of the KV cache that are in
 * use, which llama.cpp counts in steps of this many, whether a token sees them or not.
 */
const EXACT_MICRO_BATCH_SIZE = 256;
/** llama.cpp's names of a layer's output and of what its first layer begins with. */
const OUTPUT_NODE = 'l_out-0';
const EMBEDDING_NODE = 'embd';
/** How llama.cpp is told what kind of attention the layer has: not at all, as windowed by a pattern of one layer, or by leaving the window out. */
const WINDOW_VARIANTS = [undefined, true, false] as const;
type WindowVariant = (typeof WINDOW_VARIANTS)[number];
type PlacedLayer = Omit<LayerFileOptions, 'path' | 'withEmbeddings'>;

export class LayerModel {
  readonly layerCount: number;
  /** Values of the layer's outputs to a token. */
  readonly width: number;
  /** Hears what is multiplied while the layer is evaluated. */
  readonly collector: LayerCollector;
  readonly #options: LayerModelOptions;
  readonly #folder: string;
  readonly #data: TensorData;
  readonly #dense: readonly Float32Array[];
  /** The embeddings of the sample evaluated last, when paired. */
  #begun: Float32Array | undefined;
  /** Of the evaluation before, in memory that the next one takes again. */
  #output: Float32Array | undefined;
  readonly #outputMemory: Float32Array;
  #session: ModelSession | undefined;
  #variant: WindowVariant;
  #isCausal = true;

  /** Throws UNSUPPORTED_MODEL when llama.cpp does not name the layers' outputs. */
  constructor(options: LayerModelOptions) {
    this.#options = options;
    this.#dense = readDenseOutputs(options);
    this.#folder = mkdtempSync(join(options.workFolder, 'layers-'));
    this.layerCount = this.#dense.length;
    this.width = (this.#dense[0]?.length ?? 0) / checkTokenCount(options.source, options.samples);
    this.#outputMemory = new Float32Array(this.width * (options.samples[0]?.length ?? 0));
    this.#data = openTensorData(options.source);
    this.collector = new LayerCollector(options.need, options.algebra, {
      wants: (name) => name === OUTPUT_NODE || (options.isPaired === true && name === EMBEDDING_NODE),
      observe: (name, values) => {
        if (name === EMBEDDING_NODE) {
          this.#begun = values.slice();
          return true;
        }
        this.#addOutput(values);
        return false;
      },
    });
  }

  /** What the first layer began with in the evaluation before; undefined where it began with hidden states, or not paired. */
  get begun(): Float32Array | undefined {
    return this.#begun;
  }

  /** As it is in the source. Throws UNSUPPORTED_MODEL where it computes something else than inside the whole model. */
  open(layer: number): void {
    this.#findVariant(layer);
    if (!this.#options.inFloat32) return;
    if (this.#takes({ layer, isWindowed: this.#variant, inFloat32: true })) return;
    throw unsupported(this.#options.source, `llama.cpp does not take layer ${layer} in float32`);
  }

  /** The first that computes what the whole model computes. */
  #findVariant(layer: number): void {
    const known = [this.#variant, ...WINDOW_VARIANTS.filter((variant) => variant !== this.#variant)];
    for (const variant of known) {
      if (!this.#takes({ layer, isWindowed: variant }) || !this.#isFaithful(layer)) continue;
      this.#variant = variant;
      this.#isCausal = this.#session?.isCausal ?? true;
      return;
    }
    throw unsupported(this.#options.source, `layer ${layer} alone computes something else`);
  }

  /** With some of its tensors replaced, by name in the whole model. */
  openReplaced(layer: number, replaced: ReadonlyMap<string, ReplacedTensor>): void {
    this.#load({ layer, isWindowed: this.#variant, replaced, inFloat32: this.#options.inFloat32 });
  }

  /** The layer once more, with some tensors replaced; the caller closes it. */
  openBeside(layer: number, replaced: ReadonlyMap<string, ReplacedTensor>): ModelSession {
    return this.#openFile('beside.gguf', { layer, isWindowed: this.#variant, replaced });
  }

  #load(file: PlacedLayer): void {
    this.#session?.close();
    this.#session = undefined;
    this.#session = this.#openFile('layer.gguf', file);
  }

  /** False when llama.cpp does not take such a file. */
  #takes(file: PlacedLayer): boolean {
    try {
      this.#load(file);
      return true;
    } catch (error) {
      if (error instanceof WorkbenchError && error.code === 'NATIVE_FAILED') return false;
      throw error;
    }
  }

  #openFile(name: string, file: PlacedLayer): ModelSession {
    const { source, samples, threads, gpu } = this.#options;
    const path = join(this.#folder, name);
    writeLayerFile(source, this.#data, { ...file, path, withEmbeddings: file.layer === 0 });
    const sampleLength = samples[0]?.length ?? 0;
    return ModelSession.open({
      modelPath: path,
      contextSize: sampleLength,
      batchSize: sampleLength,
      microBatchSize: file.inFloat32 && this.#isCausal ? EXACT_MICRO_BATCH_SIZE : sampleLength,
      exactAttention: file.inFloat32,
      threads,
      gpu,
      // Compressed, as llama.cpp runs such a file by default; the source's own layers must give the bits of the whole model.
      repackWeights: file.replaced !== undefined,
      matmulObserver: this.collector,
    });
  }

  #isFaithful(layer: number): boolean {
    const { source, samples } = this.#options;
    const expected = this.#dense[layer] ?? new Float32Array();
    this.collector.isListening = false;
    const first = (samples[0] ?? new Int32Array()).subarray(0, checkTokenCount(source, samples));
    this.collector.stopsEarly = false;
    const found = this.evaluateWhole(layer === 0 ? first : (this.#dense[layer - 1] ?? new Float32Array()));
    if (found.length !== expected.length) return false;
    let difference = 0;
    let size = 0;
    for (const [i, value] of expected.entries()) {
      difference += ((found[i] ?? 0) - value) ** 2;
      size += value ** 2;
    }
    return Math.sqrt(difference) <= LARGEST_RELATIVE_DIFFERENCE * Math.sqrt(size);
  }

  /** As `evaluate`, where everything is wanted. Throws UNSUPPORTED_MODEL when llama.cpp does not name the layer's output. */
  evaluateWhole(input: Int32Array | Float32Array): Float32Array {
    const output = this.evaluate(input);
    if (output === undefined) throw unsupported(this.#options.source, 'it names no layer outputs');
    return output;
  }

  /**
   * Of tokens for the first layer, of hidden states for all others: the layer's outputs, valid until the next call; undefined when nothing
   * behind the last matrix's input was wanted.
   */
  evaluate(
    input: Int32Array | Float32Array,
    session: ModelSession | undefined = this.#session,
  ): Float32Array | undefined {
    if (session === undefined) throw new WorkbenchError('INTERNAL', 'A layer is evaluated before it is loaded.');
    this.#output = undefined;
    this.#begun = undefined;
    session.clear();
    if (input instanceof Int32Array) session.decodeRun(input, { logits: 'all' });
    else session.decodeHidden(input);
    return this.#output;
  }

  /** A sample's outputs come in pieces of a micro-batch. */
  #addOutput(values: Float32Array): void {
    const filled = this.#output?.length ?? 0;
    this.#outputMemory.set(values, filled);
    this.#output = this.#outputMemory.subarray(0, filled + values.length);
  }

  close(): void {
    this.#session?.close();
    this.collector.clear();
    this.#data.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function unsupported(source: GgufFile, reason: string): WorkbenchError {
  return new WorkbenchError(
    'UNSUPPORTED_MODEL',
    `The layers of ${source.path} cannot be evaluated one by one: ${reason}. Take statistics of the dense model (stats: dense).`,
    { path: source.path, reason },
  );
}
