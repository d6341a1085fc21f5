import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GgufValue } from '../../../src/main/engine/gguf/gguf-value.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../../src/main/engine/gguf/tensor-data.ts';
import { ggufBytes } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

interface ShardOptions {
  readonly count?: number;
  readonly names?: readonly string[];
  readonly tensorCount?: number;
}

function writeShards(folder: string, options: ShardOptions = {}): string[] {
  const { count = 3, names = ['a', 'b', 'c'], tensorCount = names.length } = options;
  return names.map((name, index) => {
    const path = join(folder, `model-0000${index + 1}-of-0000${names.length}.gguf`);
    const metadata = new Map([
      ['split.no', GgufValue.number('uint16', index)],
      ['split.count', GgufValue.number('uint16', count)],
      ['split.tensors.count', GgufValue.number('int32', tensorCount)],
    ]);
    if (index === 0) metadata.set('general.name', GgufValue.string('split'));
    writeFileSync(
      path,
      ggufBytes({ metadata, tensors: [{ name, shape: [1], type: 'F32', data: Buffer.alloc(4, index) }] }),
    );
    return path;
  });
}

describe('a split model', () => {
  test.each([0, 1, 2])('is read whole when shard %i is named', (named) => {
    const paths = writeShards(tempFolder());
    const file = readGguf(paths[named]!);
    expect(file.path).toBe(paths[0]);
    expect(file.shards.map(({ path }) => path)).toEqual(paths);
    expect(file.tensors.map(({ name, shard }) => [name, shard])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ]);
    expect(file.sizeBytes).toBe(file.shards.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
    expect(file.metadata.get('general.name')?.asString()).toBe('split');
    const data = openTensorData(file);
    expect(file.tensors.map((tensor) => data.read(tensor)[0])).toEqual([0, 1, 2]);
    data.close();
  });

  test('names the shard that is missing', () => {
    const paths = writeShards(tempFolder());
    rmSync(paths[1]!);
    const missing = expect.objectContaining({
      code: 'FILE_NOT_FOUND',
      message: expect.stringContaining('model-00002-of-00003.gguf'),
      details: expect.objectContaining({ path: paths[1], shard: 2, shardCount: 3 }),
    });
    expect(() => readGguf(paths[0]!)).toThrow(missing);
  });

  test('is refused when a shard was renamed', () => {
    const folder = tempFolder();
    const paths = writeShards(folder);
    const renamed = join(folder, 'renamed.gguf');
    renameSync(paths[0]!, renamed);
    expect(() => readGguf(renamed)).toThrow(expect.objectContaining({ code: 'BAD_GGUF' }));
  });

  test('is refused when one shard stands in for another', () => {
    const paths = writeShards(tempFolder());
    copyFileSync(paths[2]!, paths[1]!);
    expect(() => readGguf(paths[0]!)).toThrow(expect.objectContaining({ code: 'BAD_GGUF' }));
  });

  const faults: readonly [string, ShardOptions][] = [
    ['claims more shards than its names say', { count: 65_535 }],
    ['repeats a tensor in another shard', { names: ['a', 'b', 'a'] }],
    ['holds fewer tensors than it says', { tensorCount: 4 }],
  ];
  test.each(faults)('is refused when it %s', (_, options) => {
    const paths = writeShards(tempFolder(), options);
    expect(() => readGguf(paths[0]!)).toThrow(expect.objectContaining({ code: 'BAD_GGUF' }));
  });

  test('that has one shard only is a plain file under any name', () => {
    const folder = tempFolder();
    const [path] = writeShards(folder, { count: 1, names: ['a'] });
    renameSync(path!, join(folder, 'any.gguf'));
    expect(readGguf(join(folder, 'any.gguf')).shards).toHaveLength(1);
  });
});
