import { join } from 'node:path';
import { expect, it } from 'vitest';
import { planTensors } from '../../../src/main/engine/recipes/plan-tensors.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

it('knows where every tensor of a plan comes from when layers before it are dropped', () => {
  const sourcePath = join(tempFolder(), 'tiny.gguf');
  makeTinyLlama(sourcePath);
  const tensorTypes = ['^blk\\.0\\.ffn_up\\.weight$=Q8_0'];
  const recipe = {
    steps: [
      { method: 'drop-layers', params: { layers: [0] } },
      { method: 'quantize', params: { type: 'Q4_K_M', tensorTypes } },
    ],
  };
  const { tensors, source } = planTensors({ sourcePath, recipe, allowRequantize: false });
  const raised = tensors.find(({ name }) => name === 'blk.0.ffn_up.weight');
  expect(raised).toMatchObject({ sourceName: 'blk.1.ffn_up.weight', type: 'Q8_0' });
  expect(tensors.map(({ sourceName }) => sourceName).sort()).toEqual(
    source.flatMap(({ name }) => (name.startsWith('blk.0.') ? [] : [name])).sort(),
  );
  expect(tensors.some(({ name, sourceName }) => name !== sourceName)).toBe(true);
});
