// Flags of `compress` -> recipe.
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  addRecipeFlags,
  type FlagValues,
  hasRecipeFlags,
  recipeFromFlags,
} from '../../../src/main/cli/recipe-flags.ts';

function parse(args: readonly string[]): FlagValues {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  addRecipeFlags(command);
  command.option('--seed <n>', '', Number);
  return command.parse([...args], { from: 'user' }).opts();
}

const steps = (...args: string[]) => recipeFromFlags(parse(args)).steps;

describe('recipe flags', () => {
  it.each([
    ['--quantize Q4_K_M', [{ method: 'quantize', params: { type: 'Q4_K_M' } }]],
    ['--prune wanda --sparsity 0.5', [{ method: 'wanda', params: { sparsity: 0.5 } }]],
    [
      '--prune magnitude --pattern 2:4 --protocol paper',
      [{ method: 'magnitude', params: { pattern: '2:4', protocol: 'paper' } }],
    ],
    [
      '--quantize Q2_K --imatrix m.gguf --pure --keep-split --quantizer llama',
      [
        {
          method: 'quantize',
          params: { type: 'Q2_K', imatrix: 'm.gguf', pure: true, keepSplit: true, quantizer: 'llama' },
        },
      ],
    ],
    [
      '--quantize Q4_0 --prune wanda --sparsity 0.25 --stats dense --calibration c.txt --calibration-sampling random --calibration-samples 8 --calibration-length 64',
      [
        {
          method: 'wanda',
          params: {
            sparsity: 0.25,
            stats: 'dense',
            calibration: 'c.txt',
            calibrationSampling: 'random',
            calibrationSamples: 8,
            calibrationLength: 64,
          },
        },
        { method: 'quantize', params: { type: 'Q4_0' } },
      ],
    ],
    ['--drop-layers 3,4', [{ method: 'drop-layers', params: { layers: [3, 4] } }]],
    ['--by influence --count 2', [{ method: 'drop-layers', params: { by: 'influence', count: 2 } }]],
    [
      '--prune sparsegpt --pattern 2:4 --joint-bits 4 --joint-group-size 64',
      [{ method: 'sparsegpt', params: { pattern: '2:4', jointBits: 4, jointGroupSize: 64 } }],
    ],
    [
      '--prune magnitude --sparsity 0.5 --scope layer --random',
      [{ method: 'magnitude', params: { sparsity: 0.5, scope: 'layer', random: true } }],
    ],
    [
      '--quantizer rtn --bits 8 --group-size 0 --symmetric --outlier-threshold 6',
      [{ method: 'rtn', params: { bits: 8, groupSize: 0, symmetric: true, outlierThreshold: 6 } }],
    ],
    [
      '--quantizer gptq --stats sequential --true-sequential --act-order',
      [{ method: 'gptq', params: { stats: 'sequential', trueSequential: true, actOrder: true } }],
    ],
  ])('turn %s into steps, pruning before quantizing', (line, expected) => {
    expect(steps(...line.split(' '))).toEqual(expected);
  });

  it('collect a repeatable flag into a list', () => {
    expect(steps('--quantize', 'Q4_K_M', '--tensor-type', 'ffn_down=Q6_K', '--tensor-type', 'attn=Q8_0')).toEqual([
      { method: 'quantize', params: { type: 'Q4_K_M', tensorTypes: ['ffn_down=Q6_K', 'attn=Q8_0'] } },
    ]);
  });

  it('leave the seed to the engine, which gives it to every step that takes one', () => {
    expect(steps('--prune', 'wanda', '--sparsity', '0.5', '--seed', '7')).toEqual([
      { method: 'wanda', params: { sparsity: 0.5 } },
    ]);
  });

  it.each([
    ['nothing to do', []],
    ['a flag that no step takes', ['--quantize', 'Q8_0', '--sparsity', '0.5']],
    ['a flag of another method', ['--prune', 'magnitude', '--sparsity', '0.5', '--stats', 'dense']],
    ['a method that does not prune', ['--prune', 'quantize']],
    ['a number that is none', ['--prune', 'magnitude', '--sparsity', 'half']],
  ])('refuse %s as wrong usage', (_what, args) => {
    expect(() => steps(...args)).toThrow(expect.objectContaining({ code: 'BAD_USAGE' }));
  });

  it('refuse a type that does not exist', () => {
    expect(() => steps('--quantize', 'Q9_9')).toThrow(expect.objectContaining({ code: 'UNKNOWN_TYPE' }));
  });

  it('refuse a method that does not exist', () => {
    expect(() => steps('--prune', 'nosuch')).toThrow(expect.objectContaining({ code: 'UNKNOWN_METHOD' }));
  });

  it('know whether any of them was given', () => {
    expect(hasRecipeFlags(parse([]))).toBe(false);
    expect(hasRecipeFlags(parse(['--pure']))).toBe(true);
  });
});
