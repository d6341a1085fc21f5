// Header of a .safetensors file, or of all of a Hugging Face folder with its config.json -> tensors and sizes. No tensor data is read.
// Format: https://huggingface.co/docs/safetensors/index#format
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { TensorSummary } from '../../../shared/model.ts';
import { closeFile, openForReading, readFully } from '../gguf/read-file.ts';

/** The reference implementation's own limit. */
const MAX_HEADER_BYTES = 100_000_000;
/** Real ones have some kilobytes. */
const MAX_CONFIG_BYTES = 4 * 1024 * 1024;

export interface SafetensorsModel {
  /** The files, in order of name. */
  readonly paths: readonly string[];
  readonly sizeBytes: number;
  /** Shapes turned into ggml's order: row width first. */
  readonly tensors: readonly TensorSummary[];
  readonly config: SafetensorsConfig;
}

interface SafetensorsConfig {
  readonly architecture: string;
  readonly name: string;
  readonly layerCount: number;
  readonly hiddenSize: number;
  readonly contextLength: number;
  readonly vocabularySize: number;
}

const size = z.number().int().nonnegative();
const tensorSchema = z.object({ dtype: z.string(), shape: z.array(size).max(16), data_offsets: z.tuple([size, size]) });
const headerSchema = z.record(z.string(), z.unknown());
const configSchema = z.looseObject({
  architectures: z.array(z.string()).optional(),
  model_type: z.string().optional(),
  _name_or_path: z.string().optional(),
  num_hidden_layers: size.optional(),
  hidden_size: size.optional(),
  max_position_embeddings: size.optional(),
  vocab_size: size.optional(),
});

/** Throws FILE_NOT_FOUND, and BAD_INPUT for what is no sound safetensors model. */
export function readSafetensors(path: string): SafetensorsModel {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const paths = isFolder ? findFiles(path) : [path];
  const files = paths.map(readFileHeader);
  return {
    paths,
    sizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    tensors: files.flatMap((file) => file.tensors),
    config: readConfig(join(isFolder ? path : dirname(path), 'config.json')),
  };
}

function findFiles(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.safetensors'));
  if (names.length === 0) {
    const message = `${folder} is a folder without .safetensors files. Give a .gguf file or a Hugging Face model folder.`;
    throw new WorkbenchError('BAD_INPUT', message, { path: folder });
  }
  return names.sort().map((name) => join(folder, name));
}

function readFileHeader(path: string): { sizeBytes: number; tensors: TensorSummary[] } {
  const file = openForReading(path);
  try {
    if (file.sizeBytes < 8) throw badSafetensors(path, 'it is shorter than its own header');
    const head = Buffer.alloc(8);
    readFully(file, head, 0);
    const headerBytes = head.readUInt32LE(4) * 2 ** 32 + head.readUInt32LE(0);
    if (headerBytes > MAX_HEADER_BYTES || headerBytes > file.sizeBytes - 8) {
      throw badSafetensors(path, `its header claims ${headerBytes} bytes`);
    }
    const text = Buffer.allocUnsafe(headerBytes);
    readFully(file, text, 8);
    return { sizeBytes: file.sizeBytes, tensors: parseTensors(path, text, file.sizeBytes - 8 - headerBytes) };
  } finally {
    closeFile(file);
  }
}

function parseTensors(path: string, header: Buffer, dataBytes: number): TensorSummary[] {
  const entries = headerSchema.safeParse(parseJson(header.toString('utf8')));
  if (!entries.success) throw badSafetensors(path, 'its header is no JSON object');
  return Object.entries(entries.data)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => {
      const tensor = tensorSchema.safeParse(value);
      if (!tensor.success)
        throw badSafetensors(path, `tensor ${JSON.stringify(name.slice(0, 80))} is described wrongly`);
      const [start, end] = tensor.data.data_offsets;
      if (start > end || end > dataBytes) {
        throw badSafetensors(path, `tensor ${JSON.stringify(name.slice(0, 80))} lies outside of the file`);
      }
      return { name, shape: [...tensor.data.shape].reverse(), type: tensor.data.dtype, sizeBytes: end - start };
    });
}

function readConfig(path: string): SafetensorsConfig {
  const stats = statSync(path, { throwIfNoEntry: false });
  const isUsable = stats?.isFile() === true && stats.size <= MAX_CONFIG_BYTES;
  const parsed = configSchema.safeParse(isUsable ? parseJson(readFileSync(path, 'utf8')) : {});
  const config = parsed.success ? parsed.data : {};
  return {
    architecture: config.model_type ?? config.architectures?.[0] ?? 'unknown',
    name: config._name_or_path ?? '',
    layerCount: config.num_hidden_layers ?? 0,
    hiddenSize: config.hidden_size ?? 0,
    contextLength: config.max_position_embeddings ?? 0,
    vocabularySize: config.vocab_size ?? 0,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function badSafetensors(path: string, reason: string): WorkbenchError {
  const message = `${path} is not a usable safetensors file: ${reason}. Download it again.`;
  return new WorkbenchError('BAD_INPUT', message, { path, reason });
}
