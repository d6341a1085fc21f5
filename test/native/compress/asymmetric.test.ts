// Asymmetric statistics and what feedback aims at with them, against plain loops; and on the demo model.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { HessianSum } from '../../../src/main/engine/calibration/hessian-sum.ts';
import type { ReplacedTensor } from '../../../src/main/engine/calibration/layer-file.ts';
import { LayerPass } from '../../../src/main/engine/calibration/layer-pass.ts';
import { streamWriters } from '../../../src/main/engine/calibration/stream-writers.ts';
import { compressJobSchema } from '../../../src/main/engine/compress/compress-job.ts';
import { replacedEmbedding } from '../../../src/main/engine/compress/embedding-rows.ts';
import { denseTargets } from '../../../src/main/engine/compress/math/dense-targets.ts';
import { factorOf, releaseFactors, setUpAlgebra } from '../../../src/main/engine/compress/math/hessian-factors.ts';
import { outputErrors } from '../../../src/main/engine/compress/math/output-error.ts';
import type { MatrixStatistics } from '../../../src/main/engine/compress/method.ts';
import { parseRecipe } from '../../../src/main/engine/compress/parse-recipe.ts';
import { planRecipe } from '../../../src/main/engine/compress/plan-recipe.ts';
import { runRecipe } from '../../../src/main/engine/compress/run-recipe.ts';
import { GgufValue } from '../../../src/main/engine/gguf/gguf-value.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { openTensorData } from '../../../src/main/engine/gguf/tensor-data.ts';
import { dequantize } from '../../../src/main/engine/native/ggml-convert.ts';
import { planQuantize } from '../../../src/main/engine/native/quantize-file.ts';
import { randomNormals } from '../../support/random-weights.ts';
import { dampedHessian, invert, type Rows, slowHessian, toRows } from '../../support/slow-feedback.ts';

const demoPath = join(import.meta.dirname, '../../../resources/demo-model/whittle-demo-f16.gguf');
const folder = mkdtempSync(join(tmpdir(), 'whittle-asymmetric-'));
const source = readGguf(demoPath);
const algebra = setUpAlgebra(1);
const context = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
afterAll(() => rmSync(folder, { recursive: true }));

/** Inputs x of the dense model and z behind compressed layers, which differ by noise and by something that z tells. */
function makeInputs(tokens: number, columns: number, seed: number): { x: Rows; z: Rows } {
  const random = randomNormals(seed);
  const x = Array.from({ length: tokens }, () =>
    Array.from({ length: columns }, (_, j) => random() * (j === 3 ? 6 : 1)),
  );
  const z = x.map((row) => row.map((value, j) => 0.8 * value + 0.2 * (row[j === 0 ? 1 : j - 1] ?? 0) + 0.1 * random()));
  return { x, z };
}

/** 2/n sum z (x - z)^T. */
function slowShift({ x, z }: { x: Rows; z: Rows }): Rows {
  const columns = z[0]?.length ?? 0;
  return Array.from({ length: columns }, (_, i) =>
    Array.from(
      { length: columns },
      (_, j) => (2 / z.length) * z.reduce((sum, row, t) => sum + row[i]! * (x[t]![j]! - row[j]!), 0),
    ),
  );
}

const flat = (rows: Rows): Float32Array => Float32Array.from(rows.flat());
const largestOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  return largestOf(Array.from(expected, (value, i) => value - (found[i] ?? Number.NaN)));
}
/** a b^T. */
const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

test.each([
  { columns: 5, pieces: [1] },
  { columns: 70, pieces: [33, 100, 7] },
  { columns: 208, pieces: [500, 900] },
])('$columns inputs over pieces of $pieces tokens: shifts are 2/n sum z d^T', ({ columns, pieces }) => {
  const width = columns + 3;
  const tokens = pieces.reduce((sum, count) => sum + count, 0);
  const inputs = makeInputs(tokens, columns, columns);
  const random = randomNormals(width);
  const streams = Array.from({ length: tokens }, () => Array.from({ length: width }, random));
  const sum = new HessianSum(algebra, columns);
  let from = 0;
  for (const count of pieces) {
    const piece = inputs.z.slice(from, from + count);
    const differences = piece.map((row, t) => row.map((value, j) => inputs.x[from + t]![j]! - value));
    sum.add(flat(piece), { inputs: flat(differences), stream: flat(streams.slice(from, from + count)) });
    from += count;
  }
  const { inputs: shift, stream } = sum.toShifts() ?? {};
  const expected = flat(slowShift(inputs));
  expect(largestDifference(shift ?? [], expected)).toBeLessThan(1e-5 * largestOf(expected));
  const crossed = Array.from({ length: columns }, (_, i) =>
    Array.from({ length: width }, (_, j) => {
      const total = streams.reduce((all, stream, t) => all + inputs.z[t]![i]! * stream[j]!, 0);
      return (2 * total) / tokens;
    }),
  );
  expect(largestDifference(stream ?? [], flat(crossed))).toBeLessThan(1e-5 * largestOf(flat(crossed)));
  sum.free();
});

describe('what feedback aims at', () => {
  const rows = 19;
  test.each([7, 130, 300])('is the damped least-squares answer to |W x - V z|^2, with %i inputs', (columns) => {
    const inputs = makeInputs(2 * columns + 20, columns, columns + 1);
    const random = randomNormals(columns + 2);
    const weights = Float32Array.from({ length: rows * columns }, random);
    const hessianRows = slowHessian(inputs.z, columns);
    const shiftRows = slowShift(inputs);
    const streamRows = Array.from({ length: columns }, () => Array.from({ length: rows }, random));
    const matrix = { name: 'w', rows, columns, weights };
    const setup = factorOf(matrix, { hessian: flat(hessianRows) }, { dampingRatio: 0.01, sortColumns: true });
    const found = denseTargets(setup, matrix, { inputs: flat(shiftRows), stream: flat(streamRows) }, 0.75);
    releaseFactors();
    const inverse = invert(dampedHessian(hessianRows, 0.01).damped);
    const expected = toRows(weights, rows, columns).map((row, r) => {
      const moved = shiftRows.map((own, j) => dot(row, own) + streamRows[j]![r]!);
      return row.map((value, j) => value + 0.75 * dot(moved, inverse[j]!));
    });
    expect(largestDifference(found, expected.flat())).toBeLessThan(1e-4 * largestOf(expected.flat()));
  });

  test('comes nearer to the dense outputs than the matrix itself', () => {
    const columns = 40;
    const inputs = makeInputs(200, columns, 5);
    const weights = Float32Array.from({ length: rows * columns }, randomNormals(6));
    const matrix = { name: 'w', rows, columns, weights };
    const hessian = flat(slowHessian(inputs.z, columns));
    const setup = factorOf(matrix, { hessian }, { dampingRatio: 0.01, sortColumns: true });
    const errors = [0, 0.5, 1].map((correction) => {
      const aimed = toRows(denseTargets(setup, matrix, { inputs: flat(slowShift(inputs)) }, correction), rows, columns);
      return slowErrors(toRows(weights, rows, columns), aimed, inputs);
    });
    releaseFactors();
    expect(errors[1]).toBeLessThan(0.5 * errors[0]!);
    expect(errors[2]).toBeLessThan(errors[1]!);
  });
});

/** sum of |A x - B z|^2 over tokens. */
function slowErrors(a: Rows, b: Rows, { x, z }: { x: Rows; z: Rows }): number {
  return x.reduce(
    (sum, own, t) => sum + a.reduce((total, row, r) => total + (dot(row, own) - dot(b[r]!, z[t]!)) ** 2, 0),
    0,
  );
}

test('the error on other text is |A x + r - B z - s|^2 less what no B changes', () => {
  const [rows, columns, tokens] = [11, 50, 90];
  const inputs = makeInputs(tokens, columns, 8);
  const random = randomNormals(9);
  const weights = Float32Array.from({ length: rows * columns }, random);
  const changed = weights.map((value) => 0.9 * value + 0.1 * random());
  // r - s, a part of which z tells.
  const streams = inputs.z.map((row) => Array.from({ length: rows }, (_, r) => random() + row[r]!));
  const stream = Array.from({ length: columns }, (_, j) =>
    Array.from(
      { length: rows },
      (_, r) => (2 / tokens) * inputs.z.reduce((sum, row, t) => sum + row[j]! * streams[t]![r]!, 0),
    ),
  );
  const [a, b] = [toRows(weights, rows, columns), toRows(changed, rows, columns)];
  const expected = inputs.x.reduce((sum, x, t) => {
    const z = inputs.z[t]!;
    const errors = a.map((row, r) => [
      dot(row, x) - dot(b[r]!, z) + streams[t]![r]!,
      dot(row, x) - dot(row, z) + streams[t]![r]!,
    ]);
    return sum + (2 / tokens) * errors.reduce((total, [own = 0, least = 0]) => total + own ** 2 - least ** 2, 0);
  }, 0);
  const shifts = { inputs: flat(slowShift(inputs)), stream: flat(stream) };
  const hessian = flat(slowHessian(inputs.z, columns));
  const [found = 0] = outputErrors(algebra, weights, [changed], hessian, shifts).errors;
  expect(Math.abs(found - expected)).toBeLessThan(1e-4 * Math.abs(expected));
  const [other = 0] = outputErrors(algebra, weights, [changed], hessian).errors;
  expect(Math.abs(other - expected)).toBeGreaterThan(0.1 * Math.abs(expected));
});

test.each([
  { architecture: 'llama', names: ['blk.0.ffn_down.weight'], isKnown: true },
  { architecture: 'gemma3', names: [], isKnown: false },
  { architecture: 'llama', names: ['blk.0.post_ffw_norm.weight'], isKnown: false },
])(
  'of $architecture with $names it is known how layers add to the stream: $isKnown',
  ({ architecture, names, isKnown }) => {
    const metadata = new Map([['general.architecture', GgufValue.string(architecture)]]);
    const tensors = names.map((name) => ({ name }));
    expect(streamWriters({ metadata, tensors }) !== undefined).toBe(isKnown);
  },
);

describe('a pass through both models', () => {
  const samples = Array.from({ length: 3 }, (_, sample) =>
    Int32Array.from({ length: 40 }, (_token, i) => (sample * 31 + i * 7919) % 1900),
  );
  const open = (isPaired: boolean, embedding?: Awaited<ReturnType<typeof replacedEmbedding>>) =>
    LayerPass.open(
      {
        source,
        samples,
        isHeldOut: (sample) => sample === 2,
        need: 'hessian',
        algebra,
        threads: 1,
        gpu: 'none',
        workFolder: mkdtempSync(join(folder, 'pass-')),
        isPaired,
        embedding,
      },
      context,
    );
  const query = 'blk.1.attn_q.weight';
  const output = source.tensors.find(({ name }) => name === 'blk.0.attn_output.weight')!;
  const changed = new Map([[output.name, { type: 'F16', data: new Uint8Array(output.sizeBytes) }]]);

  test('finds no difference before anything is compressed', async () => {
    const pass = await open(true);
    const all = [...(await pass.measureBoth(0, () => {}))];
    for (const [name, { shifts, heldOutShifts }] of all) {
      const found = [shifts, heldOutShifts].flatMap((own) => [own?.inputs, own?.stream]);
      expect(found.flatMap((values) => (values === undefined ? [] : [largestOf(values)]))).toEqual(
        name.includes('attn_output') ? [0, 0, 0, 0] : [0, 0],
      );
    }
    pass.close();
  });

  test('measures behind compressed layers what sequential statistics are, and how the dense inputs differ', async () => {
    const [paired, alone, dense] = [await open(true), await open(false), await open(false)];
    await paired.measureBoth(0, () => {});
    await paired.advance(0, changed, () => {});
    const both = (await paired.measureBoth(1, () => {})).get(query);
    await alone.measure(0, () => {});
    await alone.advance(0, changed, () => {});
    const behind = (await alone.measure(1, () => {})).get(query);
    await dense.measureAndAdvance(0, () => {});
    const untouched = (await dense.measureAndAdvance(1, () => {})).get(query);
    for (const pass of [paired, alone, dense]) pass.close();
    expect(both?.hessian).toEqual(behind?.hessian);
    // Cauchy: (E z x)^2 <= E z^2 E x^2 for every input, and near to it where the two models agree.
    const columns = both?.columnMeanSquares?.length ?? 0;
    expect(columns).toBe(256);
    for (let j = 0; j < columns; j++) {
      const crossed = (both!.shifts!.inputs![j * columns + j]! + both!.hessian![j * columns + j]!) / 2;
      const most = Math.sqrt(both!.columnMeanSquares![j]! * untouched!.columnMeanSquares![j]!);
      expect(Math.abs(crossed)).toBeLessThanOrEqual(most * 1.0001);
    }
    expect(largestOf(both?.shifts?.inputs ?? [])).toBeGreaterThan(0);
  });

  test('begins behind the changed embedding, and what a matrix makes good shows in front of the next layer', async () => {
    const recipe = parseRecipe({ steps: [{ method: 'feedback', params: { type: 'Q2_K' } }] });
    const [step] = planRecipe(source, recipe, { allowRequantize: false, dryRun: planQuantize }).steps;
    if (step?.kind !== 'transform') throw new Error('feedback is carried out by its own code');
    const embedding = await replacedEmbedding(step, source, context);
    expect([...(embedding?.values() ?? [])].map(({ type }) => type)).toEqual(['Q2_K']);
    const sizeBehind = async (isCorrected: boolean): Promise<number> => {
      const pass = await open(true, embedding);
      const down = (await pass.measureBoth(0, () => {})).get('blk.0.ffn_down.weight') ?? {};
      expect(down.shifts?.inputs).toBeUndefined();
      await pass.advance(0, isCorrected ? correctedDown(down) : new Map(), () => {});
      const next = (await pass.measureBoth(1, () => {})).get(query)?.shifts?.inputs ?? new Float32Array();
      pass.close();
      return Math.sqrt(next.reduce((sum, value) => sum + value * value, 0));
    };
    const plain = await sizeBehind(false);
    expect(plain).toBeGreaterThan(0);
    expect(await sizeBehind(true)).toBeLessThan(0.8 * plain);
  });

  function correctedDown(statistics: MatrixStatistics): Map<string, ReplacedTensor> {
    const tensor = source.tensors.find(({ name }) => name === 'blk.0.ffn_down.weight')!;
    const [columns = 1, rows = 1] = tensor.shape;
    const data = openTensorData(source);
    const weights = dequantize(tensor.type, data.read(tensor), rows * columns);
    data.close();
    const matrix = { name: tensor.name, rows, columns, weights };
    const setup = factorOf(matrix, statistics, { dampingRatio: 0.01, sortColumns: true });
    const aim = denseTargets(setup, matrix, statistics.shifts ?? {}, 1);
    releaseFactors();
    return new Map([[tensor.name, { type: 'F32', data: new Uint8Array(aim.buffer) }]]);
  }
});

test('feedback takes asymmetric statistics, says so, and goes on where it was broken off', async () => {
  const params = { type: 'Q2_K', calibrationSamples: 4, calibrationLength: 64 };
  const job = (name: string, own: object = {}, cacheFolder?: string) =>
    compressJobSchema.parse({
      sourcePath: demoPath,
      outputPath: join(folder, name),
      recipe: { steps: [{ method: 'feedback', params: { ...params, ...own } }] },
      gpu: 'none',
      threads: 1,
      cacheFolder,
    });
  const whole = await runRecipe(job('whole.gguf'), context);
  expect(readGguf(whole.artifact.path).metadata.get('whittle.stats')?.asString()).toBe('asymmetric');
  expect(whole.warnings.filter((warning) => warning.includes('badly off'))).toEqual([]);
  const cacheFolder = join(folder, 'cache');
  const abort = new AbortController();
  const progress = ({ stage }: { stage: string }): void => {
    if (stage.includes('reading on through layer 3')) abort.abort();
  };
  const broken = runRecipe(job('resumed.gguf', {}, cacheFolder), { ...context, signal: abort.signal, progress });
  await expect(broken).rejects.toMatchObject({ code: 'CANCELLED' });
  const resumed = await runRecipe(job('resumed.gguf', {}, cacheFolder), context);
  expect(resumed.artifact.sha256).toBe(whole.artifact.sha256);
  const plain = await runRecipe(job('sequential.gguf', { stats: 'sequential' }), context);
  expect(plain.artifact.sizeBytes - whole.artifact.sizeBytes).toBeLessThan(64);
  expect(plain.artifact.sha256).not.toBe(whole.artifact.sha256);
});
