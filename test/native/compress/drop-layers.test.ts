// Layers left out of the demo model: names, metadata, sizes, and refusals before any work.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCalibrationText } from '../../../src/main/engine/calibration/calibration-text.ts';
import { influenceJobSchema, measureLayerInfluence } from '../../../src/main/engine/calibration/layer-influence.ts';
import { sampleText } from '../../../src/main/engine/calibration/sample-text.ts';
import { compressJobSchema } from '../../../src/main/engine/compress/compress-job.ts';
import { metadataWithout } from '../../../src/main/engine/compress/dropped-layers.ts';
import { planResult } from '../../../src/main/engine/compress/plan-result.ts';
import { runRecipe } from '../../../src/main/engine/compress/run-recipe.ts';
import { EMBEDDED_CALIBRATION_TEXT, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
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

/** Mean over tokens of 1 - cosine of what goes into and out of a layer, from the hidden states themselves. */
function slowInfluences(states: readonly (readonly number[][])[]): number[] {
  return states.slice(1).map((outputs, layer) => {
    const cosines = outputs.map((output, token) => {
      const input = states[layer]![token]!;
      const product = output.reduce((sum, value, i) => sum + value * input[i]!, 0);
      return product / Math.hypot(...output) / Math.hypot(...input);
    });
    return 1 - cosines.reduce((sum, value) => sum + value, 0) / cosines.length;
  });
}

describe('by influence', () => {
  const sampling = { calibrationSamples: 3, calibrationLength: 48 };

  test('the influence of each layer is that of its hidden states', async () => {
    const found = await measureLayerInfluence(
      influenceJobSchema.parse({ modelPath: demoPath, gpu: 'none', threads: 1, ...sampling }),
      context,
    );
    const text = readCalibrationText(embeddedPath(EMBEDDED_CALIBRATION_TEXT));
    const states = new Map<string, number[][]>();
    const session = ModelSession.open({
      modelPath: demoPath,
      contextSize: 48,
      threads: 1,
      gpu: 'none',
      matmulObserver: {
        wants: () => false,
        observe: () => {},
        results: {
          wants: (name) => name === 'embd' || name.startsWith('l_out-'),
          observe: (name, values, width) => {
            const rows = Array.from({ length: values.length / width }, (_, row) => [
              ...values.subarray(row * width, (row + 1) * width),
            ]);
            states.set(name, [...(states.get(name) ?? []), ...rows]);
            return true;
          },
        },
      },
    });
    const options = { sampling: 'first', sampleCount: 3, sampleLength: 48, seed: 0 } as const;
    for (const tokens of sampleText(text, (part) => session.tokenize(part, { addSpecial: true }), options)) {
      session.clear();
      session.decodeRun(tokens, { logits: 'all' });
    }
    session.close();
    const names = ['embd', ...Array.from({ length: 6 }, (_, layer) => `l_out-${layer}`)];
    const expected = slowInfluences(names.map((name) => states.get(name) ?? []));
    expect(found.influences).toHaveLength(6);
    for (const [layer, influence] of expected.entries()) expect(found.influences[layer]).toBeCloseTo(influence, 6);
    expect(found.tokenCount).toBe(144);
  });

  test('the layers that change least go, the record has them, and the second time nothing is measured', async () => {
    const cacheFolder = join(folder, 'influence-cache');
    const step = { method: 'drop-layers', params: { by: 'influence', count: 2, ...sampling } };
    const input = (name: string) =>
      compressJobSchema.parse({
        sourcePath: demoPath,
        outputPath: join(folder, name),
        recipe: { steps: [step] },
        gpu: 'none',
        threads: 1,
        cacheFolder,
      });
    const { artifact, recipe, warnings } = await runRecipe(input('least.gguf'), context);
    const measured = await measureLayerInfluence(
      influenceJobSchema.parse({ modelPath: demoPath, gpu: 'none', ...sampling, cacheFolder }),
      context,
    );
    const expected = [...measured.influences.keys()]
      .sort((a, b) => measured.influences[a]! - measured.influences[b]! || b - a)
      .slice(0, 2)
      .sort((a, b) => a - b);
    expect(recipe.steps[0]?.params['layers']).toEqual(expected);
    expect(warnings).toContainEqual(expect.stringContaining('least influence'));
    const { metadata } = readGguf(artifact.path);
    expect(metadata.get('llama.block_count')?.asNumber()).toBe(4);
    expect(metadata.get('whittle.calibration_sha256')?.asString()).toBe(measured.calibrationSha256);
    // The plan knows neither the layers nor how many letters their numbers take.
    const planned = planResult({ ...input(''), outputPath: '' }).artifact.sizeBytes;
    expect(Math.abs(artifact.sizeBytes - planned)).toBeLessThanOrEqual(32);
    const stages: string[] = [];
    await runRecipe(input('again.gguf'), { ...context, progress: ({ stage }) => void stages.push(stage) });
    expect(stages.filter((stage) => stage.includes('influence'))).toEqual([]);
  });

  test.each([
    { params: { by: 'influence', count: 6 }, why: 'every layer' },
    { params: { by: 'influence' }, why: 'no count' },
    { params: { count: 2 }, why: 'a count without a choice' },
    { params: {}, why: 'nothing' },
  ])('$why is refused before anything is measured', async ({ params }) => {
    const recipe = { steps: [{ method: 'drop-layers', params: { ...params, ...sampling } }] };
    const refused = { sourcePath: demoPath, outputPath: join(folder, 'refused.gguf'), recipe, gpu: 'none' };
    const stages: string[] = [];
    const run = runRecipe(compressJobSchema.parse(refused), {
      ...context,
      progress: ({ stage }) => void stages.push(stage),
    });
    await expect(run).rejects.toMatchObject({ code: 'BAD_RECIPE' });
    expect(stages).toEqual([]);
  });
});
