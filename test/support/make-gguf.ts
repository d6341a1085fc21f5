// GGUF files for tests, made here and now: any header and data as bytes, and a tiny random Llama that libllama loads and runs.
import { writeFileSync } from 'node:fs';
import { encodeHeader, type HeaderSpec } from '../../src/main/engine/gguf/encode-header.ts';
import { GgufValue } from '../../src/main/engine/gguf/gguf-value.ts';
import { GgufWriter } from '../../src/main/engine/gguf/write-gguf.ts';
import { randomNormals, toBfloat16, toFloat16 } from './random-weights.ts';

export interface TensorBytes {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: string;
  readonly data: Uint8Array;
}

/** The file that the writer would write, in memory. */
export function ggufBytes(spec: Omit<HeaderSpec, 'tensors'> & { readonly tensors: readonly TensorBytes[] }): Buffer {
  const { header, places, fileSizeBytes } = encodeHeader(spec);
  const file = Buffer.alloc(fileSizeBytes);
  header.copy(file);
  for (const [index, { data }] of spec.tensors.entries()) file.set(data, places[index]?.offset ?? 0);
  return file;
}

/** Small enough to read, with every kind of metadata value and several tensor types. */
export function makeSampleGguf(path: string): Buffer {
  const metadata = new Map([
    ['general.architecture', GgufValue.string('sample')],
    ['general.name', GgufValue.string('Größe 猫')],
    ['sample.block_count', GgufValue.uint32(1)],
    ['a.uint8', GgufValue.number('uint8', 255)],
    ['a.int8', GgufValue.number('int8', -128)],
    ['a.uint16', GgufValue.number('uint16', 65535)],
    ['a.int16', GgufValue.number('int16', -2)],
    ['a.int32', GgufValue.number('int32', -3)],
    ['a.float32', GgufValue.float32(0.1)],
    ['a.float64', GgufValue.number('float64', 0.1)],
    ['a.uint64', GgufValue.number('uint64', 2n ** 64n - 1n)],
    ['a.int64', GgufValue.number('int64', -(2n ** 63n))],
    ['a.bool', GgufValue.bool(true)],
    ['a.strings', GgufValue.strings(['', 'ab', '▁the'])],
    ['a.numbers', GgufValue.numbers('int32', [1, -2, 3])],
    ['a.nothing', GgufValue.numbers('float32', [])],
  ]);
  const tensors: TensorBytes[] = [
    { name: 'blk.0.a.weight', shape: [4, 3], type: 'F32', data: Buffer.alloc(48, 1) },
    { name: 'blk.0.b.weight', shape: [32, 2], type: 'Q4_0', data: Buffer.alloc(36, 2) },
    { name: 'scale', shape: [5], type: 'BF16', data: Buffer.alloc(10, 3) },
  ];
  const file = ggufBytes({ metadata, tensors });
  writeFileSync(path, file);
  return file;
}

export interface TinyLlamaOptions {
  readonly seed?: number;
  readonly layerCount?: number;
  /** A multiple of 256 lets every type of llama.cpp be used; 64 or 96 exercise its fallbacks. */
  readonly hiddenSize?: number;
  readonly feedForwardSize?: number;
  readonly headCount?: number;
  readonly keyValueHeadCount?: number;
  readonly contextLength?: number;
  /** Type of all matrices. */
  readonly type?: 'F32' | 'F16' | 'BF16';
  /** With an output matrix of its own instead of the embeddings'. */
  readonly separateOutput?: boolean;
  readonly chatTemplate?: string;
  /** False: tokens see later ones too. */
  readonly isCausal?: boolean;
  readonly name?: string;
  /** Last word on every matrix before it is stored; rows = outputs, row-major. */
  readonly edit?: (name: string, weights: Float32Array, rowWidth: number) => void;
}

type Shape = readonly [rowWidth: number, rows?: number];

const ENCODERS = {
  F32: (values: Float32Array): Uint8Array => new Uint8Array(values.buffer),
  F16: toFloat16,
  BF16: toBfloat16,
};

/** A random model of the Llama architecture with a SentencePiece vocabulary of bytes, letters and some words. Same seed, same bytes. */
export function makeTinyLlama(path: string, options: TinyLlamaOptions = {}): void {
  const type = options.type ?? 'F16';
  const vocabulary = makeVocabulary();
  const shapes = tensorShapes(options, vocabulary.tokens.length);
  const tensors = [...shapes].map(([name, shape]) => ({
    name,
    shape: shape.filter((length) => length !== undefined),
    type: shape.length === 1 ? 'F32' : type,
  }));
  const writer = GgufWriter.create(path, { metadata: tinyMetadata(options, vocabulary), tensors });
  const random = randomNormals(options.seed ?? 1);
  for (const [name, [rowWidth, rows]] of shapes) {
    const values = new Float32Array(rowWidth * (rows ?? 1)).fill(1);
    if (rows !== undefined) {
      const deviation = 1 / Math.sqrt(rowWidth);
      for (let index = 0; index < values.length; index += 1) values[index] = random() * deviation;
      options.edit?.(name, values, rowWidth);
    }
    writer.writeTensor(name, ENCODERS[rows === undefined ? 'F32' : type](values));
  }
  writer.finish();
}

function sizesOf(options: TinyLlamaOptions) {
  const hiddenSize = options.hiddenSize ?? 256;
  const headCount = options.headCount ?? 4;
  return {
    hiddenSize,
    headCount,
    layerCount: options.layerCount ?? 2,
    feedForwardSize: options.feedForwardSize ?? 2 * hiddenSize,
    keyValueHeadCount: options.keyValueHeadCount ?? headCount / 2,
  };
}

function tensorShapes(options: TinyLlamaOptions, vocabularySize: number): Map<string, Shape> {
  const { hiddenSize, headCount, layerCount, feedForwardSize, keyValueHeadCount } = sizesOf(options);
  const keyValueSize = (hiddenSize / headCount) * keyValueHeadCount;
  const shapes = new Map<string, Shape>([
    ['token_embd.weight', [hiddenSize, vocabularySize]],
    ['output_norm.weight', [hiddenSize]],
  ]);
  if (options.separateOutput) shapes.set('output.weight', [hiddenSize, vocabularySize]);
  for (let layer = 0; layer < layerCount; layer += 1) {
    const block = `blk.${layer}`;
    shapes.set(`${block}.attn_norm.weight`, [hiddenSize]);
    shapes.set(`${block}.attn_q.weight`, [hiddenSize, hiddenSize]);
    shapes.set(`${block}.attn_k.weight`, [hiddenSize, keyValueSize]);
    shapes.set(`${block}.attn_v.weight`, [hiddenSize, keyValueSize]);
    shapes.set(`${block}.attn_output.weight`, [hiddenSize, hiddenSize]);
    shapes.set(`${block}.ffn_norm.weight`, [hiddenSize]);
    shapes.set(`${block}.ffn_gate.weight`, [hiddenSize, feedForwardSize]);
    shapes.set(`${block}.ffn_up.weight`, [hiddenSize, feedForwardSize]);
    shapes.set(`${block}.ffn_down.weight`, [feedForwardSize, hiddenSize]);
  }
  return shapes;
}

interface Vocabulary {
  readonly tokens: readonly string[];
  readonly scores: readonly number[];
  /** 1 normal, 2 unknown, 3 control, 6 byte. */
  readonly types: readonly number[];
}

const WORDS = (
  'the of and to in is was for on with as by at from that it are an be this which or capital city country ' +
  'river mountain king queen year what who where when answer question'
).split(' ');

/** Longer pieces win: SentencePiece joins the neighbours whose piece scores highest, so each prefix of a word is a token too. */
function makeVocabulary(): Vocabulary {
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  const letters = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));
  const prefixes = WORDS.flatMap((word) => Array.from(word, (_, index) => `▁${word.slice(0, index + 1)}`));
  const pieces = [...new Set(['▁', ...letters, ...prefixes])];
  const tokens = ['<unk>', '<s>', '</s>', ...bytes, ...pieces];
  const types = [2, 3, 3, ...bytes.map(() => 6), ...pieces.map(() => 1)];
  return { tokens, scores: tokens.map((token, index) => (types[index] === 1 ? token.length * 100 - index : 0)), types };
}

function tinyMetadata(options: TinyLlamaOptions, vocabulary: Vocabulary): Map<string, GgufValue> {
  const { hiddenSize, headCount, layerCount, feedForwardSize, keyValueHeadCount } = sizesOf(options);
  const metadata = new Map([
    ['general.architecture', GgufValue.string('llama')],
    ['general.name', GgufValue.string(options.name ?? 'Tiny test model')],
    ['general.file_type', GgufValue.uint32({ F32: 0, F16: 1, BF16: 32 }[options.type ?? 'F16'])],
    ['llama.vocab_size', GgufValue.uint32(vocabulary.tokens.length)],
    ['llama.context_length', GgufValue.uint32(options.contextLength ?? 512)],
    ['llama.embedding_length', GgufValue.uint32(hiddenSize)],
    ['llama.block_count', GgufValue.uint32(layerCount)],
    ['llama.feed_forward_length', GgufValue.uint32(feedForwardSize)],
    ['llama.attention.head_count', GgufValue.uint32(headCount)],
    ['llama.attention.head_count_kv', GgufValue.uint32(keyValueHeadCount)],
    ['llama.attention.layer_norm_rms_epsilon', GgufValue.float32(1e-5)],
    ['llama.rope.dimension_count', GgufValue.uint32(hiddenSize / headCount)],
    ['tokenizer.ggml.model', GgufValue.string('llama')],
    ['tokenizer.ggml.tokens', GgufValue.strings(vocabulary.tokens)],
    ['tokenizer.ggml.scores', GgufValue.numbers('float32', vocabulary.scores)],
    ['tokenizer.ggml.token_type', GgufValue.numbers('int32', vocabulary.types)],
    ['tokenizer.ggml.bos_token_id', GgufValue.uint32(1)],
    ['tokenizer.ggml.eos_token_id', GgufValue.uint32(2)],
    ['tokenizer.ggml.unknown_token_id', GgufValue.uint32(0)],
    ['tokenizer.ggml.add_bos_token', GgufValue.bool(true)],
  ]);
  if (options.isCausal === false) metadata.set('llama.attention.causal', GgufValue.bool(false));
  if (options.chatTemplate !== undefined) {
    metadata.set('tokenizer.chat_template', GgufValue.string(options.chatTemplate));
  }
  return metadata;
}
