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
    ['GPTQ (simulated) 4 bits', [step('gptq', {})]],
    ['GPTQ (simulated) 3 bits', [step('gptq', { bits: 3 })]],
    ['SparseGPT 50 % with 4 bits (simulated)', [step('sparsegpt', { sparsity: 0.5, jointBits: 4 })]],
    ['Magnitude 50 % at random', [step('magnitude', { sparsity: 0.5, random: true })]],
    ['Drop layers 3, 4', [step('drop-layers', { layers: [3, 4] })]],
    ['Drop layers 2 by influence', [step('drop-layers', { by: 'influence', count: 2 })]],
  ])('is called %s, also with its defaults filled in', (label, steps) => {
    expect(labelRecipe({ steps })).toBe(label);
    expect(labelRecipe(parseRecipe({ steps }).recipe)).toBe(label);
  });

  it('is called by its own name where it has one, and dense where there is none', () => {
    expect(labelRecipe({ name: 'mine', steps: [step('quantize', { type: 'Q8_0' })] })).toBe('mine');
    expect(labelRecipe(null)).toBe('dense');
  });
});
