// GPTQ and round to nearest against plain loops written from the paper.
import { afterAll, expect, test } from 'vitest';
import { releaseFactors, setUpAlgebra } from '../../../src/main/engine/compress/math/hessian-factors.ts';
import type { MatrixFacts } from '../../../src/main/engine/compress/method.ts';
import { gptq } from '../../../src/main/engine/compress/methods/gptq.ts';
import { rtn } from '../../../src/main/engine/compress/methods/rtn.ts';
import { makeProblem, slowOutputError } from '../../support/calibration-problem.ts';
import { dampedHessian, type Rows, type SlowRounder, slowSweep, toRows } from '../../support/slow-feedback.ts';

setUpAlgebra(2);
afterAll(releaseFactors);

interface Settings {
  readonly bits: number;
  readonly groupSize: number;
  readonly symmetric: boolean;
}

/** The grid of some weights as the paper's code finds it: it reaches from the least to the greatest weight and holds 0. */
function slowGrid(values: number[], { bits, symmetric }: Settings): (value: number) => number {
  const most = 2 ** bits - 1;
  let least = Math.min(0, ...values);
  let greatest = Math.max(0, ...values);
  if (symmetric) {
    greatest = Math.max(Math.abs(least), greatest);
    if (least < 0) least = -greatest;
  }
  const scale = (greatest - least) / most;
  const zero = symmetric ? (most + 1) / 2 : roundToEven(-least / scale);
  return (value) => scale * (Math.min(most, Math.max(0, roundToEven(value / scale) + zero)) - zero);
}

/** As torch rounds: the greatest weights of symmetric grids lie half-way between two levels. */
function roundToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

function slowGptq(settings: Settings, original: Rows): SlowRounder {
  const width = settings.groupSize === 0 ? (original[0]?.length ?? 0) : settings.groupSize;
  let grids: ((value: number) => number)[] = [];
  return {
    startColumn(_block, weights, _upper, column) {
      if (column % width !== 0) return;
      grids = weights.map((row) => slowGrid(row.slice(column, column + width), settings));
    },
    round: (block, _weights, _upper, row, column) => grids[row]!(block[row]![column]!),
  };
}

const CASES = [
  { rows: 7, columns: 200, bits: 4, groupSize: 64, symmetric: false },
  { rows: 21, columns: 300, bits: 3, groupSize: 128, symmetric: true },
  { rows: 4, columns: 130, bits: 2, groupSize: 32, symmetric: false },
  { rows: 5, columns: 150, bits: 8, groupSize: 0, symmetric: false },
] as const;

test.each(CASES)('$bits bits in groups of $groupSize on $rows x $columns are those of the paper', (problem) => {
  const { rows, columns, ...settings } = problem;
  const { weights, hessianRows, hessian } = makeProblem(rows, columns, columns);
  const { damped, dead } = dampedHessian(hessianRows, 0.01);
  const original = toRows(weights, rows, columns);
  const expected = slowSweep(original, damped, dead, slowGptq(settings, original)).flat();
  const params = gptq.params.parse(settings);
  const found = gptq.transform?.({ name: 'w', rows, columns, weights }, { hessian }, params) ?? weights;
  // A weight between two levels may fall to either side; everything else agrees to rounding.
  const different = expected.filter((value, i) => Math.abs(value - (found[i] ?? 0)) > 1e-4 * Math.abs(value) + 1e-5);
  expect(different.length).toBeLessThanOrEqual(expected.length / 1000);
});

test('strongest inputs first equals GPTQ on sorted columns', () => {
  const [rows, columns] = [6, 140];
  const settings = { bits: 3, groupSize: 0, symmetric: false };
  const { weights, hessianRows, hessian } = makeProblem(rows, columns, 3);
  const order = Array.from({ length: columns }, (_, j) => j).sort((a, b) => hessianRows[b]![b]! - hessianRows[a]![a]!);
  const sorted = toRows(weights, rows, columns).map((row) => order.map((j) => row[j]!));
  const sortedHessian = order.map((i) => order.map((j) => hessianRows[i]![j]!));
  const { damped, dead } = dampedHessian(sortedHessian, 0.01);
  const expected = slowSweep(sorted, damped, dead, slowGptq(settings, sorted));
  const params = gptq.params.parse({ ...settings, actOrder: true });
  const found = gptq.transform?.({ name: 'w', rows, columns, weights }, { hessian }, params) ?? weights;
  let differences = 0;
  for (const [row, values] of expected.entries()) {
    for (const [k, value] of values.entries()) {
      if (Math.abs(value - (found[row * columns + order[k]!] ?? 0)) > 1e-4) differences += 1;
    }
  }
  expect(differences).toBeLessThanOrEqual(1);
});

test.each([2, 3, 4, 5, 6, 8] as const)(
  'strongest inputs first keeps %i bits to groups of the sorted inputs',
  (bits) => {
    const [rows, columns] = [5, 170];
    const settings = { bits, groupSize: 32 as const, symmetric: bits % 2 === 0 };
    const { weights, hessianRows, hessian } = makeProblem(rows, columns, bits);
    const order = Array.from({ length: columns }, (_, j) => j).sort(
      (a, b) => hessianRows[b]![b]! - hessianRows[a]![a]!,
    );
    const sorted = toRows(weights, rows, columns).map((row) => order.map((j) => row[j]!));
    const { damped, dead } = dampedHessian(
      order.map((i) => order.map((j) => hessianRows[i]![j]!)),
      0.01,
    );
    const expected = slowSweep(sorted, damped, dead, slowGptq(settings, sorted));
    const params = gptq.params.parse({ ...settings, actOrder: true });
    const found = gptq.transform?.({ name: 'w', rows, columns, weights }, { hessian }, params) ?? weights;
    const wrong = expected.flatMap((row, r) =>
      row.filter((value, k) => Math.abs(value - (found[r * columns + order[k]!] ?? 0)) > 1e-4 * Math.abs(value) + 1e-5),
    );
    expect(wrong.length).toBeLessThanOrEqual(1);
  },
);

test('needs sequential statistics to go from matrix to matrix', () => {
  expect(gptq.params.safeParse({ trueSequential: true }).success).toBe(false);
  expect(gptq.params.safeParse({ trueSequential: true, stats: 'sequential' }).success).toBe(true);
});

test('GPTQ leaves less output error than round to nearest on the same grid', () => {
  const [rows, columns] = [16, 256];
  const { weights, hessianRows, hessian } = makeProblem(rows, columns, 9);
  const settings = { bits: 3, groupSize: 128, symmetric: false };
  const matrix = { name: 'w', rows, columns, weights };
  const nearest = rtn.transform?.(matrix, {}, rtn.params.parse(settings)) ?? weights;
  const fed = gptq.transform?.(matrix, { hessian }, gptq.params.parse(settings)) ?? weights;
  const errorOf = (changed: Float32Array): number => slowOutputError(weights, changed, hessianRows);
  expect(errorOf(fed)).toBeLessThan(0.5 * errorOf(nearest));
});

test.each([
  { given: { keptInputsRatio: 0.25 }, columnMaxima: Float32Array.of(0.1, 5, 5.9, 6) },
  { given: { outlierThreshold: 6 }, columnMaxima: Float32Array.of(0.1, 5, 5.9, 6) },
])('round to nearest takes every group to its own grid and leaves strong inputs alone ($given)', (problem) => {
  const weights = Float32Array.of(0, 1, 2, 3, -8, 0.5, 7, 100);
  const params = rtn.params.parse({ bits: 2, groupSize: 0, ...problem.given });
  const { columnMaxima } = problem;
  const facts: MatrixFacts[] = [];
  const matrix = { name: 'w', rows: 2, columns: 4, weights };
  const rounded = rtn.transform?.(matrix, { columnMaxima }, params, (own) => void facts.push(own));
  expect(facts).toEqual([{ keptInputCount: 1 }]);
  // The last input stays; the others are rounded to 0, 2/3, 4/3, 2 and to -10, -5, 0, 5.
  expect(Array.from(rounded ?? [], (value) => Math.round(value * 1000) / 1000)).toEqual([
    0, 1.333, 2, 3, -10, 0, 5, 100,
  ]);
});
