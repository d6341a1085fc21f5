import { describe, expect, it } from 'vitest';
import { selectSmallest } from '../../../src/main/engine/compress/math/select-smallest.ts';
import { coarseValues, gaussianValues } from './weight-values.ts';

const bitsOf = (values: Float32Array) => new Uint32Array(values.buffer);
const floatOf = (bits: number) => new Float32Array(Uint32Array.of(bits).buffer)[0]!;

function expectSameAsSort(values: Float32Array, k: number): void {
  const sorted = values.map(Math.abs).sort();
  const { thresholdBits, tiesTaken } = selectSmallest(bitsOf(values), 0, values.length, k);
  const threshold = floatOf(thresholdBits);
  expect(threshold).toBe(sorted[k - 1]);
  expect(tiesTaken).toBe(k - sorted.filter((value) => value < threshold).length);
}

describe('selectSmallest', () => {
  it.each([1, 2, 3, 7, 100, 255, 1000])('agrees with a sort of %i values for every k', (count) => {
    const values = gaussianValues(count, count);
    for (let k = 1; k <= count; k += Math.max(1, Math.floor(count / 50))) expectSameAsSort(values, k);
    expectSameAsSort(values, count);
  });

  it('agrees with a sort where many values tie, zeros and negative zeros included', () => {
    const values = coarseValues(999, 5);
    values[3] = -0;
    for (const k of [1, 10, 100, 500, 998, 999]) expectSameAsSort(values, k);
  });

  it('takes the wide digits for long arrays and agrees with a sort there too', () => {
    const values = gaussianValues(300_000, 1);
    for (const k of [1, 90_000, 150_000, 299_999, 300_000]) expectSameAsSort(values, k);
    const ties = coarseValues(300_000, 2);
    for (const k of [1, 90_000, 299_999]) expectSameAsSort(ties, k);
  });

  it('tells denormals and huge values apart', () => {
    const values = Float32Array.of(3e38, 1e-45, 2e-45, -3e38, 0, 1e-38);
    for (let k = 1; k <= values.length; k++) expectSameAsSort(values, k);
  });

  it('looks at the asked part only', () => {
    const values = Float32Array.of(0, 9, 8, 7, 0);
    expect(floatOf(selectSmallest(bitsOf(values), 1, 3, 1).thresholdBits)).toBe(7);
  });

  it('takes nothing when k is 0', () => {
    expect(selectSmallest(bitsOf(Float32Array.of(0, 0)), 0, 2, 0).tiesTaken).toBe(0);
  });
});
