import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../src/main/engine/compress/parse-recipe.ts';
import { planRecipe } from '../../../src/main/engine/compress/plan-recipe.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import type { QuantizePlan } from '../../../src/main/engine/native/quantize-file.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const MAGNITUDE = { method: 'magnitude', params: { sparsity: 0.5 } };
const quantize = (type: string) => ({ method: 'quantize', params: { type } });
const codeOf = (code: string) => expect.objectContaining({ code });

function tinyModel() {
  const path = join(tempFolder(), 'in.gguf');
  makeTinyLlama(path, { hiddenSize: 64 });
  return readGguf(path);
}

/** A quantizer that would store every matrix of the layers as `type` and leave the rest alone. */
function plan(steps: readonly object[], type = 'Q8_0', allowRequantize = false) {
  const source = tinyModel();
  const dryRun = (): QuantizePlan => ({
    tensors: source.tensors.map((tensor) => ({
      ...tensor,
      fromType: tensor.type,
      toType: tensor.name.startsWith('blk.') && tensor.shape.length === 2 ? type : tensor.type,
    })),
    tensorBytes: 0,
    fallbacks: [
      { name: 'blk.0.ffn_up.weight', columns: 64, wantedType: 'Q4_K', usedType: 'Q5_0' },
      { name: 'blk.1.ffn_up.weight', columns: 64, wantedType: 'Q4_K', usedType: 'Q5_0' },
    ],
  });
  return planRecipe(source, parseRecipe({ steps }), { allowRequantize, dryRun });
}

const typesOf = (planned: ReturnType<typeof plan>) =>
  new Set(
    planned.steps
      .at(-1)
      ?.tensors.filter(({ name }) => /ffn_up/.test(name))
      .map(({ type }) => type),
  );

describe('planRecipe', () => {
  it('prunes the matrices of the layers and nothing else, and says that zeros take room', () => {
    const { steps, warnings } = plan([MAGNITUDE]);
    const [step] = steps;
    const touched = step?.kind === 'transform' ? [...step.touched] : [];
    expect(touched).toHaveLength(14);
    expect(touched.every((name) => /^blk\.\d\.(attn_(q|k|v|output)|ffn_(gate|up|down))\.weight$/.test(name))).toBe(
      true,
    );
    expect(warnings).toEqual([expect.stringContaining('Zeros take room')]);
  });

  it('lists fallbacks once for all layers', () => {
    expect(plan([quantize('Q4_K_M')]).warnings).toEqual([
      'Rows of 64 weights do not divide into blocks of Q4_K: Q5_0 instead for blk.*.ffn_up.weight (2).',
    ]);
  });

  it('warns of zeros that come back only after pruning and only for types without an exact zero', () => {
    const comesBack = expect.stringContaining('Zeros may come back');
    expect(plan([MAGNITUDE, quantize('Q4_1')], 'Q4_1').warnings).toContainEqual(comesBack);
    expect(plan([MAGNITUDE, quantize('Q8_0')], 'Q8_0').warnings).not.toContainEqual(comesBack);
    expect(plan([quantize('Q4_1')], 'Q4_1').warnings).not.toContainEqual(comesBack);
  });

  it('follows the types from step to step', () => {
    expect(typesOf(plan([MAGNITUDE, quantize('Q5_0')], 'Q5_0'))).toEqual(new Set(['Q5_0']));
    const prunedAgain = plan([quantize('Q8_0'), MAGNITUDE], 'Q8_0', true);
    expect(typesOf(prunedAgain)).toEqual(new Set(['F16']));
    expect(prunedAgain.warnings).toContainEqual(expect.stringContaining('quantized (Q8_0)'));
  });

  it('refuses to prune or quantize what an earlier step has quantized, unless asked to', () => {
    expect(() => plan([quantize('Q8_0'), MAGNITUDE])).toThrow(codeOf('QUANTIZED_SOURCE'));
  });

  it('names the types that need an importance matrix before llama.cpp does', () => {
    expect(() => plan([quantize('IQ2_XXS')], 'IQ2_XXS')).toThrow(codeOf('IMATRIX_NEEDED'));
    expect(() => plan([quantize('Q2_K_S')], 'Q2_K')).toThrow(codeOf('IMATRIX_NEEDED'));
    expect(plan([quantize('Q2_K')], 'Q2_K').steps).toHaveLength(1);
  });

  it('refuses a pattern that the rows cannot hold, with the path of the fault', () => {
    const issues = [expect.objectContaining({ path: 'steps.1.params.pattern' })];
    const steps = [MAGNITUDE, { method: 'magnitude', params: { pattern: '1:3' } }];
    expect(() => plan(steps)).toThrow(expect.objectContaining({ code: 'BAD_RECIPE', details: { issues } }));
  });
});
