import { expect, it } from 'vitest';
import { reserveRoom } from '../../../src/main/engine/compress/reserve-header.ts';
import { encodeHeader, type HeaderSpec } from '../../../src/main/engine/gguf/encode-header.ts';
import { GgufValue } from '../../../src/main/engine/gguf/gguf-value.ts';

const withText = (length: number): HeaderSpec => ({
  metadata: new Map([['general.name', GgufValue.string('x'.repeat(length))]]),
  tensors: [{ name: 'a', shape: [4], type: 'F32' }],
});

const dataOffset = (spec: HeaderSpec) => encodeHeader(spec).places[0]?.offset;

it.each([0, 1, 20, 32, 64, 100, 127, 128, 129, 500, 1000, 5000])(
  'the room makes a header as long as one with %i bytes more',
  (more) => {
    const [native, final] = [withText(10), withText(10 + more)];
    const room = reserveRoom(native, final);
    for (const [key, text] of room) expect(Math.max(key.length, text.length)).toBeLessThanOrEqual(127);
    const texts = [...room].map(([key, text]) => [key, GgufValue.string(text)] as const);
    const padded = { ...native, metadata: new Map([...native.metadata, ...texts]) };
    expect(dataOffset(padded)).toBe(dataOffset(final));
  },
);

it('no room is made where the header is too long for it, or shorter', () => {
  expect(reserveRoom(withText(10), withText(100_000)).size).toBe(0);
  expect(reserveRoom(withText(500), withText(10)).size).toBe(0);
});
