// AWQ's scales: they help where inputs are unequal, and folded into a model they leave what it computes alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compressJobSchema } from '../../../src/main/engine/compress/compress-job.ts';
import { searchScales } from '../../../src/main/engine/compress/math/channel-scales.ts';
import { setUpAlgebra } from '../../../src/main/engine/compress/math/hessian-factors.ts';
import { awq } from '../../../src/main/engine/compress/methods/awq.ts';
import { rtn } from '../../../src/main/engine/compress/methods/rtn.ts';
import { runRecipe } from '../../../src/main/engine/compress/run-recipe.ts';
import { ModelSession } from '../../../src/main/engine/native/model-session.ts';
import { makeProblem, slowOutputError } from '../../support/calibration-problem.ts';

const demoPath = join(import.meta.dirname, '../../../resources/demo-model/whittle-demo-f16.gguf');
const folder = mkdtempSync(join(tmpdir(), 'whittle-awq-'));
const context = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
afterAll(() => rmSync(folder, { recursive: true }));

test('scaled rounding leaves less output error where a few inputs are strong', () => {
  const [rows, columns] = [24, 128];
  const { weights, hessianRows, hessian } = makeProblem(rows, columns, 8);
  const strengths = Float32Array.from({ length: columns }, (_, j) => Math.sqrt(hessian[j * columns + j]! / 2));
  const search = { bits: 3, groupSize: 32, symmetric: false };
  const scales = searchScales(setUpAlgebra(1), [{ rows, columns, weights }], strengths, hessian, search);
  const params = rtn.params.parse(search);
  const round = (values: Float32Array): Float32Array =>
    rtn.transform?.({ name: 'w', rows, columns, weights: values }, {}, params) ?? values;
  const plain = round(weights);
  const scaled = round(weights.map((weight, i) => weight * scales[i % columns]!)).map(
    (weight, i) => weight / scales[i % columns]!,
  );
  const errorOf = (changed: Float32Array): number => slowOutputError(weights, changed, hessianRows);
  expect(errorOf(scaled)).toBeLessThan(0.8 * errorOf(plain));
});

test('a scaled model computes what it computed before', async () => {
  const recipe = { steps: [{ method: 'awq', params: { calibrationSamples: 4, calibrationLength: 64 } }] };
  const outputPath = join(folder, 'scaled.gguf');
  const job = { sourcePath: demoPath, outputPath, recipe, gpu: 'none', threads: 1 };
  await runRecipe(compressJobSchema.parse(job), context);
  const logitsOf = (path: string): Float32Array => {
    const session = ModelSession.open({ modelPath: path, contextSize: 32, threads: 1, gpu: 'none' });
    session.decodeRun(session.tokenize('The capital of France is'), { logits: 'last' });
    const last = session.tokenize('The capital of France is').length - 1;
    const logits = session.logits(last).slice();
    session.close();
    return logits;
  };
  const [before, after] = [logitsOf(demoPath), logitsOf(outputPath)];
  const largest = before.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const [token, value] of before.entries()) expect(Math.abs(value - after[token]!)).toBeLessThan(0.01 * largest);
});

test('a model whose layers it does not know is refused before any work', () => {
  expect(awq.checkModel?.({ architecture: 'mamba', layerCount: 4 })).toMatch(/mamba/);
  expect(awq.checkModel?.({ architecture: 'llama', layerCount: 4 })).toBeUndefined();
});
