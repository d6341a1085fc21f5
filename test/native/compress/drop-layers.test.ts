// Layers left out of the demo model: names, metadata, sizes, and refusals before any work.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compressJobSchema } from '../../../src/main/engine/compress/compress-job.ts';
import { metadataWithout } from '../../../src/main/engine/compress/dropped-layers.ts';
import { planResult } from '../../../src/main/engine/compress/plan-result.ts';
import { runRecipe } from '../../../src/main/engine/compress/run-recipe.ts';
import { GgufValue } from '../../../src/main/engine/gguf/gguf-value.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../../src/main/engine/gguf/tensor-data.ts';
import { ModelSession } from '../../../src/main/engine/native/model-session.ts';

const demoPath = join(import.meta.dirname, '../../../resources/demo-model/whittle-demo-f16.gguf');
const folder = mkdtempSync(join(tmpdir(), 'whittle-drop-'));
const context = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
afterAll(() => rmSync(folder, { recursive: true }));

function job(name: string, layers: readonly number[], ...rest: readonly object[]) {
  const recipe = { steps: [{ method: 'drop-layers', params: { layers } }, ...rest] };
  return compressJobSchema.parse({
    sourcePath: demoPath,
    outputPath: join(folder, name),
    recipe,
    gpu: 'none',
    threads: 1,
  });
}

function readTensor(path: string, name: string): Buffer {
  const file = readGguf(path);
  const data = openTensorData(file);
  const tensor = file.tensors.find((candidate) => candidate.name === name);
  if (tensor === undefined) throw new Error(`${path} has no ${name}`);
  const bytes = data.read(tensor);
  data.close();
  return bytes;
}

test('the layers behind a dropped one move up, and llama.cpp runs what is left', async () => {
  const { artifact } = await runRecipe(job('dropped.gguf', [3, 1]), context);
  const moved = [
    [0, 0],
    [1, 2],
    [2, 4],
    [3, 5],
  ];
  for (const [now, before] of moved) {
    const name = (layer: number | undefined): string => `blk.${layer}.ffn_up.weight`;
    expect(readTensor(artifact.path, name(now))).toEqual(readTensor(demoPath, name(before)));
  }
  const session = ModelSession.open({ modelPath: artifact.path, contextSize: 64, threads: 1, gpu: 'none' });
  expect(session.layerCount).toBe(4);
  session.decodeRun(session.tokenize('A short text.'), { logits: 'last' });
  session.close();
});

test('dropping and quantizing is one recipe of the planned size', async () => {
  const input = job('small.gguf', [2], { method: 'quantize', params: { type: 'Q4_K_M' } });
  const plan = planResult({ ...input, outputPath: '' });
  const { artifact } = await runRecipe(input, context);
  expect(artifact.sizeBytes).toBe(plan.artifact.sizeBytes);
  expect(readGguf(artifact.path).metadata.get('llama.block_count')?.asNumber()).toBe(5);
});

test.each([
  { layers: [6], why: 'a layer that is not there' },
  { layers: [0, 1, 2, 3, 4, 5], why: 'every layer' },
])('$why is refused', async ({ layers }) => {
  await expect(runRecipe(job('refused.gguf', layers), context)).rejects.toMatchObject({ code: 'BAD_RECIPE' });
});

test('lists with an entry for each layer lose those of the dropped ones', () => {
  const metadata = new Map([
    ['general.architecture', GgufValue.string('openelm')],
    ['openelm.block_count', GgufValue.uint32(4)],
    ['openelm.attention.head_count', GgufValue.numbers('uint32', [8, 9, 10, 11])],
    ['openelm.rope.dimension_sections', GgufValue.numbers('uint32', [1, 2, 3, 4])],
  ]);
  const changed = metadataWithout(metadata, [1, 2]);
  expect(changed.get('openelm.block_count')?.asNumber()).toBe(2);
  expect(changed.get('openelm.attention.head_count')?.asNumbers()).toEqual([8, 11]);
  expect(changed.get('openelm.rope.dimension_sections')?.asNumbers()).toEqual([1, 2, 3, 4]);
});
