// Codes of the codebook types: what is packed is what ggml dequantizes, for any index, any sign and any scale that a block can hold.
import { expect, test } from 'vitest';
import { CodebookCodec, UNIT } from '../../../src/main/engine/native/codebook-codec.ts';
import { dequantize, quantizeRows } from '../../../src/main/engine/native/ggml-convert.ts';
import { randomNormals } from '../../support/random-weights.ts';

const TYPES = ['IQ1_S', 'IQ1_M', 'IQ2_XXS', 'IQ2_XS', 'IQ2_S', 'IQ3_XXS', 'IQ3_S'];
const [rows, columns] = [3, 512];
const unitCount = (rows * columns) / UNIT;

function sampleBytes(type: string): Uint8Array {
  const random = randomNormals(3);
  const weights = Float32Array.from({ length: rows * columns }, random);
  return quantizeRows(type, weights, columns, new Float32Array(columns).fill(1));
}

test.each(TYPES)('%s gives back random codes of its own books times its scales', (type) => {
  const codec = CodebookCodec.of(type);
  const bytes = sampleBytes(type);
  const { scales, variants } = codec.scales(bytes);
  const { entryCount, width } = codec.books[0]!;
  const draw = (limit: number, i: number): number =>
    Math.floor(Math.abs(Math.sin(i * 12.9898 + 4) * 43758.5453) % limit);
  const indices = Uint16Array.from({ length: unitCount * codec.indexCount }, (_, i) => draw(entryCount, i));
  const signBits = { none: 0, even: 7, free: 8 }[codec.signs];
  const signs = Uint8Array.from({ length: unitCount }, (_, i) => draw(2 ** signBits, i + 7));
  codec.pack(bytes, indices, signs);
  const found = dequantize(type, bytes, rows * columns);
  const expected = found.map((_, i) => {
    const unit = Math.floor(i / UNIT);
    const j = i % UNIT;
    const code = indices[unit * codec.indexCount + Math.floor(j / width)]!;
    const ones = signs[unit]!.toString(2).replaceAll('0', '').length;
    const isMinus = j === 7 && codec.signs === 'even' ? ones % 2 === 1 : ((signs[unit]! >> j) & 1) === 1;
    const value = scales[unit]! * codec.books[variants[unit]!]!.values[code * width + (j % width)]!;
    return isMinus ? -value : value;
  });
  for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 5);
  expect(codec.scales(bytes).scales).toEqual(scales);
});

test.each(TYPES)('%s holds every entry of a book once', (type) => {
  for (const { entryCount, width, values } of CodebookCodec.of(type).books) {
    const entries = Array.from({ length: entryCount }, (_, i) => values.slice(i * width, (i + 1) * width).join());
    expect(new Set(entries).size).toBe(entryCount);
  }
});
