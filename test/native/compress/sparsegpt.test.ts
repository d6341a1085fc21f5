// SparseGPT on ggml's matmuls against the paper's loop in plain double precision.
import { afterAll, expect, test } from 'vitest';
import { releaseFactors, setUpAlgebra } from '../../../src/main/engine/compress/math/hessian-factors.ts';
import { sparsegpt } from '../../../src/main/engine/compress/methods/sparsegpt.ts';
import { makeProblem } from '../../support/calibration-problem.ts';
import { randomNormals } from '../../support/random-weights.ts';
import {
  dampedHessian,
  type SlowRounder,
  slowHessian,
  slowPattern,
  slowSweep,
  slowUnstructured,
  toRows,
} from '../../support/slow-feedback.ts';

setUpAlgebra(2);
afterAll(releaseFactors);

function compare(found: Float32Array, expected: number[][]): { maskDifferences: number; relativeError: number } {
  const flat = expected.flat();
  let maskDifferences = 0;
  let error = 0;
  let size = 0;
  for (const [i, value] of flat.entries()) {
    if ((value === 0) !== (found[i] === 0)) maskDifferences += 1;
    error += (value - (found[i] ?? 0)) ** 2;
    size += value ** 2;
  }
  return { maskDifferences, relativeError: Math.sqrt(error / size) };
}

interface Case {
  readonly rows: number;
  readonly columns: number;
  readonly given: object;
  readonly slow: () => SlowRounder;
  readonly deadColumn?: number;
}

const CASES: readonly Case[] = [
  { rows: 7, columns: 200, given: { sparsity: 0.5 }, slow: () => slowUnstructured(0.5, false) },
  { rows: 33, columns: 300, given: { sparsity: 0.6 }, slow: () => slowUnstructured(0.6, false), deadColumn: 40 },
  { rows: 5, columns: 130, given: { sparsity: 0.3, protocol: 'paper' }, slow: () => slowUnstructured(0.3, true) },
  { rows: 1, columns: 50, given: { sparsity: 0.5 }, slow: () => slowUnstructured(0.5, false) },
  { rows: 19, columns: 264, given: { pattern: '2:4' }, slow: () => slowPattern(2, 4) },
  { rows: 9, columns: 160, given: { pattern: '8:32' }, slow: () => slowPattern(8, 32) },
];

test.each(CASES)('$given on $rows x $columns zeroes what the paper zeroes and changes the rest alike', (problem) => {
  const { rows, columns, given, slow, deadColumn } = problem;
  const { weights, hessianRows, hessian } = makeProblem(rows, columns, columns, deadColumn);
  const { damped, dead } = dampedHessian(hessianRows, 0.01);
  const expected = slowSweep(toRows(weights, rows, columns), damped, dead, slow());
  const params = sparsegpt.params.parse(given);
  const found = sparsegpt.transform?.({ name: 'w', rows, columns, weights }, { hessian }, params) ?? weights;
  const { maskDifferences, relativeError } = compare(found, expected);
  expect(maskDifferences).toBe(0);
  expect(relativeError).toBeLessThan(1e-4);
});

test('a Hessian of rank one is damped until it can be factored', () => {
  const columns = 64;
  const random = randomNormals(5);
  const input = Array.from({ length: columns }, () => random() * 1000);
  const hessian = Float32Array.from(slowHessian([input], columns).flat());
  const weights = Float32Array.from({ length: 3 * columns }, random);
  const params = sparsegpt.params.parse({ sparsity: 0.5, percdamp: 0 });
  const found = sparsegpt.transform?.({ name: 'w', rows: 3, columns, weights }, { hessian }, params) ?? weights;
  expect(found.filter((value) => value === 0)).toHaveLength(96);
  expect(found.every(Number.isFinite)).toBe(true);
});

test('statistics of another width are refused', () => {
  const params = sparsegpt.params.parse({ sparsity: 0.5 });
  const matrix = { name: 'w', rows: 2, columns: 8, weights: new Float32Array(16) };
  expect(() => sparsegpt.transform?.(matrix, { hessian: new Float32Array(49) }, params)).toThrow(
    expect.objectContaining({ code: 'BAD_DATA' }),
  );
});

test.each(['3:6', '2:256'])('pattern %s is refused on rows of 768 before any work', (pattern) => {
  const params = sparsegpt.params.parse({ pattern });
  expect(sparsegpt.checkShape?.({ name: 'w', rows: 4, columns: 768 }, params)).toMatch(/does not divide/);
});
