import { describe, expect, it } from 'vitest';
import { magnitude } from '../../../src/main/engine/compress/methods/magnitude.ts';
import { slowMagnitude, slowPaperLayer, slowPaperMagnitude, slowPattern } from './slow-pruning.ts';
import { coarseValues, gaussianValues } from './weight-values.ts';

function prune(weights: Float32Array | readonly number[], columns: number, params: Record<string, unknown>): number[] {
  const matrix = { name: 'm', rows: weights.length / columns, columns, weights: Float32Array.from(weights) };
  return [...magnitude.transform!(matrix, {}, magnitude.params.parse(params))];
}

function pruneLayer(layer: readonly Float32Array[], params: Record<string, unknown>): number[][] {
  const settings = magnitude.params.parse(params);
  const matrices = layer.map((weights, index) => ({ name: `m${index}`, rows: 1, columns: weights.length, weights }));
  const told = magnitude.surveyLayer?.(() => matrices, settings);
  return matrices.map((matrix) => [...magnitude.transform!(matrix, told?.get(matrix.name) ?? {}, settings)]);
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

  it.each([
    [3, 7],
    [5, 33],
    [1, 11],
  ])('compares the weights of each row of %i x %i when asked to', (rows, columns) => {
    const weights = coarseValues(rows * columns, rows);
    const rowsOf = Array.from({ length: rows }, (_, row) => [...weights.subarray(row * columns, (row + 1) * columns)]);
    for (const sparsity of [0.3, 0.5, 1]) {
      const expected = rowsOf.flatMap((row) => slowMagnitude(row, sparsity));
      expect(prune(weights, columns, { sparsity, scope: 'row' })).toEqual(expected);
      const paper = rowsOf.flatMap((row) => slowPaperMagnitude(row, sparsity));
      expect(prune(weights, columns, { sparsity, scope: 'row', protocol: 'paper' })).toEqual(paper);
    }
  });

  it.each([0, 0.1, 0.5, 0.77, 1])('compares all matrices of a layer at %d as one long one', (sparsity) => {
    for (const values of [gaussianValues, coarseValues]) {
      // Weights of one matrix are larger: with one threshold it keeps more.
      const layer = [values(35, 1), values(77, 2).map((weight) => 4 * weight), values(13, 3)];
      const lists = layer.map((weights) => [...weights]);
      const joined = slowMagnitude(lists.flat(), sparsity);
      expect(pruneLayer(layer, { sparsity, scope: 'layer' }).flat()).toEqual(joined);
      if (sparsity === 0) continue;
      const paper = pruneLayer(layer, { sparsity, scope: 'layer', protocol: 'paper' });
      expect(paper).toEqual(slowPaperLayer(lists, sparsity));
    }
  });

  it('chooses by chance, the same for a seed, when it is the control', () => {
    const weights = gaussianValues(4000, 5);
    const random = { sparsity: 0.5, random: true };
    const first = prune(weights, 40, { ...random, seed: 1 });
    expect(prune(weights, 40, { ...random, seed: 1 })).toEqual(first);
    expect(prune(weights, 40, { ...random, seed: 2 })).not.toEqual(first);
    expect(first.filter((weight) => weight === 0)).toHaveLength(2000);
    const meanSize = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + Math.abs(value), 0) / values.length;
    // Half of the size goes with half of the weights, give or take six standard deviations.
    expect(meanSize(first) / meanSize([...weights])).toBeCloseTo(0.5, 1);
    for (let start = 0; start < 4000; start += 500) {
      const zeros = first.slice(start, start + 500).filter((weight) => weight === 0).length;
      expect(Math.abs(zeros - 250)).toBeLessThan(70);
    }
    const pattern = prune(weights, 40, { pattern: '2:4', random: true });
    expect(pattern.filter((weight) => weight === 0)).toHaveLength(2000);
  });

  it('refuses a scope beside a pattern', () => {
    expect(magnitude.params.safeParse({ pattern: '2:4', scope: 'layer' }).success).toBe(false);
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
