// SparseGPT on ggml's matmuls against the paper's loop in plain double precision.
import { afterAll, expect, test } from 'vitest';
import { releaseFactors, setUpAlgebra } from '../../../src/main/engine/compress/math/hessian-factors.ts';
import type { MatrixFacts } from '../../../src/main/engine/compress/method.ts';
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
  const facts: MatrixFacts[] = [];
  const matrix = { name: 'w', rows: 3, columns, weights };
  const found = sparsegpt.transform?.(matrix, { hessian }, params, (own) => void facts.push(own)) ?? weights;
  expect(facts).toHaveLength(1);
  expect(facts[0]?.deadInputCount).toBe(0);
  expect(facts[0]?.dampingRatio).toBeGreaterThan(0);
  expect(found.filter((value) => value === 0)).toHaveLength(96);
  expect(found.every(Number.isFinite)).toBe(true);
});

test('says which damping it used and how many inputs were dead', () => {
  const [rows, columns] = [4, 70];
  const { weights, hessian } = makeProblem(rows, columns, 2, 40);
  const params = sparsegpt.params.parse({ sparsity: 0.5 });
  const facts: MatrixFacts[] = [];
  sparsegpt.transform?.({ name: 'w', rows, columns, weights }, { hessian }, params, (own) => void facts.push(own));
  expect(facts).toEqual([{ dampingRatio: 0.01, deadInputCount: 1 }]);
});

/** The paper's joint sweep: a grid for each row from all of its weights, then mask, round, carry the error of both on. */
function slowJoint(mask: SlowRounder, bits: number, original: number[][]): SlowRounder {
  const most = 2 ** bits - 1;
  const grids = original.map((row) => {
    const least = Math.min(0, ...row);
    const scale = (Math.max(0, ...row) - least) / most;
    const zero = Math.round(-least / scale);
    return (value: number): number => scale * (Math.min(most, Math.max(0, Math.round(value / scale) + zero)) - zero);
  });
  return {
    ...mask,
    round: (...place) => (mask.round(...place) === 0 ? 0 : grids[place[3]]!(place[0][place[3]]![place[4]]!)),
  };
}

test.each([
  { rows: 6, columns: 140, amount: { sparsity: 0.5 }, mask: () => slowUnstructured(0.5, false), jointBits: 4 },
  { rows: 9, columns: 264, amount: { pattern: '2:4' }, mask: () => slowPattern(2, 4), jointBits: 3 },
] as const)('$amount with $jointBits bits in one sweep equals the paper on $rows x $columns', (problem) => {
  const { rows, columns, amount, mask, jointBits } = problem;
  const { weights, hessianRows, hessian } = makeProblem(rows, columns, columns + 1);
  const { damped, dead } = dampedHessian(hessianRows, 0.01);
  const original = toRows(weights, rows, columns);
  const expected = slowSweep(original, damped, dead, slowJoint(mask(), jointBits, original)).flat();
  const params = sparsegpt.params.parse({ ...amount, jointBits });
  const found = sparsegpt.transform?.({ name: 'w', rows, columns, weights }, { hessian }, params) ?? weights;
  const wrong = expected.filter((value, i) => Math.abs(value - (found[i] ?? 0)) > 1e-4 * Math.abs(value) + 1e-5);
  // A weight half-way between two levels may fall to either side and moves those after it.
  expect(wrong.length).toBeLessThanOrEqual(expected.length / 500);
  for (let row = 0; row < rows; row++) {
    const values = new Set(found.subarray(row * columns, (row + 1) * columns));
    expect(values.size).toBeLessThanOrEqual(2 ** jointBits);
    expect(values.has(0)).toBe(true);
  }
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
