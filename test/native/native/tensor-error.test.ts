import { expect, test } from 'vitest';
import { quantizeRows } from '../../../src/main/engine/native/ggml-convert.ts';
import { measureTensorError, plainSums } from '../../../src/main/engine/native/tensor-error.ts';
import { randomNormals } from '../../support/random-weights.ts';

function prunedRows(length: number): Float32Array {
  const random = randomNormals(5);
  return Float32Array.from({ length }, (_, i) => (i % 3 === 0 ? 0 : random()));
}

test.each([
  ['F16', 'Q8_0', 256 * 1024 + 512],
  ['F32', 'Q4_K', 1024 * 1024],
  ['BF16', 'Q2_K', 2560],
  ['F16', 'F16', 300],
  ['Q8_0', 'IQ4_XS', 512],
  ['F32', 'BF16', 100],
])('the error of %s written as %s (%i values) agrees with plain sums', (sourceType, writtenType, length) => {
  const values = prunedRows(length);
  const source = { type: sourceType, data: quantizeRows(sourceType, values, length) };
  const written = { type: writtenType, data: quantizeRows(writtenType, values, length) };
  const expected = plainSums(source, written, length);
  for (const threads of [1, 2]) {
    const found = measureTensorError(source, written, length, threads);
    expect(found.zeroCount).toBe(length - expected.nonZeroCount);
    expect(found.sourceSquares / expected.sourceSquares).toBeCloseTo(1, 5);
    if (expected.squaredError === 0) expect(found.relativeSquaredError).toBe(0);
    else expect(found.squaredError / expected.squaredError).toBeCloseTo(1, 5);
  }
});

test('plain sums of a hand-worked case', () => {
  const bytes = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
  const sums = plainSums({ type: 'F32', data: bytes(1, 2, 0, 4) }, { type: 'F32', data: bytes(1, 0, 0, 1) }, 4);
  expect(sums).toEqual({ squaredError: 13, sourceSquares: 21, nonZeroCount: 2, lostGroupCount: 0 });
});

test('a value that is no number makes the error NaN and is not counted as zero', () => {
  const values = prunedRows(512);
  const broken = Float32Array.from(values);
  broken[1] = Number.NaN;
  const data = (rows: Float32Array) => ({ type: 'F32', data: quantizeRows('F32', rows, 512) });
  const found = measureTensorError(data(values), data(broken), 512);
  expect(found.relativeSquaredError).toBeNaN();
  expect(found.zeroCount).toBe(values.filter((x) => x === 0).length);
});

test('an all-zero source with other values written has an infinite error, equal zeros have none', () => {
  const zeros = { type: 'F32', data: new Uint8Array(1024) };
  const ones = { type: 'F32', data: quantizeRows('F32', new Float32Array(256).fill(1), 256) };
  expect(measureTensorError(zeros, ones, 256).relativeSquaredError).toBe(Number.POSITIVE_INFINITY);
  expect(measureTensorError(zeros, zeros, 256)).toMatchObject({ relativeSquaredError: 0, zeroCount: 256 });
});

test('IQ3_S with a whole block of zero weights is caught: this release writes the blocks after it in the wrong place', () => {
  const values = prunedRows(256);
  values.fill(0, 32, 96);
  const source = { type: 'F32', data: quantizeRows('F32', values, 256) };
  const written = { type: 'IQ3_S', data: quantizeRows('IQ3_S', values, 256) };
  expect(measureTensorError(source, written, 256).relativeSquaredError).toBeGreaterThan(0.3);
});

test('data that is too short is refused', () => {
  const short = { type: 'Q8_0', data: new Uint8Array(10) };
  expect(() => measureTensorError(short, short, 32)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
});

test('groups whose error exceeds their energy are lost, unless they weigh next to nothing', () => {
  const source = new Float32Array(4 * 256).fill(1);
  source.fill(0.001, 3 * 256);
  const written = source.slice();
  written.fill(-1, 256, 512);
  written.fill(-1, 3 * 256);
  const bytes = (values: Float32Array): Uint8Array => new Uint8Array(values.buffer);
  const error = measureTensorError({ type: 'F32', data: bytes(source) }, { type: 'F32', data: bytes(written) }, 1024);
  expect(error.lostGroupCount).toBe(1);
  const plain = plainSums({ type: 'F32', data: bytes(source) }, { type: 'F32', data: bytes(written) }, 1024);
  expect(plain.lostGroupCount).toBe(1);
});
