import { describe, expect, it } from 'vitest';
import { magnitude } from '../../../src/main/engine/compress/methods/magnitude.ts';
import { slowMagnitude, slowPaperMagnitude, slowPattern } from './slow-pruning.ts';
import { coarseValues, gaussianValues } from './weight-values.ts';

function prune(weights: Float32Array | readonly number[], columns: number, params: Record<string, unknown>): number[] {
  const matrix = { name: 'm', rows: weights.length / columns, columns, weights: Float32Array.from(weights) };
  return [...magnitude.transform!(matrix, {}, magnitude.params.parse(params))];
}

describe('magnitude', () => {
  it('prunes the hand-worked 2x4 matrix', () => {
    const weights = [1, -2, 3, -4, 0.5, -0.25, 8, 2];
    expect(prune(weights, 4, { sparsity: 0.5 })).toEqual([0, 0, 3, -4, 0, 0, 8, 2]);
    expect(prune(weights, 4, { sparsity: 0.5, protocol: 'paper' })).toEqual([0, 0, 3, -4, 0, 0, 8, 0]);
    expect(prune(weights, 4, { pattern: '2:4' })).toEqual([0, 0, 3, -4, 0, 0, 8, 2]);
    expect(prune(weights, 4, { pattern: '1:2' })).toEqual([0, -2, 0, -4, 0.5, 0, 8, 0]);
  });

  it.each([
    [1, 1],
    [1, 7],
    [3, 5],
    [13, 17],
    [64, 33],
  ])('equals the slow reference on %i x %i', (rows, columns) => {
    for (const weights of [gaussianValues(rows * columns, rows), coarseValues(rows * columns, columns)]) {
      for (const sparsity of [0, 0.05, 0.3, 0.5, 0.7, 0.999, 1]) {
        expect(prune(weights, columns, { sparsity })).toEqual(slowMagnitude([...weights], sparsity));
        if (sparsity === 0) continue;
        const paper = prune(weights, columns, { sparsity, protocol: 'paper' });
        expect(paper).toEqual(slowPaperMagnitude([...weights], sparsity));
      }
    }
  });

  it('equals the slow reference on a matrix long enough for the wide selection', () => {
    const weights = coarseValues(300_000, 3);
    const expected = slowMagnitude([...weights], 0.37);
    const pruned = prune(weights, 300, { sparsity: 0.37 });
    expect(pruned.findIndex((value, index) => value !== expected[index])).toBe(-1);
  });

  it.each([
    [1, 2],
    [2, 4],
    [4, 8],
    [1, 4],
    [3, 5],
  ])('zeroes %i of every %i as the slow reference does', (n, m) => {
    const weights = coarseValues(m * 40, n);
    const pruned = prune(weights, m * 4, { pattern: `${n}:${m}` });
    expect(pruned).toEqual(slowPattern([...weights], [...weights].map(Math.abs), n, m));
  });

  it('leaves the given matrix as it is', () => {
    const weights = Float32Array.of(1, 2, 3, 4);
    magnitude.transform!({ name: 'm', rows: 1, columns: 4, weights }, {}, magnitude.params.parse({ sparsity: 1 }));
    expect([...weights]).toEqual([1, 2, 3, 4]);
  });

  it.each([{ sparsity: 1.5 }, { sparsity: -0.1 }, { sparsity: Number.NaN }, {}, { sparsity: 0.5, pattern: '2:4' }])(
    'refuses the amount %o',
    (params) => {
      expect(magnitude.params.safeParse(params).success).toBe(false);
    },
  );

  it.each(['3:2', '0:4', '4:4', '2/4', 'two:four', '2:4:8', ''])('refuses the pattern %s', (pattern) => {
    expect(magnitude.params.safeParse({ pattern }).success).toBe(false);
  });

  it('says which matrix a pattern does not divide', () => {
    const shape = { name: 'blk.0.attn_q.weight', rows: 2, columns: 10 };
    expect(magnitude.checkShape!(shape, magnitude.params.parse({ pattern: '2:4' }))).toContain('blk.0.attn_q.weight');
    expect(
      magnitude.checkShape!({ ...shape, columns: 12 }, magnitude.params.parse({ pattern: '2:4' })),
    ).toBeUndefined();
  });
});
