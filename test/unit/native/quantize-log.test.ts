import { expect, test } from 'vitest';
import { parseFailureLine, parseFallbackLine, parseTensorLine } from '../../../src/main/engine/native/quantize-log.ts';

test('a line of a dry run gives name, shape and both types', () => {
  const line =
    '[  12/ 272] blk.0.ffn_up.weight                  - [   576,   1536,      1,      1], type =    f16, size =     1.69 MiB ->     0.91 MiB (q8_0)';
  expect(parseTensorLine(line)).toEqual({
    index: 12,
    total: 272,
    name: 'blk.0.ffn_up.weight',
    shape: [576, 1536, 1, 1],
    fromType: 'F16',
    toType: 'Q8_0',
  });
});

test('a tensor that stays as it is has no second type', () => {
  const line =
    '[   1/  56] output_norm.weight                   - [   256,      1,      1,      1], type =    f32, size =    0.001 MiB';
  expect(parseTensorLine(line)).toEqual({
    index: 1,
    total: 56,
    name: 'output_norm.weight',
    shape: [256, 1, 1, 1],
    fromType: 'F32',
  });
});

test('a line of a real run names the type after the word converting', () => {
  const line =
    '[   3/  56] blk.0.attn_k.weight                  - [   256,    256,      1,      1], type =   bf16, converting to iq2_xxs .. size =     0.12 MiB ->     0.02 MiB';
  expect(parseTensorLine(line)).toMatchObject({ fromType: 'BF16', toType: 'IQ2_XXS' });
});

test('a fallback says which type was wanted and which is used', () => {
  const line =
    'warning: blk.0.attn_q.weight                  - ncols    576 not divisible by 256 (required for type    q4_K) -> falling back to    q5_0';
  expect(parseFallbackLine(line)).toEqual({
    name: 'blk.0.attn_q.weight',
    columns: 576,
    wantedType: 'Q4_K',
    usedType: 'Q5_0',
  });
  const odd =
    'warning: blk.0.attn_q.weight                  - ncols     40 not divisible by 256 (required for type    q4_K) (WARNING: must use F16 due to unusual shape) -> falling back to     f16';
  expect(parseFallbackLine(odd)).toMatchObject({ usedType: 'F16' });
});

test('the reason of a failure is found in its line', () => {
  expect(parseFailureLine('llama_model_quantize: failed to quantize: requantizing from type q4_K is disabled')).toBe(
    'requantizing from type q4_K is disabled',
  );
});

test.each(['', 'llama_model_loader: - type  f32:   13 tensors', '[abc]'])('other lines are left alone: %j', (line) => {
  expect(parseTensorLine(line)).toBeUndefined();
  expect(parseFallbackLine(line)).toBeUndefined();
  expect(parseFailureLine(line)).toBeUndefined();
});
