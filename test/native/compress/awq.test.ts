// AWQ's scales: they help where inputs are unequal, and folded into a model they leave what it computes alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compressJobSchema } from '../../../src/main/engine/compress/compress-job.ts';
import { searchScales } from '../../../src/main/engine/compress/math/channel-scales.ts';
import { setUpAlgebra } from '../../../src/main/engine/compress/math/hessian-factors.ts';
import type { LayerTensor, MatrixStatistics } from '../../../src/main/engine/compress/method.ts';
import { awq } from '../../../src/main/engine/compress/methods/awq.ts';
import { rtn } from '../../../src/main/engine/compress/methods/rtn.ts';
import { runRecipe } from '../../../src/main/engine/compress/run-recipe.ts';
import { ModelSession } from '../../../src/main/engine/native/model-session.ts';
import { makeProblem, slowOutputError } from '../../support/calibration-problem.ts';
import { randomNormals } from '../../support/random-weights.ts';

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

/** Tensors and statistics of one layer with inputs of unequal strength. */
function makeLayer(shapes: Readonly<Record<string, readonly [rows: number, columns: number]>>) {
  const random = randomNormals(21);
  const tensors = new Map<string, LayerTensor>();
  const statistics = new Map<string, MatrixStatistics>();
  for (const [name, [rows, columns]] of Object.entries(shapes)) {
    tensors.set(name, { name, rows, columns, values: Float32Array.from({ length: rows * columns }, random) });
    if (rows === 1) continue;
    const { hessian } = makeProblem(1, columns, columns);
    const columnMeanSquares = Float32Array.from({ length: columns }, (_, j) => hessian[j * columns + j]! / 2);
    statistics.set(name, { hessian, columnMeanSquares });
  }
  return { tensors, statistics };
}

/** What a layer computes from: every product of a weight with what the folded scales passed through on their way to it. */
function productsOf(tensors: ReadonlyMap<string, LayerTensor>, valueRowOf: (j: number) => number) {
  const at = (name: string, row: number, column: number): number => {
    const tensor = tensors.get(name)!;
    return tensor.values[row * tensor.columns + column]!;
  };
  const products: number[] = [];
  const has = (name: string): boolean => tensors.has(name);
  const through = (norm: string, reader: string): void => {
    const { rows, columns } = tensors.get(reader)!;
    for (let row = 0; row < rows; row++) {
      // Rows that take scales of their own are followed further below, at their readers.
      for (let j = 0; j < columns; j++) products.push(at(reader, row, j) * at(norm, 0, j));
    }
  };
  if (has('attn_q.weight')) for (const name of ['attn_q.weight', 'attn_k.weight']) through('attn_norm.weight', name);
  if (has('ffn_gate.weight')) through('ffn_norm.weight', 'ffn_gate.weight');
  const chain = (
    norm: string,
    first: string,
    bias: string,
    firstRow: number,
    second: string,
    rowOf: (j: number) => number,
  ) => {
    const { rows, columns } = tensors.get(second)!;
    for (let j = 0; j < columns; j++) {
      const row = firstRow + rowOf(j);
      for (let i = 0; i < tensors.get(first)!.columns; i++) {
        products.push(at(second, j % rows, j) * at(first, row, i) * at(norm, 0, i));
      }
      if (has(bias)) products.push(at(second, j % rows, j) * at(bias, 0, row));
    }
  };
  const fused = tensors.get('attn_qkv.weight');
  const output = tensors.get('attn_output.weight')!;
  if (fused === undefined) {
    chain('attn_norm.weight', 'attn_v.weight', 'attn_v.bias', 0, 'attn_output.weight', valueRowOf);
  } else {
    const firstRow = output.columns + (fused.rows - output.columns) / 2;
    chain('attn_norm.weight', 'attn_qkv.weight', 'attn_qkv.bias', firstRow, 'attn_output.weight', valueRowOf);
  }
  const [up, down] = [tensors.get('ffn_up.weight')!, tensors.get('ffn_down.weight')!];
  chain('ffn_norm.weight', 'ffn_up.weight', 'ffn_up.bias', up.rows - down.columns, 'ffn_down.weight', (j) => j);
  return products;
}

const SEPARATE = {
  'attn_norm.weight': [1, 32],
  'attn_q.weight': [32, 32],
  'attn_k.weight': [16, 32],
  'attn_v.weight': [16, 32],
  'attn_v.bias': [1, 16],
  'attn_output.weight': [32, 32],
  'ffn_norm.weight': [1, 32],
  'ffn_gate.weight': [48, 32],
  'ffn_up.weight': [48, 32],
  'ffn_down.weight': [32, 48],
} as const;

/** As Phi-3 stores it: queries, keys and values in one matrix, gate and up in another. */
const FUSED = {
  'attn_norm.weight': [1, 32],
  'attn_qkv.weight': [64, 32],
  'attn_output.weight': [32, 32],
  'ffn_norm.weight': [1, 32],
  'ffn_up.weight': [96, 32],
  'ffn_down.weight': [32, 48],
} as const;

test.each([
  { name: 'projections of their own, two heads to a value head', shapes: SEPARATE, sharing: 2 },
  { name: 'fused projections', shapes: FUSED, sharing: 2 },
])('$name: scales move, and every product along the way stays', ({ shapes, sharing }) => {
  const headSize = 8;
  const valueRowOf = (j: number): number => Math.floor(j / headSize / sharing) * headSize + (j % headSize);
  const { tensors, statistics } = makeLayer(shapes);
  const before = productsOf(tensors, valueRowOf);
  const weightsBefore = tensors.get('attn_output.weight')!.values.slice();
  const params = awq.params.parse({ awqBits: 3 });
  awq.transformLayer?.(tensors, statistics, params, { architecture: 'phi3', layerCount: 1, headCount: 4 });
  const after = productsOf(tensors, valueRowOf);
  expect(after).toHaveLength(before.length);
  for (const [i, value] of before.entries())
    expect(Math.abs(after[i]! - value)).toBeLessThan(1e-5 * (1 + Math.abs(value)));
  expect(tensors.get('attn_output.weight')!.values).not.toEqual(weightsBefore);
});

test('a layer without the norms that it folds into is refused', () => {
  const { tensors, statistics } = makeLayer({ 'attn_q.weight': [32, 32], 'ffn_down.weight': [32, 48] });
  const model = { architecture: 'llama', layerCount: 1, headCount: 4 };
  expect(() => awq.transformLayer?.(tensors, statistics, awq.params.parse({}), model)).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED_MODEL' }),
  );
});
