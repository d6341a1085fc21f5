// What a person dropped -> what Whittle can do with each file. Folders are searched, shards of one model count once.
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { parseShardName, shardName } from '../gguf/shard-name.ts';

export interface SortedFiles {
  /** First shards, whole files, safetensors models. */
  readonly models: readonly string[];
  readonly texts: readonly string[];
  readonly scoreFiles: readonly string[];
  readonly refused: readonly { readonly path: string; readonly code: string; readonly message: string }[];
}

const MAX_DEPTH = 6;
const MAX_FILES = 5000;
/** Formats of other programs that people try. */
const FOREIGN = /\.(pt|pth|bin|ckpt|onnx|h5|mlmodel|tflite|npz|pkl|exl2)$/i;

export function sortDroppedFiles(paths: readonly string[]): SortedFiles {
  const sorted = {
    models: new Set<string>(),
    texts: new Set<string>(),
    scoreFiles: new Set<string>(),
    refused: [] as SortedFiles['refused'][number][],
  };
  for (const path of paths) {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) refuse(sorted.refused, path, 'FILE_NOT_FOUND', `There is no file ${path}.`);
    else if (stat.isDirectory()) sortFolder(path, sorted);
    else if (!isBesideWeights(path, paths)) sortFile(path, sorted, true);
  }
  return {
    models: [...sorted.models],
    texts: [...sorted.texts],
    scoreFiles: [...sorted.scoreFiles],
    refused: sorted.refused,
  };
}

interface Sorted {
  readonly models: Set<string>;
  readonly texts: Set<string>;
  readonly scoreFiles: Set<string>;
  readonly refused: SortedFiles['refused'][number][];
}

/** A folder with safetensors is one model; other files in a folder are taken only when they are models. */
function sortFolder(folder: string, sorted: Sorted): void {
  let fileCount = 0;
  let modelCount = 0;
  const visit = (path: string, depth: number): void => {
    const entries = readdirSync(path, { withFileTypes: true });
    if (entries.some((entry) => entry.isFile() && entry.name.endsWith('.safetensors'))) {
      sorted.models.add(path);
      modelCount += 1;
    }
    for (const entry of entries) {
      if (fileCount >= MAX_FILES) return;
      const child = join(path, entry.name);
      if (entry.isDirectory() && depth < MAX_DEPTH && !entry.name.startsWith('.')) visit(child, depth + 1);
      else if (entry.isFile() && /\.gguf$/i.test(entry.name)) {
        fileCount += 1;
        modelCount += 1;
        sortFile(child, sorted, false);
      }
    }
  };
  visit(folder, 0);
  if (modelCount === 0)
    refuse(sorted.refused, folder, 'BAD_INPUT', `${folder} holds no GGUF and no safetensors model.`);
}

function sortFile(path: string, sorted: Sorted, isNamed: boolean): void {
  const ending = extname(path).toLowerCase();
  if (ending === '.gguf') sorted.models.add(firstShard(path));
  else if (ending === '.safetensors')
    sorted.models.add(/-\d{5}-of-\d{5}\.safetensors$/.test(path) ? dirname(path) : path);
  else if (ending === '.txt' || ending === '.md' || ending === '.jsonl') sorted.texts.add(path);
  else if (ending === '.csv' || ending === '.json') sorted.scoreFiles.add(path);
  else if (isNamed) refuse(sorted.refused, path, 'BAD_INPUT', refusal(path, ending));
}

/** `config.json` and its kin of a safetensors model that was dropped file by file. */
function isBesideWeights(path: string, all: readonly string[]): boolean {
  if (/\.(safetensors|gguf)$/i.test(path)) return false;
  return all.some((other) => other.endsWith('.safetensors') && dirname(other) === dirname(path));
}

function firstShard(path: string): string {
  const shard = parseShardName(path);
  return shard === undefined ? path : join(dirname(path), basename(shardName(shard.prefix, 0, shard.count)));
}

function refusal(path: string, ending: string): string {
  if (FOREIGN.test(path)) return `Whittle cannot read ${ending} files. Export the model as safetensors first.`;
  return `Whittle cannot read ${basename(path)}. It reads GGUF and safetensors models, texts, and tables of scores.`;
}

function refuse(refused: Sorted['refused'], path: string, code: string, message: string): void {
  refused.push({ path, code, message });
}
