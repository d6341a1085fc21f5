// A path -> ModelSummary: what a model is, from its header alone; zeros are counted and hashes taken only on request.

import { statSync } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { fileTypeById } from '../../../shared/ggml-types.ts';
import type { ModelSummary, TensorSummary } from '../../../shared/model.ts';
import { type GgufFile, readGguf } from '../gguf/read-gguf.ts';
import { parseShardName } from '../gguf/shard-name.ts';
import { readSafetensors } from '../safetensors/read-safetensors.ts';
import { hashFiles } from './hash-file.ts';
import { type MeasuredSparsity, measureSparsity, type SparsityOptions } from './measure-sparsity.ts';

export interface InspectOptions extends SparsityOptions {
  /** List every tensor. */
  readonly tensors?: boolean | undefined;
  readonly measureSparsity?: boolean | undefined;
  readonly sha256?: boolean | undefined;
}

/**
 * `path` is a GGUF (any shard of a split one) or a Hugging Face model (a .safetensors file or its folder). Throws FILE_NOT_FOUND,
 * BAD_GGUF, BAD_INPUT, CANCELLED.
 */
export async function inspectModel(path: string, options: InspectOptions = {}): Promise<ModelSummary> {
  const absolute = resolve(path);
  if (isSafetensors(absolute)) return inspectSafetensors(absolute, options);
  const file = readGguf(absolute);
  const sparsity = options.measureSparsity ? await measureSparsity(file, options) : undefined;
  return {
    ...summarizeGguf(file),
    ...(options.sha256
      ? {
          sha256: await hashFiles(
            file.shards.map((shard) => shard.path),
            options,
          ),
        }
      : {}),
    ...(sparsity === undefined ? {} : { sparsityRatio: sparsity.sparsityRatio }),
    ...(options.tensors ? { tensors: listTensors(file, sparsity) } : {}),
  };
}

/** The part that needs nothing but the header. */
export function summarizeGguf(file: GgufFile): ModelSummary {
  const architecture = file.metadata.get('general.architecture')?.asString() ?? 'unknown';
  const number = (key: string): number => file.metadata.get(`${architecture}.${key}`)?.asNumber() ?? 0;
  const parameterCount = file.tensors.reduce((sum, { shape }) => sum + valueCountOf(shape), 0);
  const dataBytes = file.tensors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const fileType = fileTypeById(file.metadata.get('general.file_type')?.asNumber() ?? -1);
  return {
    path: file.path,
    format: 'gguf',
    sizeBytes: file.sizeBytes,
    architecture,
    name: file.metadata.get('general.name')?.asString() || nameFromPath(file.path),
    parameterCount,
    layerCount: number('block_count'),
    hiddenSize: number('embedding_length'),
    contextLength: number('context_length'),
    vocabularySize: vocabularySizeOf(file, number('vocab_size')),
    fileType: fileType?.name ?? 'unknown',
    bitsPerWeight: parameterCount === 0 ? 0 : (dataBytes * 8) / parameterCount,
    chatTemplate: file.metadata.get('tokenizer.chat_template')?.asString() ?? null,
  };
}

function vocabularySizeOf(file: GgufFile, stated: number): number {
  const tokens = file.metadata.get('tokenizer.ggml.tokens');
  if (tokens?.type === 'array') return tokens.count;
  return stated || (file.tensors.find(({ name }) => name === 'token_embd.weight')?.shape[1] ?? 0);
}

function listTensors(file: GgufFile, sparsity: MeasuredSparsity | undefined): TensorSummary[] {
  return file.tensors.map(({ name, shape, type, sizeBytes }) => {
    const sparsityRatio = sparsity?.byTensor.get(name);
    return { name, shape, type, sizeBytes, ...(sparsityRatio === undefined ? {} : { sparsityRatio }) };
  });
}

/** File name without ending and shard number. */
export function nameFromPath(path: string): string {
  return parseShardName(path)?.prefix ?? basename(path, extname(path));
}

function valueCountOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function isSafetensors(path: string): boolean {
  if (path.endsWith('.safetensors')) return true;
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function inspectSafetensors(path: string, options: InspectOptions): Promise<ModelSummary> {
  const model = readSafetensors(path);
  const parameterCount = model.tensors.reduce((sum, { shape }) => sum + valueCountOf(shape), 0);
  const dataBytes = model.tensors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const types = new Set(model.tensors.map(({ type }) => type));
  return {
    path,
    format: 'safetensors',
    sizeBytes: model.sizeBytes,
    ...(options.sha256 ? { sha256: await hashFiles(model.paths, options) } : {}),
    architecture: model.config.architecture,
    name: model.config.name || nameFromPath(path),
    parameterCount,
    layerCount: model.config.layerCount,
    hiddenSize: model.config.hiddenSize,
    contextLength: model.config.contextLength,
    vocabularySize: model.config.vocabularySize,
    fileType: types.size === 1 ? ([...types][0] ?? 'unknown') : 'mixed',
    bitsPerWeight: parameterCount === 0 ? 0 : (dataBytes * 8) / parameterCount,
    chatTemplate: null,
    ...(options.tensors ? { tensors: model.tensors } : {}),
  };
}
