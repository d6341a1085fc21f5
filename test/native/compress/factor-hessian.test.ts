// The blocked factorization and the Hessian sums on ggml's matmuls against plain loops.
import { afterAll, expect, test } from 'vitest';
import { HessianSum } from '../../../src/main/engine/calibration/hessian-sum.ts';
import { factorHessian } from '../../../src/main/engine/compress/math/factor-hessian.ts';
import { LinearAlgebra } from '../../../src/main/engine/native/linear-algebra.ts';
import { randomNormals } from '../../support/random-weights.ts';
import { slowHessian, toRows } from '../../support/slow-feedback.ts';

const algebra = LinearAlgebra.open({ threads: 2 });
afterAll(() => algebra.close());

function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < expected.length; i++) most = Math.max(most, Math.abs((found[i] ?? 0) - (expected[i] ?? 0)));
  return most;
}

test.each([1, 7, 64, 65, 130, 200, 333])('R R^T gives back a positive definite matrix of %i columns', (size) => {
  const random = randomNormals(size);
  const inputs = Array.from({ length: size + 20 }, () => Array.from({ length: size }, random));
  const hessian = Float32Array.from(slowHessian(inputs, size).flat());
  const matrix = algebra.matrix(size, size);
  matrix.setDense(hessian);
  expect(factorHessian(algebra, matrix)).toBe(true);
  const factor = matrix.toDense();
  const product = new Float64Array(size * size);
  const mirrored = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let m = Math.max(i, j); m < size; m++)
        product[i * size + j]! += factor[i * size + m]! * factor[j * size + m]!;
      mirrored[i * size + j] = factor[j * size + i]!;
    }
  }
  expect(largestDifference(product, hessian)).toBeLessThan(1e-5 * Math.max(...hessian));
  expect(largestDifference(mirrored, factor)).toBe(0);
  matrix.free();
});

test.each([-1, 0, Number.NaN])('a diagonal entry of %f is no positive definite matrix', (value) => {
  const matrix = algebra.matrix(150, 150);
  const dense = new Float32Array(150 * 150);
  for (let i = 0; i < 150; i++) dense[i * 151] = i === 20 ? value : 2;
  matrix.setDense(dense);
  expect(factorHessian(algebra, matrix)).toBe(false);
  matrix.free();
});

test.each([
  { columns: 5, pieces: [1] },
  { columns: 70, pieces: [33, 100, 7] },
  { columns: 208, pieces: [500, 900] },
])('the Hessian of $columns inputs over pieces of $pieces tokens is 2/n sum x x^T', ({ columns, pieces }) => {
  const random = randomNormals(columns);
  const sum = new HessianSum(algebra, columns);
  const all: number[] = [];
  for (const tokens of pieces) {
    const values = Float32Array.from({ length: tokens * columns }, random);
    sum.add(values);
    for (const value of values) all.push(value);
  }
  const expected = slowHessian(toRows(all, all.length / columns, columns), columns).flat();
  expect(largestDifference(sum.toHessian(), expected)).toBeLessThan(2e-5);
  sum.free();
});

test('an input that is no finite number is refused', () => {
  const sum = new HessianSum(algebra, 4);
  sum.add(Float32Array.of(1, 2, Number.POSITIVE_INFINITY, 3));
  expect(() => sum.toHessian()).toThrow(expect.objectContaining({ code: 'BAD_DATA' }));
  sum.free();
});
