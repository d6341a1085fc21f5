// Feedback into ggml's types: less output error than the plain quantizer, the same scales, and a fallback that is the plain quantizer.
import { afterAll, expect, test } from 'vitest';
import { releaseFactors, setUpAlgebra } from '../../../src/main/engine/compress/math/hessian-factors.ts';
import { outputError } from '../../../src/main/engine/compress/math/output-error.ts';
import { feedback } from '../../../src/main/engine/compress/methods/feedback.ts';
import { dequantize, quantizeRows } from '../../../src/main/engine/native/ggml-convert.ts';
import { makeProblem, slowOutputError } from '../../support/calibration-problem.ts';

const algebra = setUpAlgebra(2);
afterAll(releaseFactors);

const [rows, columns] = [9, 256];
const { weights, hessianRows, hessian } = makeProblem(rows, columns, 4);
const columnMeanSquares = Float32Array.from({ length: columns }, (_, j) => hessian[j * columns + j]! / 2);
const matrix = { name: 'blk.0.ffn_down.weight', rows, columns, weights };

function encode(type: string, heldOutHessian?: Float32Array) {
  const params = feedback.params.parse({ type: 'Q4_0' });
  const encoded = feedback.encode?.(matrix, { hessian, columnMeanSquares, heldOutHessian }, params, type);
  if (encoded === undefined) throw new Error('feedback has no encoder');
  return encoded;
}

test.each(['Q4_0', 'Q4_1', 'Q8_0', 'Q2_K', 'Q3_K', 'Q4_K', 'Q6_K', 'IQ4_NL', 'IQ4_XS'])(
  '%s of the same size has clearly less output error than with the importances alone',
  (type) => {
    const plain = quantizeRows(type, weights, columns, columnMeanSquares);
    const { data, keptPlain } = encode(type, hessian);
    expect(keptPlain).toBe(false);
    expect(data.length).toBe(plain.length);
    const errorOf = (bytes: Uint8Array): number =>
      slowOutputError(weights, dequantize(type, bytes, weights.length), hessianRows);
    expect(errorOf(data)).toBeLessThan(0.8 * errorOf(plain));
  },
);

test.each(['Q4_0', 'Q8_0', 'Q3_K', 'Q6_K'])('%s keeps the zeros of a pruned matrix', (type) => {
  const pruned = weights.map((value, i) => (i % 3 === 0 ? 0 : value));
  const params = feedback.params.parse({ type: 'Q4_0' });
  const encoded = feedback.encode?.({ ...matrix, weights: pruned }, { hessian, columnMeanSquares }, params, type);
  const found = dequantize(type, encoded?.data ?? new Uint8Array(), weights.length);
  expect(found.filter((value, i) => i % 3 === 0 && value !== 0)).toHaveLength(0);
});

test('held-out text on which feedback does not help keeps what llama.cpp writes', () => {
  const independent = new Float32Array(columns * columns);
  for (let j = 0; j < columns; j++) independent[j * columns + j] = columnMeanSquares[j]!;
  const { data, keptPlain } = encode('Q2_K', independent);
  expect(keptPlain).toBe('no-gain');
  expect(data).toEqual(quantizeRows('Q2_K', weights, columns, columnMeanSquares));
});

test('the output error of all rows is tr(E H E^T)', () => {
  const changed = weights.map((value) => Math.round(value));
  const expected = slowOutputError(weights, changed, hessianRows);
  expect(outputError(algebra, weights, changed, hessian) / expected).toBeCloseTo(1, 4);
});
