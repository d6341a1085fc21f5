import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeHeader, type TensorSpec } from '../../../src/main/engine/gguf/encode-header.ts';
import { GgufValue } from '../../../src/main/engine/gguf/gguf-value.ts';
import { parseHeader } from '../../../src/main/engine/gguf/parse-header.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { encodeString } from '../../../src/main/engine/gguf/value-bytes.ts';
import { ggufBytes, makeSampleGguf } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

function parse(file: Buffer) {
  const read = (target: Buffer, position: number): void => {
    file.copy(target, 0, position, position + target.length);
  };
  return parseHeader({ path: 'test.gguf', sizeBytes: file.length, read });
}

function uint32(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}

function uint64(value: bigint): Buffer {
  const out = Buffer.alloc(8);
  out.writeBigUInt64LE(BigInt.asUintN(64, value));
  return out;
}

/** Version 3, with enough room behind it that sizes alone do not end the reading. */
function file(tensorCount: bigint, metadataCount: bigint, ...rest: Buffer[]): Buffer {
  return Buffer.concat([
    Buffer.from('GGUF'),
    uint32(3),
    uint64(tensorCount),
    uint64(metadataCount),
    ...rest,
    Buffer.alloc(512),
  ]);
}

const entry = (key: string, type: number, ...value: Buffer[]): Buffer =>
  Buffer.concat([encodeString(key), uint32(type), ...value]);

const tensor = (name: string, dimensions: readonly bigint[], type: number, position: bigint): Buffer =>
  Buffer.concat([
    encodeString(name),
    uint32(dimensions.length),
    ...dimensions.map(uint64),
    uint32(type),
    uint64(position),
  ]);

const HUGE = 2n ** 64n - 1n;
const nested = (depth: number): Buffer[] => Array.from({ length: depth }, () => Buffer.concat([uint32(9), uint64(1n)]));

/** What is wrong, the file, the byte that must be named. */
const CASES: readonly [what: string, file: Buffer, offset: number][] = [
  ['nothing at all', Buffer.alloc(0), 0],
  ['a text', Buffer.from('Once upon a time there was a model.'), 0],
  ['a web page', Buffer.from('<!DOCTYPE html><html></html>'), 0],
  ['random bytes', Buffer.from('deadbeef00112233', 'hex'), 0],
  ['half a magic', Buffer.from('GG'), 0],
  ['the magic alone', Buffer.from('GGUF'), 4],
  ['a big-endian file', Buffer.concat([Buffer.from('GGUF'), Buffer.from('00000003', 'hex'), Buffer.alloc(64)]), 4],
  ['version 1', Buffer.concat([Buffer.from('GGUF'), uint32(1), Buffer.alloc(64)]), 4],
  ['version 4', Buffer.concat([Buffer.from('GGUF'), uint32(4), Buffer.alloc(64)]), 4],
  ['2^64-1 tensors', file(HUGE, 0n), 8],
  ['more tensors than bytes', file(1000n, 0n), 8],
  ['2^64-1 metadata entries', file(0n, HUGE), 16],
  ['more metadata than bytes', file(0n, 1000n), 16],
  ['an empty key', file(0n, 1n, entry('', 4, uint32(1))), 24],
  ['a key of 2^63 bytes', file(0n, 1n, uint64(2n ** 63n)), 24],
  ['a key of 65536 bytes', file(0n, 1n, entry('k'.repeat(65_536), 4, uint32(1))), 24],
  ['a key that is no UTF-8', file(0n, 1n, uint64(2n), Buffer.from('ff41', 'hex'), uint32(4), uint32(1)), 32],
  ['a key with a control character', file(0n, 1n, entry('a\u0007', 4, uint32(1))), 32],
  ['a key that occurs twice', file(0n, 2n, entry('k', 4, uint32(1)), entry('k', 4, uint32(2))), 41],
  ['an unknown value type', file(0n, 1n, entry('k', 13, uint32(1))), 33],
  ['a string of 2^64-1 bytes', file(0n, 1n, entry('k', 8, uint64(HUGE))), 37],
  ['an array of 2^64-1 numbers', file(0n, 1n, entry('k', 9, uint32(4), uint64(HUGE))), 37],
  ['an array of 2^61 numbers, whose bytes overflow', file(0n, 1n, entry('k', 9, uint32(10), uint64(2n ** 61n))), 37],
  ['an array of 2^40 strings', file(0n, 1n, entry('k', 9, uint32(8), uint64(2n ** 40n))), 37],
  ['a long string inside an array', file(0n, 1n, entry('k', 9, uint32(8), uint64(2n), uint64(0n), uint64(HUGE))), 57],
  ['an array of unknown things', file(0n, 1n, entry('k', 9, uint32(99), uint64(1n))), 37],
  ['arrays five deep', file(0n, 1n, entry('k', 9, ...nested(5))), 37 + 4 * 12],
  ['an alignment of 0', file(0n, 1n, entry('general.alignment', 4, uint32(0))), 53],
  ['an alignment of 24', file(0n, 1n, entry('general.alignment', 4, uint32(24))), 53],
  ['an alignment of another type', file(0n, 1n, entry('general.alignment', 10, uint64(32n))), 53],
  ['a tensor without a name', file(1n, 0n, tensor('', [4n], 0, 0n)), 24],
  ['a name of 64 bytes', file(1n, 0n, tensor('n'.repeat(64), [4n], 0, 0n)), 24],
  ['no dimensions', file(1n, 0n, tensor('t', [], 0, 0n)), 33],
  ['five dimensions', file(1n, 0n, tensor('t', [1n, 1n, 1n, 1n, 1n], 0, 0n)), 33],
  ['a dimension of 0', file(1n, 0n, tensor('t', [4n, 0n], 0, 0n)), 45],
  ['a dimension of -1', file(1n, 0n, tensor('t', [-1n], 0, 0n)), 37],
  ['dimensions whose product is 2^64', file(1n, 0n, tensor('t', [2n ** 32n, 2n ** 32n], 0, 0n)), 45],
  ['an unknown tensor type', file(1n, 0n, tensor('t', [4n], 43, 0n)), 45],
  ['a tensor type that was dropped', file(1n, 0n, tensor('t', [32n], 4, 0n)), 45],
  ['a row that is no whole number of blocks', file(1n, 0n, tensor('t', [33n], 2, 0n)), 45],
  ['a tensor larger than the file', file(1n, 0n, tensor('t', [2n ** 30n], 0, 0n)), 45],
  ['an offset off the alignment', file(1n, 0n, tensor('t', [4n], 0, 4n)), 49],
  ['an offset of 2^63', file(1n, 0n, tensor('t', [4n], 0, 2n ** 63n)), 24],
  ['data behind the end', file(1n, 0n, tensor('t', [4n], 0, 4096n)), 24],
  ['a tensor that occurs twice', file(2n, 0n, tensor('t', [4n], 0, 0n), tensor('t', [4n], 0, 32n)), 57],
  ['tensors that overlap', file(2n, 0n, tensor('s', [16n], 0, 0n), tensor('t', [4n], 0, 32n)), 57],
  ['tensors that are the same bytes', file(2n, 0n, tensor('s', [4n], 0, 0n), tensor('t', [4n], 0, 0n)), 57],
];

describe('a file with', () => {
  test.each(CASES)('%s is refused with the byte', (_, bytes, offset) => {
    const refused = expect.objectContaining({ code: 'BAD_GGUF', details: expect.objectContaining({ offset }) });
    expect(() => parse(bytes)).toThrow(refused);
    expect(() => parse(bytes)).toThrow(`at byte ${offset}`);
  });

  test('arrays four deep is still read', () => {
    const bytes = file(0n, 1n, entry('k', 9, ...nested(3), uint32(0), uint64(1n), Buffer.from([7])));
    expect(parse(bytes).metadata.get('k')?.count).toBe(1);
  });
});

test('a big-endian file is called that', () => {
  expect(() => parse(Buffer.concat([Buffer.from('GGUF'), Buffer.from('00000003', 'hex')]))).toThrow('big-endian');
});

test('every truncation of a sound file is refused', () => {
  const bytes = makeSampleGguf(join(tempFolder(), 'sample.gguf'));
  const sound = parse(bytes);
  const last = sound.tensors.at(-1)!;
  for (let length = 0; length < last.offset + last.sizeBytes; length += 1) {
    expect(() => parse(bytes.subarray(0, length)), `cut to ${length} bytes`).toThrow(
      expect.objectContaining({ code: 'BAD_GGUF' }),
    );
  }
});

describe('what is no file at all', () => {
  test('a folder is BAD_GGUF, a missing file FILE_NOT_FOUND', () => {
    const folder = tempFolder();
    mkdirSync(join(folder, 'folder.gguf'));
    writeFileSync(join(folder, 'file'), '');
    expect(() => readGguf(join(folder, 'folder.gguf'))).toThrow(expect.objectContaining({ code: 'BAD_GGUF' }));
    expect(() => readGguf(join(folder, 'none.gguf'))).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
    expect(() => readGguf(join(folder, 'file', 'none.gguf'))).toThrow(
      expect.objectContaining({ code: 'FILE_NOT_FOUND' }),
    );
  });

  test.skipIf(process.platform === 'win32')('a device is refused without being read', () => {
    expect(() => readGguf('/dev/zero')).toThrow(expect.objectContaining({ code: 'BAD_GGUF' }));
  });
});

describe('a header on a file that claims to be endless', () => {
  /** 2^50 bytes that are `head` and then zeros; counts what is asked for. */
  function endless(head: Buffer) {
    const asked = { bytes: 0 };
    const read = (target: Buffer, position: number): void => {
      asked.bytes += target.length;
      target.fill(0);
      if (position < head.length) head.copy(target, 0, position);
    };
    return { asked, source: { path: 'endless.gguf', sizeBytes: 2 ** 50, read } };
  }

  const heads: readonly [string, Buffer][] = [
    ['one string of 2^45 bytes', file(0n, 1n, entry('k', 8, uint64(2n ** 45n)))],
    ['2^45 numbers', file(0n, 1n, entry('k', 9, uint32(0), uint64(2n ** 45n)))],
    ['2^45 empty strings', file(0n, 1n, entry('k', 9, uint32(8), uint64(2n ** 45n)))],
    ['2^45 empty arrays', file(0n, 1n, entry('k', 9, uint32(9), uint64(2n ** 45n)))],
  ];
  test.each(heads)('with %s costs no more than the limit', (_, head) => {
    const limitBytes = 1024 * 1024;
    const { asked, source } = endless(head);
    expect(() => parseHeader(source, limitBytes)).toThrow(expect.objectContaining({ code: 'BAD_GGUF' }));
    expect(asked.bytes).toBeLessThanOrEqual(limitBytes);
  });
});

test('messages quote names from the file shortly and without control characters', () => {
  const spec: TensorSpec = { name: 'x', shape: [4], type: 'F32' };
  const { header } = encodeHeader({ metadata: new Map([['k'.repeat(60_000), GgufValue.bool(true)]]), tensors: [spec] });
  const broken = Buffer.from(header);
  broken.writeUInt32LE(77, 24 + 8 + 60_000);
  let message = '';
  try {
    parse(Buffer.concat([broken, ggufBytes({ metadata: new Map(), tensors: [] })]));
  } catch (error) {
    message = error instanceof Error ? error.message : '';
  }
  expect(message).toContain('unknown value type 77');
  expect(message.length).toBeLessThan(300);
});
