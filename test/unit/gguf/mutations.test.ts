import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeHeader } from '../../../src/main/engine/gguf/encode-header.ts';
import { type GgufHeader, parseHeader } from '../../../src/main/engine/gguf/parse-header.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { WorkbenchError } from '../../../src/shared/errors.ts';
import { makeSampleGguf } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** Values that break careless readers: signs, powers of two, and lengths just around what there is. */
const NASTY_NUMBERS = [
  0n,
  1n,
  2n,
  255n,
  2n ** 16n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/** Evenly spread over the file, unlike fc.double. */
const position = fc.integer({ min: 0, max: 2 ** 20 - 1 }).map((step) => step / 2 ** 20);
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('truncate' as const), at: position }),
  fc.record({ kind: fc.constant('flip' as const), at: position, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('byte' as const), at: position, value: fc.nat(255) }),
  fc.record({ kind: fc.constant('length' as const), at: position, value: fc.constantFrom(...NASTY_NUMBERS) }),
  fc.record({ kind: fc.constant('remove' as const), at: position, length: fc.integer({ min: 1, max: 40 }) }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: position,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  }),
  fc.record({ kind: fc.constant('repeat' as const), at: position, length: fc.integer({ min: 1, max: 200 }) }),
);
type Mutation = typeof mutation extends fc.Arbitrary<infer Value> ? Value : never;

function mutate(bytes: Buffer, step: Mutation): Buffer {
  const at = Math.floor(step.at * bytes.length);
  const out = Buffer.from(bytes);
  switch (step.kind) {
    case 'truncate':
      return out.subarray(0, at);
    case 'flip':
      if (out.length > 0) out[at] = (out[at] ?? 0) ^ (1 << step.bit);
      return out;
    case 'byte':
      if (out.length > 0) out[at] = step.value;
      return out;
    case 'length':
      if (at + 8 <= out.length) out.writeBigUInt64LE(step.value, at);
      return out;
    case 'remove':
      return Buffer.concat([out.subarray(0, at), out.subarray(at + step.length)]);
    case 'insert':
      return Buffer.concat([out.subarray(0, at), step.bytes, out.subarray(at)]);
    case 'repeat':
      return Buffer.concat([out.subarray(0, at + step.length), out.subarray(at)]);
  }
}

function parse(file: Buffer): GgufHeader {
  const read = (target: Buffer, start: number): void => {
    expect(start + target.length).toBeLessThanOrEqual(file.length);
    file.copy(target, 0, start, start + target.length);
  };
  return parseHeader({ path: 'mutated.gguf', sizeBytes: file.length, read });
}

/** What was accepted must hold together: inside the file, readable, and the same bytes when encoded again. */
function checkAccepted(header: GgufHeader, file: Buffer): void {
  for (const { offset, sizeBytes } of header.tensors) expect(offset + sizeBytes).toBeLessThanOrEqual(file.length);
  for (const value of header.metadata.values()) {
    value.asString();
    value.asStrings();
    value.asNumber();
    value.asNumbers();
    value.asBoolean();
    value.asBigInt();
  }
  const tensors = header.tensors.map((tensor) => ({ ...tensor, dataPosition: tensor.offset - header.dataOffset }));
  const encoded = encodeHeader({ ...header, tensors }).header;
  const original = file.subarray(0, header.headerSizeBytes);
  expect(encoded.subarray(0, header.headerSizeBytes).equals(original)).toBe(true);
}

test('thousands of damaged files are refused with a WorkbenchError or read soundly, quickly', () => {
  const sound = makeSampleGguf(join(tempFolder(), 'sample.gguf'));
  const outcomes = { accepted: 0, refused: 0 };
  const start = performance.now();
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (steps) => {
      const file = steps.reduce(mutate, sound);
      try {
        checkAccepted(parse(file), file);
        outcomes.accepted += 1;
      } catch (error) {
        if (!(error instanceof WorkbenchError)) throw error;
        expect(error.code).toBe('BAD_GGUF');
        expect(error.details['offset']).toBeGreaterThanOrEqual(0);
        expect(error.details['offset']).toBeLessThanOrEqual(file.length);
        outcomes.refused += 1;
      }
    }),
    { numRuns: 8000, seed: 20240611 },
  );
  expect(performance.now() - start).toBeLessThan(30_000);
  // Both kinds must occur, or the test proves little.
  expect(outcomes.refused).toBeGreaterThan(2000);
  expect(outcomes.accepted).toBeGreaterThan(200);
});

test('damaged files on the disk are refused in the same way', () => {
  const path = join(tempFolder(), 'damaged.gguf');
  const sound = makeSampleGguf(path);
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (steps) => {
      writeFileSync(path, steps.reduce(mutate, sound));
      try {
        readGguf(path);
      } catch (error) {
        expect(error).toBeInstanceOf(WorkbenchError);
      }
    }),
    { numRuns: 500, seed: 20240612 },
  );
});
