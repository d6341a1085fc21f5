// A path -> what the file's header says: metadata and tensor table of a GGUF, of all its shards when it is split. No tensor data is
// read here (tensor-data.ts does that). First step of everything that happens to a model.
import { dirname, join, resolve } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import { badGguf, quoted } from './bad-gguf.ts';
import type { GgufValue } from './gguf-value.ts';
import { type GgufHeader, MAX_HEADER_BYTES, parseHeader } from './parse-header.ts';
import { closeFile, openForReading, readFully } from './read-file.ts';
import { parseShardName, shardName } from './shard-name.ts';

/** Models of 700 GB are split into some hundreds of files. llama.cpp counts them in 16 bits. */
const MAX_SHARD_COUNT = 4096;

export interface GgufTensor {
  readonly name: string;
  /** ggml order: `shape[0]` is the row width (inputs), `shape[1]` the number of rows (outputs). */
  readonly shape: readonly number[];
  /** ggml's spelling: `F16`, `Q4_K`. */
  readonly type: string;
  /** First byte in the shard's file. */
  readonly offset: number;
  readonly sizeBytes: number;
  /** Index into the file's `shards`. */
  readonly shard: number;
}

export interface GgufShard {
  readonly path: string;
  readonly sizeBytes: number;
  readonly version: number;
  readonly alignment: number;
  readonly headerSizeBytes: number;
  readonly dataOffset: number;
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly GgufTensor[];
}

/** A model: one file, or the shards of one. Version, alignment, dataOffset and metadata are the first shard's. */
export interface GgufFile extends GgufShard {
  /** All shards together. */
  readonly sizeBytes: number;
  /** Of all shards, in order. */
  readonly tensors: readonly GgufTensor[];
  /** At least one. */
  readonly shards: readonly GgufShard[];
}

/**
 * Reads the header of a GGUF of version 2 or 3. Of a split model any shard may be named; all must be there. Throws WorkbenchError:
 * FILE_NOT_FOUND (also for a missing shard), BAD_GGUF with the byte offset, BAD_INPUT when the file cannot be read.
 */
export function readGguf(path: string): GgufFile {
  const absolute = resolve(path);
  const named = readShard(absolute, 0, MAX_HEADER_BYTES);
  const shardCount = splitNumber(named, 'split.count') ?? 1;
  return joinShards(shardCount > 1 ? readAllShards(named, shardCount) : [named]);
}

function readShard(path: string, shard: number, headerLimitBytes: number): GgufShard {
  const file = openForReading(path);
  try {
    const read = (target: Buffer, position: number): void => readFully(file, target, position);
    const header: GgufHeader = parseHeader({ path, sizeBytes: file.sizeBytes, read }, headerLimitBytes);
    const tensors = header.tensors.map((tensor) => ({ ...tensor, shard }));
    return { ...header, path, sizeBytes: file.sizeBytes, tensors };
  } finally {
    closeFile(file);
  }
}

function splitNumber(shard: GgufShard, key: string): number | undefined {
  return shard.metadata.get(key)?.asNumber();
}

function readAllShards(named: GgufShard, count: number): GgufShard[] {
  const paths = shardPaths(named, count);
  let headerBudgetBytes = MAX_HEADER_BYTES;
  const shards: GgufShard[] = [];
  for (const [index, path] of paths.entries()) {
    const shard = readExistingShard(path, index, paths, headerBudgetBytes);
    headerBudgetBytes -= shard.headerSizeBytes;
    checkShard(shard, index, count);
    shards.push(shard);
  }
  checkTensorCount(shards);
  return shards;
}

function shardPaths(named: GgufShard, count: number): string[] {
  if (count > MAX_SHARD_COUNT) {
    throw badGguf(named.path, 0, `it claims to be split into ${count} files, and at most ${MAX_SHARD_COUNT} are read`);
  }
  const name = parseShardName(named.path);
  if (name === undefined || name.count !== count) {
    const reason = `it is one of ${count} shards, but its name does not end in -00001-of-${String(count).padStart(5, '0')}.gguf`;
    throw badGguf(named.path, 0, reason, 'Give the shards their old names back.');
  }
  return Array.from({ length: count }, (_, index) => join(dirname(named.path), shardName(name.prefix, index, count)));
}

function readExistingShard(path: string, index: number, paths: readonly string[], headerLimitBytes: number): GgufShard {
  try {
    return readShard(path, index, headerLimitBytes);
  } catch (error) {
    if (!(error instanceof WorkbenchError) || error.code !== 'FILE_NOT_FOUND') throw error;
    const message = `Shard ${index + 1} of ${paths.length} is missing: ${path}. Put all shards into one folder.`;
    throw new WorkbenchError('FILE_NOT_FOUND', message, { path, shard: index + 1, shardCount: paths.length }, error);
  }
}

function checkShard(shard: GgufShard, index: number, count: number): void {
  const number = splitNumber(shard, 'split.no');
  const total = splitNumber(shard, 'split.count');
  if (number === index && total === count) return;
  const reason = `its name says shard ${index + 1} of ${count}, its metadata split.no ${number} and split.count ${total}`;
  throw badGguf(shard.path, 0, reason, 'Give the shards their old names back.');
}

function checkTensorCount(shards: readonly GgufShard[]): void {
  const found = shards.reduce((sum, shard) => sum + shard.tensors.length, 0);
  for (const shard of shards) {
    const expected = splitNumber(shard, 'split.tensors.count');
    if (expected !== undefined && expected !== found) {
      throw badGguf(shard.path, 0, `the shards hold ${found} tensors where split.tensors.count says ${expected}`);
    }
  }
}

function joinShards(shards: readonly GgufShard[]): GgufFile {
  const [first] = shards;
  if (first === undefined) throw new WorkbenchError('INTERNAL', 'A model without a single file was read.');
  const tensors = shards.flatMap((shard) => shard.tensors);
  const names = new Set<string>();
  for (const { name, shard } of tensors) {
    if (names.has(name)) {
      throw badGguf(shards[shard]?.path ?? first.path, 0, `tensor ${quoted(name)} is also in another shard`);
    }
    names.add(name);
  }
  return { ...first, sizeBytes: shards.reduce((sum, shard) => sum + shard.sizeBytes, 0), tensors, shards };
}
