// The embedding with feedback: what the layers read of it weighs its errors. On the demo model, beside sums written out in plain loops.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compressJobSchema } from '../../../src/main/engine/compress/compress-job.ts';
import { readersHessian } from '../../../src/main/engine/compress/readers-hessian.ts';
import { runRecipe } from '../../../src/main/engine/compress/run-recipe.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../../src/main/engine/gguf/tensor-data.ts';
import { dequantize, quantizeRows } from '../../../src/main/engine/native/ggml-convert.ts';
import { LinearAlgebra } from '../../../src/main/engine/native/linear-algebra.ts';
import { slowOutputError } from '../../support/calibration-problem.ts';

const demoPath = join(import.meta.dirname, '../../../resources/demo-model/whittle-demo-f16.gguf');
const folder = mkdtempSync(join(tmpdir(), 'whittle-looked-up-'));
afterAll(() => rmSync(folder, { recursive: true }));

const COLUMNS = 256;

function valuesOf(path: string, name: string): Float32Array {
  const file = readGguf(path);
  const tensor = file.tensors.find((found) => found.name === name)!;
  const data = openTensorData(file);
  try {
    const [columns = 1, rows = 1] = tensor.shape;
    return dequantize(tensor.type, data.read(tensor), columns * rows);
  } finally {
    data.close();
  }
}

/** I + sum of D w w^T D, mean diagonal 1, as rows. */
function slowHessian(): Float64Array[] {
  const sum = Array.from({ length: COLUMNS }, () => new Float64Array(COLUMNS));
  for (let layer = 0; layer < 6; layer++) {
    for (const [norm, matrices] of [
      ['attn_norm', ['attn_q', 'attn_k', 'attn_v']],
      ['ffn_norm', ['ffn_gate', 'ffn_up']],
    ] as const) {
      const gains = valuesOf(demoPath, `blk.${layer}.${norm}.weight`);
      for (const matrix of matrices) addRows(sum, valuesOf(demoPath, `blk.${layer}.${matrix}.weight`), gains);
    }
  }
  const trace = sum.reduce((total, row, i) => total + row[i]!, 0);
  return sum.map((row, i) => row.map((value, j) => (value * COLUMNS) / trace + (i === j ? 1 : 0)));
}

function addRows(sum: Float64Array[], weights: Float32Array, gains: Float32Array): void {
  for (let from = 0; from < weights.length; from += COLUMNS) {
    const row = Float64Array.from(gains, (gain, j) => gain * weights[from + j]!);
    for (const [i, own] of sum.entries()) for (let j = 0; j < COLUMNS; j++) own[j]! += row[i]! * row[j]!;
  }
}

const slow = slowHessian().map((row) => [...row]);
const identity = slow.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));

test('what the layers read is what plain loops over all matrices say', () => {
  const source = readGguf(demoPath);
  const data = openTensorData(source);
  const algebra = LinearAlgebra.open({ threads: 1 });
  const hessian = readersHessian(source, data, algebra, COLUMNS) ?? new Float32Array();
  algebra.close();
  data.close();
  expect(hessian).toHaveLength(COLUMNS * COLUMNS);
  const largest = Math.max(...slow.map((row, i) => row[i]!));
  const differences = slow.flatMap((row, i) => row.map((value, j) => Math.abs(value - hessian[i * COLUMNS + j]!)));
  expect(Math.max(...differences)).toBeLessThan(1e-4 * largest);
});

test.each([
  ['Q4_0', slow],
  ['Q3_K_M', slow],
  ['Q2_K', identity],
])('%s: the embedding comes out nearer than from llama.cpp', async (type, metric) => {
  const outputPath = join(folder, `${type}.gguf`);
  const params = { type, calibrationSamples: 4, calibrationLength: 64 };
  const recipe = { steps: [{ method: 'feedback', params }] };
  const job = compressJobSchema.parse({ sourcePath: demoPath, outputPath, recipe, gpu: 'none', threads: 1 });
  const context = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
  const { artifact } = await runRecipe(job, context);
  const written = artifact.tensors.find(({ name }) => name === 'token_embd.weight');
  expect(written).toMatchObject({ keptCodes: 'feedback' });
  const dense = valuesOf(demoPath, 'token_embd.weight');
  const changed = valuesOf(outputPath, 'token_embd.weight');
  const storageType = written?.type ?? '';
  const plain = dequantize(storageType, quantizeRows(storageType, dense, COLUMNS), dense.length);
  const some = 64 * COLUMNS;
  const errorOf = (values: Float32Array): number =>
    slowOutputError(dense.subarray(0, some), values.subarray(0, some), metric);
  expect(errorOf(changed)).toBeLessThan(0.98 * errorOf(plain));
});
