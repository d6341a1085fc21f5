import { describe, expect, it } from 'vitest';
import { describeOutOfLine, errorLimit, judgeTensor } from '../../../src/main/engine/compress/normal-errors.ts';
import { FILE_TYPES } from '../../../src/shared/ggml-types.ts';

const judge = (type: string, relativeSquaredError: number, lostGroupCount = 0) =>
  judgeTensor('blk.0.ffn_up.weight', type, { relativeSquaredError, lostGroupCount });

describe('judgeTensor', () => {
  it('knows every type that llama.cpp writes', () => {
    for (const { baseType, writable } of FILE_TYPES) {
      if (writable && baseType !== 'F32') expect(judge(baseType, 2)?.normalError).toBeGreaterThan(0);
    }
  });

  it.each([
    ['IQ3_S', 0.025, false],
    ['IQ3_S', 0.05, false],
    ['IQ3_S', 0.3, true],
    ['Q8_0', 0.00003, false],
    ['Q8_0', 0.001, true],
    ['IQ2_XXS', 0.3, false],
    ['IQ2_XXS', 0.9, true],
    ['TQ1_0', 0.7, false],
    ['TQ1_0', 1.1, true],
    ['F16', 1e-5, false],
    ['Q4_K', Number.POSITIVE_INFINITY, true],
    ['F32', 0, false],
    ['F32', 0.01, true],
  ])('%s with an error of %d: out of line %s', (type, error, isOut) => {
    expect(judge(type, error) !== undefined).toBe(isOut);
  });

  it('minds a single lost block where the type would never lose one', () => {
    expect(judge('IQ3_S', 0.02, 1)).toMatchObject({ lostGroupCount: 1 });
    expect(judge('IQ2_XXS', 0.2, 3)).toBeUndefined();
  });

  it('keeps every limit between the normal error and that of a tensor of zeros', () => {
    for (const { baseType } of FILE_TYPES) expect(errorLimit(baseType)).toBeLessThan(1);
  });
});

describe('describeOutOfLine', () => {
  it('names tensor, type, error, normal error and what to take instead, ready to be pasted', () => {
    const text = describeOutOfLine(judge('IQ3_S', 1.2903, 12)!);
    expect(text).toBe(
      "blk.0.ffn_up.weight is badly off as IQ3_S: its relative squared error is 1.3, where 0.025 is normal, and in 12 of its blocks zeros would have been closer. This llama.cpp spoils IQ3_S where 32 weights in a row are zero, as pruned models have them. Take Q3_K or IQ4_XS for it: --tensor-type '^blk\\.0\\.ffn_up\\.weight$=Q3_K'.",
    );
  });
});
