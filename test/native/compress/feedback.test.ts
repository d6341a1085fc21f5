// Feedback into ggml's types: less output error than the plain quantizer, the same scales, and a fallback that is the plain quantizer.
import { afterAll, expect, test } from 'vitest';
import { orderByDiagonal } from '../../../src/main/engine/compress/math/damped-factor.ts';
import { releaseFactors, setUpAlgebra } from '../../../src/main/engine/compress/math/hessian-factors.ts';
import { outputError } from '../../../src/main/engine/compress/math/output-error.ts';
import type { MatrixFacts, ReportFacts } from '../../../src/main/engine/compress/method.ts';
import { feedback } from '../../../src/main/engine/compress/methods/feedback.ts';
import { dequantize, quantizeRows } from '../../../src/main/engine/native/ggml-convert.ts';
import { makeProblem, slowOutputError } from '../../support/calibration-problem.ts';

const algebra = setUpAlgebra(2);
afterAll(releaseFactors);

const [rows, columns] = [9, 256];
const { weights, hessianRows, hessian } = makeProblem(rows, columns, 4);
const columnMeanSquares = Float32Array.from({ length: columns }, (_, j) => hessian[j * columns + j]! / 2);
const matrix = { name: 'blk.0.ffn_down.weight', rows, columns, weights };

function encode(type: string, heldOutHessian?: Float32Array, report?: ReportFacts) {
  const params = feedback.params.parse({ type: 'Q4_0' });
  const encoded = feedback.encode?.(matrix, { hessian, columnMeanSquares, heldOutHessian }, params, type, report);
  if (encoded === undefined) throw new Error('feedback has no encoder');
  return encoded;
}

const LEVEL_TYPES = ['Q4_0', 'Q4_1', 'Q8_0', 'Q2_K', 'Q3_K', 'Q4_K', 'Q6_K', 'IQ4_NL', 'IQ4_XS'];
const CODEBOOK_TYPES = ['IQ2_XXS', 'IQ3_XXS', 'IQ3_S', 'IQ1_S'];

test.each([...LEVEL_TYPES, ...CODEBOOK_TYPES])(
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

test.each(['Q2_K', 'IQ2_XXS', 'IQ3_S'])('%s has less error still when its columns are gone over again', (type) => {
  const errorAfter = (refinePasses: number): number => {
    const params = feedback.params.parse({ type: 'Q4_0', refinePasses });
    const data = feedback.encode?.(matrix, { hessian, columnMeanSquares }, params, type).data ?? new Uint8Array();
    return slowOutputError(weights, dequantize(type, data, weights.length), hessianRows);
  };
  expect(errorAfter(2)).toBeLessThan(errorAfter(0));
});

test.each(['Q4_0', 'Q8_0', 'Q3_K', 'Q6_K'])('%s keeps the zeros of a pruned matrix', (type) => {
  const pruned = weights.map((value, i) => (i % 3 === 0 ? 0 : value));
  const params = feedback.params.parse({ type: 'Q4_0' });
  const encoded = feedback.encode?.({ ...matrix, weights: pruned }, { hessian, columnMeanSquares }, params, type);
  const found = dequantize(type, encoded?.data ?? new Uint8Array(), weights.length);
  expect(found.filter((value, i) => i % 3 === 0 && value !== 0)).toHaveLength(0);
});

test('the record says whose codes were kept and both errors on held-out text', () => {
  const facts: MatrixFacts[] = [];
  encode('Q4_0', hessian, (found) => facts.push(found));
  const [{ keptCodes, heldOutErrors } = {}] = facts;
  expect(keptCodes).toBe('feedback');
  expect(heldOutErrors?.feedback).toBeLessThan(0.8 * (heldOutErrors?.llama ?? 0));
  const plain = dequantize('Q4_0', quantizeRows('Q4_0', weights, columns, columnMeanSquares), weights.length);
  const none = new Float32Array(weights.length);
  const expected = slowOutputError(weights, plain, hessianRows) / slowOutputError(weights, none, hessianRows);
  expect((heldOutErrors?.llama ?? 0) / expected).toBeCloseTo(1, 3);
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

test('units of eight columns go by their sum of diag(H) and stay together', () => {
  const size = 24;
  const diagonal = new Float32Array(size * size);
  for (let j = 0; j < size; j++) diagonal[j * size + j] = j === 20 ? 50 : j < 8 ? 2 : 1;
  expect([...orderByDiagonal(diagonal, size, 8)].filter((_, k) => k % 8 === 0)).toEqual([16, 0, 8]);
  expect([...orderByDiagonal(diagonal, size, 8)].slice(0, 8)).toEqual([16, 17, 18, 19, 20, 21, 22, 23]);
});
