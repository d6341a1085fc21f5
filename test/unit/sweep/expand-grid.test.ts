// A grid -> the recipes of a sweep.
import { describe, expect, it } from 'vitest';
import { expandGrid } from '../../../src/main/engine/sweep/expand-grid.ts';
import { type Grid, gridSchema } from '../../../src/shared/contract.ts';

const grid = (lists: Partial<Grid>): Grid => gridSchema.parse(lists);
const labels = (lists: Partial<Grid>): string[] => expandGrid(grid(lists), 0).map(({ label }) => label);

describe('a grid', () => {
  it('is the product of methods and amounts, beside types and whole recipes', () => {
    const recipes = [
      {
        steps: [
          { method: 'wanda', params: { sparsity: 0.5 } },
          { method: 'quantize', params: { type: 'Q4_K_M' } },
        ],
      },
    ];
    expect(
      labels({
        types: ['Q8_0', 'Q2_K'],
        methods: ['magnitude', 'wanda'],
        sparsities: [0.3, 0.55],
        patterns: ['2:4'],
        recipes,
      }),
    ).toEqual([
      'Q8_0',
      'Q2_K',
      'Magnitude 30 %',
      'Magnitude 55 %',
      'Magnitude 2:4',
      'Wanda 30 %',
      'Wanda 55 %',
      'Wanda 2:4',
      'Wanda 50 %, then Q4_K_M',
    ]);
  });

  it('varies the number of calibration samples only for methods that read a text', () => {
    expect(labels({ methods: ['magnitude', 'wanda'], sparsities: [0.5], calibrationSamples: [8, 32] })).toEqual([
      'Magnitude 50 %',
      'Wanda 50 % (8 samples)',
      'Wanda 50 % (32 samples)',
    ]);
  });

  it('runs equal recipes once and numbers equal names', () => {
    const step = { method: 'quantize', params: { type: 'Q8_0' } };
    const pure = { method: 'quantize', params: { type: 'Q8_0', pure: true } };
    expect(labels({ types: ['Q8_0', 'Q8_0'], recipes: [{ steps: [step] }, { steps: [pure] }] })).toEqual([
      'Q8_0',
      'Q8_0 (2)',
    ]);
  });

  it('gives its seed to the steps that take one', () => {
    const [quantized, wanda] = expandGrid(grid({ types: ['Q4_0'], methods: ['wanda'], sparsities: [0.5] }), 7);
    expect(quantized?.recipe.steps[0]?.params).toEqual({ type: 'Q4_0' });
    expect(wanda?.recipe.steps[0]?.params).toEqual({ sparsity: 0.5, seed: 7 });
  });

  it.each([
    ['an empty grid', {}, 'BAD_RECIPE'],
    ['methods without amounts', { methods: ['wanda'] }, 'BAD_RECIPE'],
    ['amounts without methods', { types: ['Q8_0'], sparsities: [0.5] }, 'BAD_RECIPE'],
    ['a sparsity above 1', { methods: ['wanda'], sparsities: [1.5] }, 'BAD_RECIPE'],
    ['an unknown type', { types: ['Q9_9'] }, 'BAD_RECIPE'],
    ['an unknown method', { methods: ['nosuch'], sparsities: [0.5] }, 'UNKNOWN_METHOD'],
  ])('is refused before anything runs: %s', (_what, lists, code) => {
    expect(() => expandGrid(grid(lists), 0)).toThrow(expect.objectContaining({ code }));
  });
});
