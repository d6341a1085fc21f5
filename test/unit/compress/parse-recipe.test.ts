import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../src/main/engine/compress/parse-recipe.ts';

const refusal = (code: string, path?: string) =>
  expect.objectContaining({
    code,
    ...(path === undefined ? {} : { details: { issues: expect.arrayContaining([expect.objectContaining({ path })]) } }),
  });

describe('parseRecipe', () => {
  it('fills in the defaults of every step', () => {
    const { recipe } = parseRecipe({
      name: 'both',
      steps: [
        { method: 'magnitude', params: { sparsity: 0.5 } },
        { method: 'quantize', params: { type: 'q4_k_m' } },
      ],
    });
    expect(recipe).toEqual({
      name: 'both',
      steps: [
        {
          method: 'magnitude',
          params: { sparsity: 0.5, protocol: 'standard', scope: 'matrix', random: false, seed: 0 },
        },
        {
          method: 'quantize',
          params: { type: 'q4_k_m', quantizer: 'llama', tensorTypes: [], pure: false, keepSplit: false },
        },
      ],
    });
  });

  it.each<[string, unknown, string]>([
    ['no steps', { steps: [] }, 'steps'],
    [
      'an unknown field',
      { steps: [{ method: 'magnitude', params: { sparsity: 0.5, sparcity: 1 } }] },
      'steps.0.params',
    ],
    ['too much sparsity', { steps: [{ method: 'wanda', params: { sparsity: 1.5 } }] }, 'steps.0.params.sparsity'],
    [
      'a pattern that zeroes more than there is',
      { steps: [{ method: 'wanda', params: { pattern: '3:2' } }] },
      'steps.0.params.pattern',
    ],
    ['an unknown type', { steps: [{ method: 'quantize', params: { type: 'Q9' } }] }, 'steps.0.params.type'],
    ['a type that is only read', { steps: [{ method: 'quantize', params: { type: 'NVFP4' } }] }, 'steps.0.params.type'],
    ['no type', { steps: [{ method: 'quantize', params: {} }] }, 'steps.0.params.type'],
    [
      'a broken pattern of names',
      { steps: [{ method: 'quantize', params: { type: 'Q8_0', tensorTypes: ['ffn_(=Q4_0'] } }] },
      'steps.0.params.tensorTypes.0',
    ],
    [
      'types by tensor where llama.cpp minds none',
      { steps: [{ method: 'quantize', params: { type: 'F16', tensorTypes: ['ffn=Q4_0'] } }] },
      'steps.0.params.tensorTypes',
    ],
    [
      'statistics that are not measured yet',
      { steps: [{ method: 'wanda', params: { sparsity: 0.5, stats: 'never' } }] },
      'steps.0.params.stats',
    ],
  ])('refuses %s and names the path', (_, recipe, path) => {
    expect(() => parseRecipe(recipe)).toThrow(refusal('BAD_RECIPE', path));
  });

  it('names every fault at once', () => {
    const steps = [
      { method: 'magnitude', params: { sparsity: 2 } },
      { method: 'quantize', params: { type: 'Q9' } },
    ];
    expect(() => parseRecipe({ steps })).toThrow(refusal('BAD_RECIPE', 'steps.0.params.sparsity'));
    expect(() => parseRecipe({ steps })).toThrow(refusal('BAD_RECIPE', 'steps.1.params.type'));
  });

  it('refuses a method that does not exist', () => {
    expect(() => parseRecipe({ steps: [{ method: 'toString' }] })).toThrow(refusal('UNKNOWN_METHOD'));
  });
});
