import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import { editMetadata } from '../../../src/main/engine/gguf/edit-metadata.ts';
import { encodeHeader } from '../../../src/main/engine/gguf/encode-header.ts';
import { GgufValue } from '../../../src/main/engine/gguf/gguf-value.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../../src/main/engine/gguf/tensor-data.ts';
import { GgufWriter } from '../../../src/main/engine/gguf/write-gguf.ts';
import { ggufBytes, makeSampleGguf, makeTinyLlama, type TensorBytes } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** Reads everything and writes it again, a tensor at a time. */
function rewrite(path: string, output: string, chunkBytes = 7): void {
  const file = readGguf(path);
  const data = openTensorData(file);
  const writer = GgufWriter.create(output, file);
  for (const tensor of file.tensors) writer.writeTensor(tensor.name, data.chunks(tensor, 1, chunkBytes));
  writer.finish();
  data.close();
}

const TENSORS: readonly TensorBytes[] = [
  { name: 'a', shape: [3], type: 'F32', data: Buffer.from('abcdefghijkl') },
  { name: 'b', shape: [32], type: 'Q8_0', data: Buffer.alloc(34, 9) },
];

describe('reading and writing again gives the same bytes', () => {
  const versions = [2, 3] as const;
  test.each(versions)('for version %i', (version) => {
    const folder = tempFolder();
    const path = join(folder, 'in.gguf');
    writeFileSync(path, ggufBytes({ version, metadata: new Map(), tensors: TENSORS }));
    rewrite(path, join(folder, 'out.gguf'));
    expect(readGguf(path).version).toBe(version);
    expect(readFileSync(join(folder, 'out.gguf')).equals(readFileSync(path))).toBe(true);
  });

  test('for every kind of metadata value', () => {
    const folder = tempFolder();
    const bytes = makeSampleGguf(join(folder, 'in.gguf'));
    rewrite(join(folder, 'in.gguf'), join(folder, 'out.gguf'));
    expect(readFileSync(join(folder, 'out.gguf')).equals(bytes)).toBe(true);
  });

  test.each([8, 64, 4096])('for an alignment of %i', (alignment) => {
    const folder = tempFolder();
    const path = join(folder, 'in.gguf');
    const metadata = new Map([['general.alignment', GgufValue.uint32(alignment)]]);
    writeFileSync(path, ggufBytes({ metadata, tensors: TENSORS }));
    rewrite(path, join(folder, 'out.gguf'));
    const file = readGguf(path);
    expect(file.alignment).toBe(alignment);
    expect(file.tensors.every(({ offset }) => offset % alignment === 0)).toBe(true);
    expect(readFileSync(join(folder, 'out.gguf')).equals(readFileSync(path))).toBe(true);
  });

  test('for a model as libllama runs it', () => {
    const folder = tempFolder();
    makeTinyLlama(join(folder, 'in.gguf'), { hiddenSize: 64, layerCount: 1 });
    rewrite(join(folder, 'in.gguf'), join(folder, 'out.gguf'));
    expect(readFileSync(join(folder, 'out.gguf')).equals(readFileSync(join(folder, 'in.gguf')))).toBe(true);
  });

  test('for the embedded model', () => {
    const output = join(tempFolder(), 'out.gguf');
    const path = embeddedPath(EMBEDDED_DEMO_MODEL);
    rewrite(path, output, 1024 * 1024);
    expect(readFileSync(output).equals(readFileSync(path))).toBe(true);
    editMetadata(readGguf(path), output, {});
    expect(readFileSync(output).equals(readFileSync(path))).toBe(true);
  });

  test('for a file without tensors, with and without padding behind its header', () => {
    const folder = tempFolder();
    const header = ggufBytes({ metadata: new Map([['a', GgufValue.bool(true)]]), tensors: [] });
    for (const bytes of [header, Buffer.concat([header, Buffer.alloc(-header.length & 31)])]) {
      writeFileSync(join(folder, 'in.gguf'), bytes);
      editMetadata(readGguf(join(folder, 'in.gguf')), join(folder, 'out.gguf'), {});
      expect(readFileSync(join(folder, 'out.gguf')).equals(bytes)).toBe(true);
    }
  });

  test('for nested arrays and a bool that is neither 0 nor 1, which are copied as they are', () => {
    const folder = tempFolder();
    const inner = GgufValue.numbers('uint8', [1, 2]).raw;
    const head = Buffer.alloc(12);
    head.writeUInt32LE(9, 0);
    head.writeUInt32LE(2, 4);
    const metadata = new Map([
      ['nested', new GgufValue('array', Buffer.concat([head, inner, inner]))],
      ['odd', new GgufValue('bool', Buffer.from([7]))],
    ]);
    const path = join(folder, 'in.gguf');
    writeFileSync(path, ggufBytes({ metadata, tensors: TENSORS }));
    rewrite(path, join(folder, 'out.gguf'));
    expect(readFileSync(join(folder, 'out.gguf')).equals(readFileSync(path))).toBe(true);
    expect(readGguf(path).metadata.get('odd')?.asBoolean()).toBe(true);
  });
});

describe('metadata values', () => {
  test('are read as they were given', () => {
    const folder = tempFolder();
    makeSampleGguf(join(folder, 'in.gguf'));
    const { metadata } = readGguf(join(folder, 'in.gguf'));
    expect(metadata.get('general.name')?.asString()).toBe('Größe 猫');
    expect(metadata.get('a.uint8')?.asNumber()).toBe(255);
    expect(metadata.get('a.int8')?.asNumber()).toBe(-128);
    expect(metadata.get('a.uint16')?.asNumber()).toBe(65535);
    expect(metadata.get('a.int16')?.asNumber()).toBe(-2);
    expect(metadata.get('a.int32')?.asNumber()).toBe(-3);
    expect(metadata.get('a.float32')?.asNumber()).toBe(Math.fround(0.1));
    expect(metadata.get('a.float64')?.asNumber()).toBe(0.1);
    expect(metadata.get('a.uint64')?.asNumber()).toBeUndefined();
    expect(metadata.get('a.uint64')?.asBigInt()).toBe(2n ** 64n - 1n);
    expect(metadata.get('a.int64')?.asBigInt()).toBe(-(2n ** 63n));
    expect(metadata.get('a.bool')?.asBoolean()).toBe(true);
    expect(metadata.get('a.strings')?.asStrings()).toEqual(['', 'ab', '▁the']);
    expect(metadata.get('a.numbers')?.asNumbers()).toEqual([1, -2, 3]);
    expect(metadata.get('a.nothing')?.count).toBe(0);
    expect(metadata.get('a.numbers')?.asString()).toBeUndefined();
  });
});

describe('editMetadata', () => {
  test('replaces in place, adds at the end, removes, and leaves the tensors alone', () => {
    const folder = tempFolder();
    makeSampleGguf(join(folder, 'in.gguf'));
    const source = readGguf(join(folder, 'in.gguf'));
    const set = new Map([
      ['general.name', GgufValue.string('A name that is a good deal longer than the one it replaces')],
      ['whittle.recipe', GgufValue.string('{}')],
    ]);
    editMetadata(source, join(folder, 'out.gguf'), { set, remove: ['a.bool'] });
    const edited = readGguf(join(folder, 'out.gguf'));
    const keys = [...source.metadata.keys()].filter((key) => key !== 'a.bool');
    expect([...edited.metadata.keys()]).toEqual([...keys, 'whittle.recipe']);
    expect(edited.metadata.get('general.name')?.asString()).toContain('longer');
    const before = openTensorData(source);
    const after = openTensorData(edited);
    for (const [index, tensor] of source.tensors.entries()) {
      expect(after.read(edited.tensors[index]!).equals(before.read(tensor))).toBe(true);
    }
    before.close();
    after.close();
  });

  test('keeps tensors that do not lie in the order of the table', () => {
    const folder = tempFolder();
    const tensors = [
      { name: 'second', shape: [8], type: 'F32', dataPosition: 64 },
      { name: 'first', shape: [8], type: 'F32', dataPosition: 0 },
    ];
    const { header } = encodeHeader({ metadata: new Map(), tensors });
    const path = join(folder, 'in.gguf');
    writeFileSync(path, Buffer.concat([header, Buffer.alloc(32, 1), Buffer.alloc(32, 7), Buffer.alloc(32, 2)]));
    editMetadata(readGguf(path), join(folder, 'same.gguf'), {});
    expect(readFileSync(join(folder, 'same.gguf')).equals(readFileSync(path))).toBe(true);
  });
});

test('offsets beyond 4 GB are read and written right', () => {
  const folder = tempFolder();
  const path = join(folder, 'large.gguf');
  const wide = 1_200_000_000;
  const spec = {
    metadata: new Map([['general.name', GgufValue.string('large')]]),
    tensors: [
      { name: 'large', shape: [wide], type: 'F32' },
      { name: 'behind', shape: [4], type: 'F32' },
    ],
  };
  const { header, places, fileSizeBytes } = encodeHeader(spec);
  const fd = openSync(path, 'w');
  ftruncateSync(fd, fileSizeBytes); // Sparse: takes no room on the disk.
  writeSync(fd, header, 0, header.length, 0);
  writeSync(fd, Buffer.from('behind 4 GB here'), 0, 16, places[1]!.offset);
  closeSync(fd);
  const file = readGguf(path);
  expect(file.tensors[1]).toMatchObject({ name: 'behind', sizeBytes: 16 });
  expect(file.tensors[1]!.offset).toBeGreaterThan(2 ** 32);
  const data = openTensorData(file);
  expect(data.read(file.tensors[1]!).toString()).toBe('behind 4 GB here');
  expect([...data.readRange(file.tensors[0]!, wide * 4 - 8, 8)]).toEqual(Array(8).fill(0));
  data.close();
  expect(statSync(path).size).toBe(fileSizeBytes);
});

test('a vocabulary of 150,000 tokens is passed over quickly and read when asked', () => {
  const folder = tempFolder();
  const path = join(folder, 'vocabulary.gguf');
  const tokens = Array.from({ length: 150_000 }, (_, index) => `token number ${index}`);
  writeFileSync(path, ggufBytes({ metadata: new Map([['tokens', GgufValue.strings(tokens)]]), tensors: TENSORS }));
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    readGguf(path);
    return performance.now() - start;
  });
  expect(Math.min(...times)).toBeLessThan(100);
  expect(readGguf(path).metadata.get('tokens')?.asStrings()).toEqual(tokens);
});
