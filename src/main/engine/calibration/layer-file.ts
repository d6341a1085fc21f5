// One layer of a model as a model of its own: a small GGUF that llama.cpp evaluates from the hidden states of the layer before.
// Used by layer-model.ts, which checks that it computes what the whole model computes.
import { WorkbenchError } from '../../../shared/errors.ts';
import { findGgmlType, ggmlSizeBytes } from '../../../shared/ggml-types.ts';
import { elementsOf } from '../compress/dropped-layers.ts';
import { GgufValue } from '../gguf/gguf-value.ts';
import type { GgufFile, GgufTensor } from '../gguf/read-gguf.ts';
import type { TensorData } from '../gguf/tensor-data.ts';
import { GgufWriter } from '../gguf/write-gguf.ts';
import { layerOf } from '../models/layer-matrices.ts';
import { dequantize } from '../native/ggml-convert.ts';

export interface LayerFileOptions {
  readonly path: string;
  readonly layer: number;
  /** For the first layer, which is fed with tokens. All others get a vocabulary of a few tokens, so that the file holds the layer alone. */
  readonly withEmbeddings: boolean;
  /** Whether the layer's attention is limited to a window; undefined: as the metadata says for the first layer. */
  readonly isWindowed?: boolean | undefined;
  /** By tensor name in the whole model: what stands in place of the source's data. */
  readonly replaced?: ReadonlyMap<string, ReplacedTensor> | undefined;
  /** The layer's F16 and BF16 tensors are written in F32: ggml rounds what it multiplies by a weight to the weight's type. */
  readonly inFloat32?: boolean | undefined;
}

export interface ReplacedTensor {
  readonly type: string;
  readonly data: Uint8Array;
}

const SMALL_VOCABULARY = 32;
const HALF_BYTES = 2;
const FLOAT_BYTES = 4;
const HALF_TYPES: ReadonlySet<string> = new Set(['F16', 'BF16']);

interface PlacedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: string;
  /** undefined: all zero. */
  readonly source?: GgufTensor;
  /** Of its data, where they are written in another. */
  readonly widenedFrom?: string;
}

export function layerTensorName(name: string): string {
  return name.replace(/^blk\.\d+\./, 'blk.0.');
}

/** Overwrites `path`. Throws what writing throws. */
export function writeLayerFile(source: GgufFile, data: TensorData, options: LayerFileOptions): void {
  const vocabularySize = source.tensors.find(({ name }) => name === 'token_embd.weight')?.shape[1];
  if (vocabularySize === undefined) {
    throw new WorkbenchError('UNSUPPORTED_MODEL', `${source.path} has no token embeddings.`, { path: source.path });
  }
  const tensors = source.tensors.flatMap((tensor) => placeTensor(tensor, options, vocabularySize));
  const metadata = layerMetadata(source, options, options.withEmbeddings ? vocabularySize : SMALL_VOCABULARY);
  const writer = GgufWriter.create(options.path, { metadata, tensors, alignment: source.alignment });
  try {
    for (const { name, shape, type, source: tensor, widenedFrom } of tensors) {
      const replaced = tensor === undefined ? undefined : options.replaced?.get(tensor.name)?.data;
      const bytes = replaced ?? (tensor === undefined ? zeros(shape, type) : data.chunks(tensor));
      writer.writeTensor(name, widenedFrom === undefined ? bytes : widened(bytes, widenedFrom));
    }
    writer.finish({ lasts: false });
  } catch (error) {
    writer.discard();
    throw error;
  }
}

/** At most, of any layer: the first one's file has the embeddings too. */
export function layerFileBytes({ tensors }: GgufFile, inFloat32: boolean): number {
  const bytesOf = ({ name, type, sizeBytes }: GgufTensor): number =>
    inFloat32 && HALF_TYPES.has(type) && layerOf(name) !== undefined
      ? sizeBytes * (FLOAT_BYTES / HALF_BYTES)
      : sizeBytes;
  const parts = Map.groupBy(tensors, ({ name }) => layerOf(name));
  const sums = [...parts].map(([layer, own]) => ({
    layer,
    bytes: own.reduce((sum, tensor) => sum + bytesOf(tensor), 0),
  }));
  const outside = sums.find(({ layer }) => layer === undefined)?.bytes ?? 0;
  return outside + Math.max(0, ...sums.filter(({ layer }) => layer !== undefined).map(({ bytes }) => bytes));
}

function placeTensor(tensor: GgufTensor, options: LayerFileOptions, vocabularySize: number): PlacedTensor[] {
  const { name, shape, type } = tensor;
  const layer = layerOf(name);
  if (layer !== undefined) {
    if (layer !== options.layer) return [];
    const placed = { name: layerTensorName(name), shape, source: tensor };
    const stored = options.replaced?.get(name)?.type ?? type;
    const isWidened = options.inFloat32 === true && HALF_TYPES.has(stored);
    return [isWidened ? { ...placed, type: 'F32', widenedFrom: stored } : { ...placed, type: stored }];
  }
  const last = shape.length - 1;
  if (options.withEmbeddings || shape[last] !== vocabularySize) {
    return [{ name, shape, type: options.replaced?.get(name)?.type ?? type, source: tensor }];
  }
  return [{ name, shape: shape.with(last, SMALL_VOCABULARY), type: 'F32' }];
}

/** The same values in F32. */
function* widened(bytes: Uint8Array | Iterable<Uint8Array>, type: string): Generator<Uint8Array> {
  for (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) {
    yield new Uint8Array(dequantize(type, piece, piece.byteLength / HALF_BYTES).buffer);
  }
}

function zeros(shape: readonly number[], typeName: string): Uint8Array {
  const type = findGgmlType(typeName);
  const count = shape.reduce((product, length) => product * length, 1);
  return new Uint8Array((type && ggmlSizeBytes(type, count)) ?? 0);
}

function layerMetadata(
  source: GgufFile,
  { layer, isWindowed }: LayerFileOptions,
  vocabularySize: number,
): Map<string, GgufValue> {
  const architecture = source.metadata.get('general.architecture')?.asString() ?? '';
  const layerCount = source.metadata.get(`${architecture}.block_count`)?.asNumber() ?? 0;
  const metadata = new Map<string, GgufValue>();
  for (const [key, value] of source.metadata) {
    if (key.startsWith('tokenizer.') || key.startsWith('split.')) continue;
    const isPerLayer = value.type === 'array' && value.count === layerCount && !key.includes('.rope.');
    metadata.set(key, isPerLayer ? elementsOf(value, [layer]) : value);
  }
  const set = (key: string, value: GgufValue): unknown => metadata.set(`${architecture}.${key}`, value);
  metadata.set('tokenizer.ggml.model', GgufValue.string('none'));
  set('vocab_size', GgufValue.uint32(vocabularySize));
  set('block_count', GgufValue.uint32(1));
  const dense = metadata.get(`${architecture}.leading_dense_block_count`)?.asNumber();
  if (dense !== undefined) set('leading_dense_block_count', GgufValue.uint32(layer < dense ? 1 : 0));
  if (metadata.has(`${architecture}.nextn_predict_layers`)) set('nextn_predict_layers', GgufValue.uint32(0));
  if (isWindowed === true) set('attention.sliding_window_pattern', GgufValue.numbers('uint32', [1]));
  // A window that no layer has: llama.cpp aborts on such a model, so the window itself has to go.
  if (isWindowed === false) metadata.delete(`${architecture}.attention.sliding_window`);
  return metadata;
}
