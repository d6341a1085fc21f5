// The file names of split models, as llama.cpp's gguf-split writes them: model-00001-of-00003.gguf.
import { basename } from 'node:path';

export interface ShardName {
  readonly prefix: string;
  /** From 0; the name counts from 1. */
  readonly index: number;
  readonly count: number;
}

export function parseShardName(path: string): ShardName | undefined {
  const match = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/.exec(basename(path));
  if (match === null) return undefined;
  const [, prefix = '', number, count] = match;
  return { prefix, index: Number(number) - 1, count: Number(count) };
}

export function shardName(prefix: string, index: number, count: number): string {
  return `${prefix}-${String(index + 1).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.gguf`;
}
