import { describe, expect, it } from 'vitest';
import { wanda } from '../../../src/main/engine/compress/methods/wanda.ts';
import { slowPattern, slowWanda, wandaScores } from './slow-pruning.ts';
import { coarseValues, gaussianValues } from './weight-values.ts';

function prune(
  weights: Float32Array | readonly number[],
  columnMeanSquares: Float32Array,
  params: Record<string, unknown>,
): number[] {
  const columns = columnMeanSquares.length;
  const matrix = { name: 'm', rows: weights.length / columns, columns, weights: Float32Array.from(weights) };
  return [...wanda.transform!(matrix, { columnMeanSquares }, wanda.params.parse(params))];
}

const meanSquares = (columns: number, seed: number) => gaussianValues(columns, seed).map((value) => value * value);

describe('wanda', () => {
  it('prunes the hand-worked 2x4 matrix by weight times input strength', () => {
    // Input strengths 1, 2, 3, 4: scores 4 2 3 8 / 1 4 9 2.
    const weights = [4, 1, -1, 2, 1, -2, 3, 0.5];
    expect(prune(weights, Float32Array.of(1, 4, 9, 16), { sparsity: 0.5 })).toEqual([4, 0, 0, 2, 0, -2, 3, 0]);
    expect(prune(weights, Float32Array.of(1, 4, 9, 16), { pattern: '1:2' })).toEqual([4, 0, 0, 2, 0, -2, 3, 0]);
    expect(prune(weights, Float32Array.of(1, 4, 9, 16), { sparsity: 0.25 })).toEqual([4, 0, -1, 2, 0, -2, 3, 0.5]);
  });

  it.each([
    [1, 1],
    [2, 7],
    [9, 13],
    [5, 256],
    [3, 1031],
  ])('equals the slow reference on %i x %i', (rows, columns) => {
    for (const weights of [gaussianValues(rows * columns, rows), coarseValues(rows * columns, columns)]) {
      for (const strengths of [meanSquares(columns, 3), new Float32Array(columns).fill(1), new Float32Array(columns)]) {
        for (const sparsity of [0, 0.3, 0.5, 0.77, 1]) {
          const expected = slowWanda([...weights], columns, [...strengths], sparsity);
          expect(prune(weights, strengths, { sparsity })).toEqual(expected);
        }
      }
    }
  });

  it('zeroes N of every M as the slow reference does', () => {
    const weights = coarseValues(64 * 6, 1);
    const strengths = meanSquares(64, 2);
    const scores = wandaScores([...weights], 64, [...strengths]);
    expect(prune(weights, strengths, { pattern: '2:4' })).toEqual(slowPattern([...weights], scores, 2, 4));
    expect(prune(weights, strengths, { pattern: '4:8' })).toEqual(slowPattern([...weights], scores, 4, 8));
  });

  it('refuses statistics of another width', () => {
    const matrix = { name: 'm', rows: 1, columns: 4, weights: new Float32Array(4) };
    const params = wanda.params.parse({ sparsity: 0.5 });
    expect(() => wanda.transform!(matrix, { columnMeanSquares: new Float32Array(3) }, params)).toThrow(
      expect.objectContaining({ code: 'BAD_DATA' }),
    );
  });

  it('defaults to the statistics and sampling that the documentation names', () => {
    expect(wanda.params.parse({ sparsity: 0.5 })).toMatchObject({
      stats: 'dense',
      calibrationSampling: 'first',
      calibrationSamples: 128,
      calibrationLength: 512,
    });
  });
});
