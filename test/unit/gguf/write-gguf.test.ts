import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GgufValue } from '../../../src/main/engine/gguf/gguf-value.ts';
import { GgufWriter } from '../../../src/main/engine/gguf/write-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const SPEC = {
  metadata: new Map([['whittle.version', GgufValue.string('1')]]),
  tensors: [
    { name: 'a', shape: [4, 2], type: 'F16' },
    { name: 'b', shape: [256], type: 'Q4_K' },
  ],
};

describe('GgufWriter', () => {
  test('says beforehand how large the file will be', () => {
    const path = join(tempFolder(), 'out.gguf');
    const writer = GgufWriter.create(path, SPEC);
    writer.writeTensor('a', Buffer.alloc(16, 1));
    writer.writeTensor('b', [Buffer.alloc(100, 2), Buffer.alloc(44, 3)]);
    writer.finish();
    const bytes = readFileSync(path);
    expect(bytes.length).toBe(writer.fileSizeBytes);
    expect(bytes.length % 32).toBe(0);
  });

  test('refuses a tensor of the wrong size, another name, one too many and a file that is not complete', () => {
    const path = join(tempFolder(), 'out.gguf');
    expect(() => GgufWriter.create(path, SPEC).writeTensor('a', Buffer.alloc(15))).toThrow('15 bytes');
    const writer = GgufWriter.create(path, SPEC);
    expect(() => writer.writeTensor('b', Buffer.alloc(144))).toThrow('where a is due');
    writer.writeTensor('a', Buffer.alloc(16));
    expect(() => writer.finish()).toThrow('before tensor b');
    writer.writeTensor('b', Buffer.alloc(144));
    expect(() => writer.writeTensor('c', Buffer.alloc(1))).toThrow('where the end is due');
    writer.discard();
    expect(existsSync(path)).toBe(false);
  });

  test('refuses rows that are no whole number of blocks, and unknown types', () => {
    const path = join(tempFolder(), 'out.gguf');
    const one = (type: string) => ({ metadata: new Map(), tensors: [{ name: 'x', shape: [48, 16], type }] });
    expect(() => GgufWriter.create(path, one('Q8_0'))).toThrow('cannot be stored as Q8_0');
    expect(() => GgufWriter.create(path, one('Q9_Z'))).toThrow(expect.objectContaining({ code: 'UNKNOWN_TYPE' }));
    expect(existsSync(path)).toBe(false);
  });

  test('says NOT_WRITABLE for a folder that is missing and for a path that is a folder', () => {
    const folder = tempFolder();
    const notWritable = expect.objectContaining({ code: 'NOT_WRITABLE' });
    expect(() => GgufWriter.create(join(folder, 'missing', 'out.gguf'), SPEC)).toThrow(notWritable);
    mkdirSync(join(folder, 'taken.gguf'));
    expect(() => GgufWriter.create(join(folder, 'taken.gguf'), SPEC)).toThrow(notWritable);
  });

  test.runIf(process.platform === 'linux')('says NO_SPACE when the disk is full', () => {
    const noSpace = expect.objectContaining({
      code: 'NO_SPACE',
      details: expect.objectContaining({ path: '/dev/full' }),
    });
    expect(() => GgufWriter.create('/dev/full', SPEC)).toThrow(noSpace);
  });

  test('refuses an alignment that the metadata does not state', () => {
    const path = join(tempFolder(), 'out.gguf');
    expect(() => GgufWriter.create(path, { ...SPEC, alignment: 64 })).toThrow('general.alignment');
  });
});

describe('GgufValue', () => {
  test('refuses numbers that do not fit their type', () => {
    expect(() => GgufValue.number('uint8', 256)).toThrow(RangeError);
    expect(() => GgufValue.uint32(-1)).toThrow(RangeError);
    expect(() => GgufValue.number('uint64', 2n ** 64n)).toThrow(RangeError);
  });

  test('is equal to another of the same type and bytes only', () => {
    expect(GgufValue.uint32(1).equals(GgufValue.uint32(1))).toBe(true);
    expect(GgufValue.uint32(1).equals(GgufValue.number('int32', 1))).toBe(false);
    expect(GgufValue.uint32(1).equals(GgufValue.uint32(2))).toBe(false);
  });
});
