// The cumulative variant of Wanda.
import { describe, expect, it } from 'vitest';
import { cumulativeMask } from '../../../src/main/engine/compress/math/cumulative-mask.ts';
import { wanda } from '../../../src/main/engine/compress/methods/wanda.ts';
import { gaussianValues } from './weight-values.ts';

const ratioOf = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0) / mask.length;

describe('the cumulative mask', () => {
  it('takes less from a row whose scores are alike than from one with a few large ones', () => {
    const scores = Float32Array.of(1, 1.1, 1.2, 1.3, 0.01, 0.02, 0.03, 9);
    const mask = cumulativeMask(scores, 4, 0.5);
    expect([...mask]).toEqual([1, 0, 0, 0, 1, 1, 1, 0]);
  });

  it.each([0.1, 0.3, 0.5, 0.6])('comes within a hundredth of a sparsity of %f on random rows', (sparsity) => {
    const scores = gaussianValues(40 * 300, 5).map(Math.abs);
    expect(ratioOf(cumulativeMask(scores, 300, sparsity))).toBeCloseTo(sparsity, 2);
  });

  it('marks the smallest scores of each row and nothing between them', () => {
    const scores = gaussianValues(7 * 50, 6).map(Math.abs);
    const mask = cumulativeMask(scores, 50, 0.4);
    for (let row = 0; row < 7; row++) {
      const values = [...scores.subarray(row * 50, row * 50 + 50)].map((score, i) => ({
        score,
        gone: mask[row * 50 + i],
      }));
      values.sort((a, b) => a.score - b.score);
      expect(values.findIndex(({ gone }) => gone === 0)).toBe(values.filter(({ gone }) => gone === 1).length);
    }
  });

  it('leaves rows alone in which no score is small enough', () => {
    expect([...cumulativeMask(Float32Array.of(5), 1, 0.5)]).toEqual([0]);
    expect([...cumulativeMask(Float32Array.of(0, 0, 0, 0), 2, 0)]).toEqual([1, 1, 1, 1]);
  });

  it('is what wanda takes when its variant is asked for', () => {
    const weights = Float32Array.of(1, -1.1, 1.2, 1.3, 0.01, 0.02, -0.03, 9);
    const columnMeanSquares = Float32Array.of(1, 1, 1, 1);
    const params = wanda.params.parse({ sparsity: 0.5, useVariant: true });
    const pruned = wanda.transform?.({ name: 'm', rows: 2, columns: 4, weights }, { columnMeanSquares }, params);
    expect(pruned).toEqual(Float32Array.of(0, -1.1, 1.2, 1.3, 0, 0, 0, 9));
    expect(wanda.params.safeParse({ pattern: '2:4', useVariant: true }).success).toBe(false);
  });
});
