// Methods carried out layer by layer on the demo model: statistics, pruning and feedback through layers already compressed.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { LayerPass } from '../../../src/main/engine/calibration/layer-pass.ts';
import { ModelPass } from '../../../src/main/engine/calibration/model-pass.ts';
import { compressJobSchema } from '../../../src/main/engine/compress/compress-job.ts';
import { planResult } from '../../../src/main/engine/compress/plan-result.ts';
import { runRecipe } from '../../../src/main/engine/compress/run-recipe.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { LinearAlgebra } from '../../../src/main/engine/native/linear-algebra.ts';
import { ModelSession } from '../../../src/main/engine/native/model-session.ts';
import { makeTinyMixture } from '../native/make-tiny-mixture.ts';
import { readTensors } from './compress-context.ts';

const demoPath = join(import.meta.dirname, '../../../resources/demo-model/whittle-demo-f16.gguf');
const folder = mkdtempSync(join(tmpdir(), 'whittle-layers-'));
const source = readGguf(demoPath);
const algebra = LinearAlgebra.open({ threads: 1 });
const context = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
const makeSamples = (largestToken: number) =>
  Array.from({ length: 3 }, (_, sample) =>
    Int32Array.from({ length: 40 }, (_token, i) => (sample * 31 + i * 7919) % largestToken),
  );
const samples = makeSamples(1900);
const mixturePath = join(folder, 'mixture.gguf');
makeTinyMixture(mixturePath, { hiddenSize: 64, feedForwardSize: 96, expertCount: 4, usedCount: 2 });
const options = {
  source,
  samples,
  isHeldOut: () => false,
  need: 'hessian' as const,
  algebra,
  threads: 1,
  gpu: 'none' as const,
  workFolder: folder,
};
const calibration = { calibrationSamples: 4, calibrationLength: 64 };

afterAll(() => {
  algebra.close();
  rmSync(folder, { recursive: true });
});

function compress(name: string, method: string, params: object) {
  const recipe = { steps: [{ method, params }] };
  const outputPath = join(folder, name);
  return runRecipe(
    compressJobSchema.parse({ sourcePath: demoPath, outputPath, recipe, gpu: 'none', threads: 1 }),
    context,
  );
}

/** Mean log-likelihood of a text, for telling a working model from a broken one. */
function likelihood(path: string): number {
  const session = ModelSession.open({ modelPath: path, contextSize: 64, threads: 1, gpu: 'none' });
  try {
    const tokens = session.tokenize('The capital of France is a city. It is known for its river and its towers.');
    session.decodeRun(tokens, { logits: 'all' });
    const rows = Array.from({ length: tokens.length - 1 }, (_, i) => i);
    const values = session.logProbabilities(rows, tokens.subarray(1));
    return values.reduce((sum, value) => sum + value, 0) / rows.length;
  } finally {
    session.close();
  }
}

describe('a pass over single layers', () => {
  test.each([
    { name: 'the demo model', path: demoPath, largestToken: 1900 },
    { name: 'a mixture of experts', path: mixturePath, largestToken: 20 },
  ])('measures on $name what whole passes over it measure', async ({ path, largestToken }) => {
    const own = { ...options, source: readGguf(path), samples: makeSamples(largestToken) };
    const workFolder = mkdtempSync(join(folder, 'dense-'));
    const layers = await LayerPass.open({ ...own, workFolder }, context);
    const whole = new ModelPass(own, context);
    try {
      for (let layer = 0; layer < layers.layerCount; layer++) {
        const single = await layers.measureAndAdvance(layer, () => {});
        const expected = await whole.measureAndAdvance(layer, () => {});
        expect([...single.keys()].sort()).toEqual([...expected.keys()].sort());
        for (const [name, { hessian = new Float32Array() }] of single) {
          const dense = expected.get(name)?.hessian ?? new Float32Array();
          const size = Math.sqrt(dense.reduce((sum, value) => sum + value * value, 0));
          const difference = Math.sqrt(hessian.reduce((sum, value, i) => sum + (value - (dense[i] ?? 0)) ** 2, 0));
          expect(difference / size, name).toBeLessThan(1e-4);
        }
      }
    } finally {
      layers.close();
      whole.close();
    }
  });

  test('feeds a layer with the outputs of the changed one before', async () => {
    const dense = await LayerPass.open(options, context);
    const workFolder = mkdtempSync(join(folder, 'changed-'));
    const changed = await LayerPass.open({ ...options, workFolder }, context);
    const down = source.tensors.find(({ name }) => name === 'blk.0.ffn_down.weight');
    const zeros = new Map([[down?.name ?? '', { type: 'F16', data: new Uint8Array(down?.sizeBytes ?? 0) }]]);
    try {
      await dense.measure(0, () => {});
      await dense.advance(0, new Map(), () => {});
      await changed.measure(0, () => {});
      await changed.advance(0, zeros, () => {});
      const name = 'blk.1.attn_q.weight';
      const before = (await dense.measure(1, () => {})).get(name)?.columnMeanSquares ?? new Float32Array();
      const after = (await changed.measure(1, () => {})).get(name)?.columnMeanSquares ?? new Float32Array();
      const moved = before.filter((value, i) => Math.abs(value - (after[i] ?? 0)) > 0.01 * value);
      expect(moved.length).toBeGreaterThan(before.length / 2);
    } finally {
      dense.close();
      changed.close();
    }
  });
});

describe('matrix after matrix', () => {
  test('measures what lies behind the matrices that were changed, and that alone', async () => {
    const workFolder = mkdtempSync(join(folder, 'turn-'));
    const pass = await LayerPass.open({ ...options, workFolder }, context);
    try {
      await pass.measure(0, () => {});
      const groups = pass.inputGroups(0).map((group) => group.map((name) => name.replace(/^blk\.0\.|\.weight$/g, '')));
      expect(groups).toEqual([['attn_q', 'attn_v', 'attn_k'], ['attn_output'], ['ffn_gate', 'ffn_up'], ['ffn_down']]);
      const values = source.tensors.find(({ name }) => name === 'blk.0.attn_v.weight');
      const zeros = new Map([[values?.name ?? '', { type: 'F16', data: new Uint8Array(values?.sizeBytes ?? 0) }]]);
      const name = 'blk.0.attn_output.weight';
      const behind = await pass.measureBehind(0, zeros, [name], () => {});
      expect([...behind.keys()]).toEqual([name]);
      expect(behind.get(name)?.columnMeanSquares?.every((square) => square === 0)).toBe(true);
    } finally {
      pass.close();
    }
  });

  test('leaves what reads the first input as it was and moves what comes behind it', async () => {
    const params = { bits: 3, stats: 'sequential', ...calibration };
    const whole = readTensors((await compress('whole-layers.gguf', 'gptq', params)).artifact.path);
    const inTurn = { ...params, trueSequential: true };
    const { artifact } = await compress('in-turn.gguf', 'gptq', inTurn);
    const turned = readTensors(artifact.path);
    const isSame = (name: string): boolean => whole.get(name)!.bytes.equals(turned.get(name)!.bytes);
    expect(isSame('blk.0.attn_q.weight')).toBe(true);
    for (const name of ['blk.0.attn_output.weight', 'blk.0.ffn_down.weight', 'blk.1.attn_q.weight']) {
      expect(isSame(name), name).toBe(false);
    }
    const tensor = artifact.tensors.find(({ name }) => name === 'blk.0.attn_q.weight');
    expect(tensor).toMatchObject({ dampingRatio: 0.01, deadInputCount: 0 });
  });
});

describe('a recipe', () => {
  test.each(['dense', 'sequential'])('prunes by SparseGPT with %s statistics', async (stats) => {
    const { artifact, warnings } = await compress(`${stats}.gguf`, 'sparsegpt', {
      sparsity: 0.5,
      stats,
      ...calibration,
    });
    expect(artifact.sparsityRatio).toBeCloseTo(0.5, 2);
    expect(warnings).toHaveLength(1);
    expect(readGguf(artifact.path).metadata.get('whittle.stats')?.asString()).toBe(stats);
  });

  test.each(['Q2_K', 'Q3_K_M', 'Q4_0'])(
    'to %s with feedback has the types and the size that llama.cpp plans',
    async (type) => {
      const { artifact } = await compress(`${type}.gguf`, 'feedback', { type, stats: 'sequential', ...calibration });
      const imatrix = new Map(
        source.tensors.flatMap(({ name, shape }) =>
          /^blk\..*weight$/.test(name) && shape.length === 2
            ? [[name, new Float32Array(shape[0] ?? 0).fill(1)] as const]
            : [],
        ),
      );
      const { planQuantize } = await import('../../../src/main/engine/native/quantize-file.ts');
      const planned = planQuantize({ input: demoPath, fileType: type, imatrix });
      const typesOf = (tensors: readonly { name: string; sizeBytes: number }[]): string[] =>
        tensors.map(({ name, sizeBytes }) => `${name} ${sizeBytes}`).sort();
      expect(typesOf(artifact.tensors)).toEqual(typesOf(planned.tensors));
      expect(likelihood(artifact.path)).toBeGreaterThan(likelihood(demoPath) - 1.5);
    },
  );

  test('goes on at the last finished layer after it was broken off, and gives the same file', async () => {
    const params = { sparsity: 0.5, stats: 'sequential', ...calibration };
    const recipe = { steps: [{ method: 'sparsegpt', params }] };
    const job = (name: string, cacheFolder?: string) =>
      compressJobSchema.parse({
        sourcePath: demoPath,
        outputPath: join(folder, name),
        recipe,
        gpu: 'none',
        threads: 1,
        cacheFolder,
      });
    const cacheFolder = join(folder, 'cache');
    const abort = new AbortController();
    const broken = runRecipe(job('resumed.gguf', cacheFolder), {
      ...context,
      signal: abort.signal,
      progress: ({ stage }) => {
        if (stage.includes('reading on through layer 4')) abort.abort();
      },
    });
    await expect(broken).rejects.toMatchObject({ code: 'CANCELLED' });
    const stages: string[] = [];
    const resumed = await runRecipe(job('resumed.gguf', cacheFolder), {
      ...context,
      progress: ({ stage }) => void stages.push(stage),
    });
    expect(stages.find((stage) => stage.startsWith('measuring'))).toContain('layer 4');
    expect(readdirSync(join(cacheFolder, 'layer-runs'))).toEqual([]);
    const whole = await runRecipe(job('whole.gguf'), context);
    expect(resumed.artifact.sha256).toBe(whole.artifact.sha256);
  });

  test('of the same model and text does not measure again', async () => {
    const cacheFolder = join(folder, 'kept');
    const run = async (name: string, sparsity: number, kept?: string): Promise<[string | undefined, string[]]> => {
      const recipe = { steps: [{ method: 'sparsegpt', params: { sparsity, ...calibration } }] };
      const stages: string[] = [];
      const job = { sourcePath: demoPath, outputPath: join(folder, name), recipe, gpu: 'none', threads: 1 };
      const { artifact } = await runRecipe(compressJobSchema.parse({ ...job, cacheFolder: kept }), {
        ...context,
        progress: ({ stage }) => void stages.push(stage),
      });
      return [artifact.sha256, stages];
    };
    await run('first.gguf', 0.3, cacheFolder);
    const second = compressJobSchema.parse({
      sourcePath: demoPath,
      outputPath: join(folder, 'other-method.gguf'),
      recipe: { steps: [{ method: 'gptq', params: calibration }] },
      gpu: 'none',
      threads: 1,
      cacheFolder,
    });
    const seen: string[] = [];
    await runRecipe(second, { ...context, progress: ({ stage }) => void seen.push(stage) });
    expect(seen.filter((stage) => stage.startsWith('measuring'))).toEqual([]);
    const [found, stages] = await run('second.gguf', 0.6, cacheFolder);
    expect(stages.filter((stage) => stage.startsWith('measuring'))).toEqual([]);
    const [expected] = await run('third.gguf', 0.6);
    expect(found).toBe(expected);
  });

  test('plans the same size that it writes', async () => {
    const recipe = { steps: [{ method: 'feedback', params: { type: 'Q4_K_M', ...calibration } }] };
    const plan = planResult({ sourcePath: demoPath, outputPath: '', recipe, allowRequantize: false });
    const { artifact } = await compress('planned.gguf', 'feedback', { type: 'Q4_K_M', ...calibration });
    expect(artifact.sizeBytes).toBe(plan.artifact.sizeBytes);
  });
});
