import { describe, expect, test } from 'vitest';
import { isExpertMatrices, isLayerMatrix, layerOf } from '../../../src/main/engine/models/layer-matrices.ts';

const tensor = (name: string, shape: readonly number[] = [256, 512], type = 'F16') => ({ name, shape, type });

describe('layer matrices', () => {
  test.each([
    'blk.0.attn_q.weight',
    'blk.11.attn_qkv.weight',
    'blk.3.ffn_down.weight',
    'blk.3.ffn_gate_shexp.weight',
    'blk.7.ssm_in.weight',
    'blk.7.ssm_out.weight',
    'blk.2.time_mix_key.weight',
    'blk.2.channel_mix_value.weight',
    'blk.2.attn_kv_a_mqa.weight',
    'enc.blk.1.attn_o.weight',
    'dec.blk.1.cross_attn_q.weight',
  ])('%s is one', (name) => {
    expect(isLayerMatrix(tensor(name))).toBe(true);
  });

  test.each([
    'token_embd.weight',
    'output.weight',
    'blk.0.attn_norm.weight',
    'blk.0.attn_q_norm.weight',
    'blk.0.attn_q.bias',
    'blk.0.ffn_gate_inp.weight',
    'blk.0.ssm_conv1d.weight',
    'blk.0.ssm_a',
    'blk.0.time_mix_lerp_fused.weight',
    'blk.0.time_mix_w1.weight',
    'blk.0.time_mix_first.weight',
    'blk.0.time_mix_decay_w1.weight',
    'blk.0.attn_rel_b.weight',
    'blk.0.shortconv.conv.weight',
    'blk.0.altup_router.weight',
    'blk.61.nextn.eh_proj.weight',
    'rope_freqs.weight',
  ])('%s is none', (name) => {
    expect(isLayerMatrix(tensor(name))).toBe(false);
  });

  test('vectors, rows that are single numbers and integers are none', () => {
    expect(isLayerMatrix(tensor('blk.0.ffn_up.weight', [256]))).toBe(false);
    expect(isLayerMatrix(tensor('blk.0.ffn_up.weight', [256, 1]))).toBe(false);
    expect(isLayerMatrix(tensor('blk.0.ffn_gate_tid2eid.weight', [8, 512], 'I32'))).toBe(false);
  });

  test("experts' matrices are listed apart", () => {
    const experts = tensor('blk.0.ffn_up_exps.weight', [256, 512, 8]);
    expect(isExpertMatrices(experts)).toBe(true);
    expect(isLayerMatrix(experts)).toBe(false);
    expect(isExpertMatrices(tensor('blk.0.attn_k_b.weight', [64, 64, 8]))).toBe(false);
  });

  test('name their layer', () => {
    expect(layerOf('blk.12.attn_q.weight')).toBe(12);
    expect(layerOf('output_norm.weight')).toBeUndefined();
  });
});
