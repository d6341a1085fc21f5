// What is written into blocks as levels must come back from ggml as exactly the values that the grid promised.
import { describe, expect, test } from 'vitest';
import { BlockCodec } from '../../../src/main/engine/native/block-codec.ts';
import { dequantize, quantizeRows } from '../../../src/main/engine/native/ggml-convert.ts';
import { randomNormals } from '../../support/random-weights.ts';

const TYPES = 'Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K IQ4_NL IQ4_XS'.split(' ');

describe.each(TYPES)('%s', (type) => {
  const codec = BlockCodec.of(type);
  const random = randomNormals(TYPES.indexOf(type));
  const columns = 1024;
  const values = Float32Array.from({ length: 4 * columns }, random);

  test('gives back random levels through ggml to the last bit or the one before', () => {
    const bytes = quantizeRows(type, values, columns);
    const { low, step } = codec.grid(bytes);
    const levels = Uint8Array.from(values, (_, i) => (i * 7919) % codec.levelCount);
    codec.pack(bytes, levels);
    const found = dequantize(type, bytes, values.length);
    const largest = found.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    for (const [i, value] of found.entries()) {
      const expected = low[i]! + step[i]! * codec.shape[levels[i]!]!;
      expect(Math.abs(value - expected)).toBeLessThanOrEqual(largest * 2 ** -22);
    }
  });

  test('has one grid for every 16 weights in a row', () => {
    const { low, step } = codec.grid(quantizeRows(type, values, columns));
    for (const i of low.keys()) {
      const first = i - (i % 16);
      expect([low[i], step[i]]).toEqual([low[first], step[first]]);
    }
  });

  test("finds llama.cpp's own codes again and writes the same bytes", () => {
    const bytes = quantizeRows(type, values, columns);
    const stored = dequantize(type, bytes, values.length);
    const { low, step } = codec.grid(bytes);
    const levels = Uint8Array.from(stored, (value, i) => nearestLevel(codec.shape, (value - low[i]!) / step[i]!));
    const packed = bytes.slice();
    codec.pack(packed, levels);
    expect(dequantize(type, packed, values.length)).toEqual(stored);
  });
});

test('a type whose codes stand for several weights has no levels to choose', () => {
  expect(BlockCodec.has('IQ2_XXS')).toBe(false);
  expect(() => BlockCodec.of('IQ2_XXS')).toThrow(expect.objectContaining({ code: 'UNKNOWN_TYPE' }));
});

function nearestLevel(shape: Float32Array, place: number): number {
  let nearest = 0;
  for (const [level, value] of shape.entries()) {
    if (Math.abs(value - place) < Math.abs(shape[nearest]! - place)) nearest = level;
  }
  return nearest;
}
