// Names of recipes.
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../src/main/engine/compress/parse-recipe.ts';
import { labelRecipe } from '../../../src/main/engine/sweep/label-recipe.ts';

const step = (method: string, params: Record<string, unknown>) => ({ method, params });

describe('a recipe', () => {
  it.each([
    ['Q4_K_M', [step('quantize', { type: 'Q4_K_M' })]],
    ['Q4_K_M with imatrix', [step('quantize', { type: 'Q4_K_M', imatrix: 'm.gguf' })]],
    ['IQ2_XXS', [step('quantize', { type: 'IQ2_XXS', imatrix: 'm.gguf' })]],
    ['Magnitude 33.3 %', [step('magnitude', { sparsity: 0.333 })]],
    ['Wanda 2:4', [step('wanda', { pattern: '2:4' })]],
    ['Wanda 50 % (8 samples)', [step('wanda', { sparsity: 0.5, calibrationSamples: 8 })]],
    ['Wanda 50 %, then Q4_K_M', [step('wanda', { sparsity: 0.5 }), step('quantize', { type: 'Q4_K_M' })]],
  ])('is called %s, also with its defaults filled in', (label, steps) => {
    expect(labelRecipe({ steps })).toBe(label);
    expect(labelRecipe(parseRecipe({ steps }).recipe)).toBe(label);
  });

  it('is called by its own name where it has one, and dense where there is none', () => {
    expect(labelRecipe({ name: 'mine', steps: [step('quantize', { type: 'Q8_0' })] })).toBe('mine');
    expect(labelRecipe(null)).toBe('dense');
  });
});
