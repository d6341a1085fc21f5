// The search of a codebook beside one that tries every code: exact where the form is diagonal, close and never worse than a first guess elsewhere.
import { expect, test } from 'vitest';
import { NearestCode } from '../../../src/main/engine/compress/math/nearest-code.ts';
import { randomNormals } from '../../support/random-weights.ts';

const UNIT = 8;
const SCALE = 0.7;
const random = randomNormals(5);

/** 16 entries of eight values from 1, 3 and 5. */
const positive = {
  entryCount: 16,
  width: UNIT,
  values: Float32Array.from({ length: 16 * UNIT }, (_, i) => (i < UNIT ? 1 : [1, 3, 5][Math.floor(i * 1.7) % 3]!)),
};
/** 32 entries of four values with signs of their own. */
const signed = {
  entryCount: 32,
  width: 4,
  values: Float32Array.from({ length: 32 * 4 }, (_, i) => ((i * 7 + (i >> 3)) % 5) - 2),
};

function randomMetric(coupling: number): Float64Array {
  const factor = Array.from({ length: UNIT }, (_, i) =>
    Array.from({ length: UNIT }, (_, j) => (i === j ? 1 + Math.abs(random()) : coupling * random())),
  );
  return Float64Array.from({ length: UNIT * UNIT }, (_, at) => {
    const [i, j] = [Math.floor(at / UNIT), at % UNIT];
    return factor[i]!.reduce((sum, value, m) => sum + value * factor[j]![m]!, 0);
  });
}

function costOf(metric: Float64Array, wanted: Float64Array, found: ArrayLike<number>): number {
  let cost = 0;
  for (let i = 0; i < UNIT; i++)
    for (let j = 0; j < UNIT; j++) cost += (wanted[i]! - found[i]!) * metric[i * UNIT + j]! * (wanted[j]! - found[j]!);
  return cost;
}

function everySignedValue(rule: 'free' | 'even'): number[][] {
  const values: number[][] = [];
  for (let entry = 0; entry < positive.entryCount; entry++)
    for (let minus = 0; minus < 256; minus++) {
      if (rule === 'even' && minus.toString(2).replaceAll('0', '').length % 2 === 1) continue;
      values.push(
        Array.from(
          { length: UNIT },
          (_, j) => SCALE * positive.values[entry * UNIT + j]! * (((minus >> j) & 1) === 1 ? -1 : 1),
        ),
      );
    }
  return values;
}

function everyPair(): number[][] {
  const entryAt = (entry: number): number[] =>
    [...signed.values.subarray(entry * 4, entry * 4 + 4)].map((value) => SCALE * value);
  return Array.from({ length: 32 * 32 }, (_, at) => [...entryAt(Math.floor(at / 32)), ...entryAt(at % 32)]);
}

const CASES = [
  ['free', positive, everySignedValue('free')],
  ['even', positive, everySignedValue('even')],
  ['none', signed, everyPair()],
] as const;

test.each(CASES)('signs %s: the code found says what was found', (rule, book, all) => {
  const nearest = new NearestCode(book, rule);
  const metric = randomMetric(0.4);
  nearest.setMetric(metric);
  const found = new Float64Array(UNIT);
  for (let i = 0; i < 50; i++) {
    const wanted = Float64Array.from({ length: UNIT }, () => 2 * random());
    nearest.find(wanted, SCALE, found);
    expect(all.some((values) => values.every((value, j) => Math.abs(value - found[j]!) < 1e-6))).toBe(true);
    for (let j = 0; j < UNIT; j++) {
      const entry = nearest.indices[Math.floor(j / book.width)]!;
      expect(Math.abs(found[j]!)).toBeCloseTo(Math.abs(SCALE * book.values[entry * book.width + (j % book.width)]!), 6);
      if (rule !== 'none' && j < 7) expect(found[j]! < 0).toBe(((nearest.signs >> j) & 1) === 1);
    }
  }
});

test.each([CASES[0], CASES[2]])('signs %s: the best of all codes where the form is diagonal', (rule, book, all) => {
  const nearest = new NearestCode(book, rule);
  const metric = randomMetric(0);
  nearest.setMetric(metric);
  const found = new Float64Array(UNIT);
  for (let i = 0; i < 50; i++) {
    const wanted = Float64Array.from({ length: UNIT }, () => 2 * random());
    nearest.find(wanted, SCALE, found);
    const least = Math.min(...all.map((values) => costOf(metric, wanted, values)));
    expect(costOf(metric, wanted, found)).toBeCloseTo(least, 6);
  }
});

test.each(CASES)(
  'signs %s: within a fifth of the best of all codes on average where weights lean on each other',
  (rule, book, all) => {
    const nearest = new NearestCode(book, rule);
    const metric = randomMetric(0.3);
    nearest.setMetric(metric);
    const found = new Float64Array(UNIT);
    let [ours, best] = [0, 0];
    for (let i = 0; i < 100; i++) {
      const wanted = Float64Array.from({ length: UNIT }, () => 2 * random());
      nearest.find(wanted, SCALE, found);
      ours += costOf(metric, wanted, found);
      best += Math.min(...all.map((values) => costOf(metric, wanted, values)));
    }
    expect(ours).toBeLessThan(1.2 * best);
  },
);
