import { expect, test } from 'vitest';
import { dequantize, quantizeRows, rowSizeBytes } from '../../../src/main/engine/native/ggml-convert.ts';
import { GGML_TYPES } from '../../../src/shared/ggml-types.ts';
import { randomNormals, toBfloat16, toFloat16 } from '../../support/random-weights.ts';

const ROW_WIDTH = 512;
const ROWS = 6;

function randomRows(seed = 3): Float32Array {
  const random = randomNormals(seed);
  return Float32Array.from({ length: ROW_WIDTH * ROWS }, random);
}

const relativeError = (a: Float32Array, b: Float32Array): number => {
  let error = 0;
  let squares = 0;
  for (const [i, x] of a.entries()) {
    error += (x - (b[i] ?? Number.NaN)) ** 2;
    squares += x * x;
  }
  return error / squares;
};

test('float32 keeps every bit, also from memory that is not aligned', () => {
  const values = randomRows();
  const bytes = quantizeRows('F32', values, ROW_WIDTH);
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  expect(dequantize('F32', bytes, values.length)).toEqual(values);
  expect(dequantize('F32', shifted.subarray(1), values.length)).toEqual(values);
});

const EDGES = Float32Array.from([
  0,
  -0,
  1,
  -1,
  65504,
  65519.99,
  70000,
  6e-8,
  5.9604645e-8,
  2.9e-8,
  1 / 3,
  1e-5,
  -7.7,
  -2.5e-7,
  1025.5,
  1026.5,
]);

test('float16 is rounded to nearest even and read back exactly', () => {
  const bytes = quantizeRows('F16', EDGES, EDGES.length);
  expect(bytes).toEqual(toFloat16(EDGES));
  const shifted = new Uint8Array(bytes.length + 1);
  shifted.set(bytes, 1);
  const expected = Float32Array.from(new Float16Array(bytes.buffer));
  expect(dequantize('F16', bytes, EDGES.length)).toEqual(expected);
  expect(dequantize('F16', shifted.subarray(1), EDGES.length)).toEqual(expected);
});

test('bfloat16 is rounded to nearest even and read back exactly', () => {
  const bytes = quantizeRows('BF16', EDGES, EDGES.length);
  expect(bytes).toEqual(toBfloat16(EDGES));
  const upper = new Uint16Array(bytes.buffer);
  const expected = new Float32Array(Uint32Array.from(upper, (bits) => bits << 16).buffer);
  expect(dequantize('BF16', bytes, EDGES.length)).toEqual(expected);
});

/** Upper bounds of the relative squared error on normally distributed weights, from the bits that each type spends. */
const QUANTIZED: readonly (readonly [string, number])[] = [
  ['Q8_0', 1e-4],
  ['Q6_K', 1e-3],
  ['Q5_K', 3e-3],
  ['Q5_1', 3e-3],
  ['Q5_0', 4e-3],
  ['Q4_K', 1e-2],
  ['Q4_1', 1e-2],
  ['Q4_0', 2e-2],
  ['IQ4_NL', 1e-2],
  ['IQ4_XS', 1e-2],
  ['MXFP4', 3e-2],
  ['NVFP4', 2e-2],
  ['Q3_K', 4e-2],
  ['IQ3_S', 4e-2],
  ['IQ3_XXS', 6e-2],
  ['Q2_K', 0.12],
  ['IQ2_S', 0.12],
  ['IQ2_XS', 0.14],
  ['IQ2_XXS', 0.18],
  ['IQ1_M', 0.4],
  ['IQ1_S', 0.45],
  ['TQ2_0', 0.8],
  ['TQ1_0', 0.8],
  ['Q2_0', 0.8],
  ['Q1_0', 0.8],
];

test.each(QUANTIZED)('%s is written and read back with a relative squared error below %f', (type, bound) => {
  const values = randomRows();
  const imatrix = new Float32Array(ROW_WIDTH).fill(1);
  const bytes = quantizeRows(type, values, ROW_WIDTH, imatrix);
  expect(bytes.length).toBe(rowSizeBytes(type, ROW_WIDTH) * ROWS);
  const error = relativeError(values, dequantize(type, bytes, values.length));
  expect(error).toBeLessThan(bound);
  expect(error).toBeGreaterThan(0);
});

test('every quantized type that a file can hold is covered above', () => {
  const internal = ['Q8_1', 'Q8_K'];
  const known = GGML_TYPES.filter(({ name, quantized }) => quantized && !internal.includes(name)).map(
    ({ name }) => name,
  );
  expect(QUANTIZED.map(([type]) => type).sort()).toEqual([...known].sort());
});

test('an imatrix moves the error to the columns that matter less', () => {
  const values = randomRows();
  const imatrix = Float32Array.from({ length: ROW_WIDTH }, (_, column) => (column < 32 ? 1000 : 1));
  const errorOf = (weights?: Float32Array): number => {
    const back = dequantize('Q4_K', quantizeRows('Q4_K', values, ROW_WIDTH, weights), values.length);
    const head = (all: Float32Array): Float32Array => all.filter((_, i) => i % ROW_WIDTH < 32);
    return relativeError(head(values), head(back));
  };
  expect(errorOf(imatrix)).toBeLessThan(errorOf());
});

test.each([
  ['NOPE', 'UNKNOWN_TYPE'],
  ['COUNT', 'UNKNOWN_TYPE'],
  ['Q8_K', 'UNKNOWN_TYPE'],
  ['I32', 'UNKNOWN_TYPE'],
  ['IQ2_XXS', 'IMATRIX_NEEDED'],
])('writing %s without an imatrix is refused with %s', (type, code) => {
  expect(() => quantizeRows(type, randomRows(), ROW_WIDTH)).toThrow(expect.objectContaining({ code }));
});

test('widths and sizes that do not fit are refused', () => {
  const refused = expect.objectContaining({ code: 'BAD_INPUT' });
  expect(() => quantizeRows('Q4_K', new Float32Array(96), 96)).toThrow(refused);
  expect(() => quantizeRows('Q8_0', new Float32Array(80), 32)).toThrow(refused);
  expect(() => quantizeRows('Q8_0', new Float32Array(64), 32, new Float32Array(31))).toThrow(refused);
  expect(() => dequantize('Q8_0', new Uint8Array(33), 32)).toThrow(refused);
});

test('no rows are no bytes', () => {
  expect(quantizeRows('Q8_0', new Float32Array(), 32)).toEqual(new Uint8Array());
});
