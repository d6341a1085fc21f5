import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCalibrationText } from '../../../src/main/engine/calibration/calibration-text.ts';
import { EMBEDDED_CALIBRATION_TEXT, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { isExpertMatrices, isLayerMatrix } from '../../../src/main/engine/models/layer-matrices.ts';
import { ModelSession } from '../../../src/main/engine/native/model-session.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { slowMagnitude, slowPaperMagnitude, slowPattern, slowWanda } from '../../unit/compress/slow-pruning.ts';
import { makeTinyMixture } from '../native/make-tiny-mixture.ts';
import { codeOf, compress, quantizeTo, readTensors, type TensorValues } from './compress-context.ts';

const SAMPLING = { calibrationSamples: 4, calibrationLength: 32 };

const prunedNames = (path: string): Set<string> =>
  new Set(
    readGguf(path)
      .tensors.filter((tensor) => isLayerMatrix(tensor) || isExpertMatrices(tensor))
      .map(({ name }) => name),
  );

/** Every pruned tensor equals `expected` of its source, every other one its source's bytes. */
function expectPruned(
  source: string,
  output: string,
  expected: (tensor: TensorValues, name: string) => number[],
): void {
  const [before, after] = [readTensors(source), readTensors(output)];
  const names = prunedNames(source);
  expect(names.size).toBeGreaterThan(0);
  for (const [name, tensor] of before) {
    const written = after.get(name)!;
    if (!names.has(name)) expect(written.bytes.equals(tensor.bytes)).toBe(true);
    else {
      const wanted = expected(tensor, name);
      expect(written.values.findIndex((value, index) => value !== wanted[index])).toBe(-1);
    }
    expect(written.type).toBe(tensor.type);
  }
}

describe('magnitude on a file', () => {
  it.each(['F16', 'BF16', 'F32'] as const)('prunes the matrices of the layers of a %s file exactly', async (type) => {
    const folder = tempFolder();
    const [source, output] = [join(folder, 'in.gguf'), join(folder, 'out.gguf')];
    makeTinyLlama(source, { type, hiddenSize: 96, layerCount: 2, separateOutput: true });
    const { artifact } = await compress(source, output, [{ method: 'magnitude', params: { sparsity: 0.37 } }]);
    expectPruned(source, output, ({ values }) => slowMagnitude([...values], 0.37));
    expect(artifact.sparsityRatio).toBeCloseTo(0.37, 3);
    const kept = artifact.tensors.find(({ name }) => name === 'output.weight');
    expect(kept).toMatchObject({ relativeSquaredError: 0 });
    expect(readdirSync(folder).sort()).toEqual(['in.gguf', 'out.gguf']);
  });

  it('prunes ties too with the protocol of the paper, and N of every M', async () => {
    const folder = tempFolder();
    const source = join(folder, 'in.gguf');
    makeTinyLlama(source, {
      hiddenSize: 64,
      edit: (_, weights) =>
        weights.forEach((w, i) => {
          weights[i] = Math.round(w * 32) / 32;
        }),
    });
    const paper = join(folder, 'paper.gguf');
    await compress(source, paper, [{ method: 'magnitude', params: { sparsity: 0.5, protocol: 'paper' } }]);
    expectPruned(source, paper, ({ values }) => slowPaperMagnitude([...values], 0.5));
    const pattern = join(folder, 'pattern.gguf');
    const { artifact } = await compress(source, pattern, [{ method: 'magnitude', params: { pattern: '2:4' } }]);
    expectPruned(source, pattern, ({ values }) => slowPattern([...values], [...values].map(Math.abs), 2, 4));
    expect(artifact.sparsityRatio).toBeGreaterThanOrEqual(0.5);
  });

  it('prunes every expert of a mixture by itself', async () => {
    const folder = tempFolder();
    const [source, output] = [join(folder, 'in.gguf'), join(folder, 'out.gguf')];
    makeTinyMixture(source, { hiddenSize: 64, feedForwardSize: 32, expertCount: 4, usedCount: 2 });
    await compress(source, output, [{ method: 'magnitude', params: { sparsity: 0.5 } }]);
    expectPruned(source, output, ({ values }, name) => {
      if (!name.includes('_exps')) return slowMagnitude([...values], 0.5);
      const expertSize = values.length / 4;
      return [0, 1, 2, 3].flatMap((expert) =>
        slowMagnitude([...values.subarray(expert * expertSize, (expert + 1) * expertSize)], 0.5),
      );
    });
  });

  it('then quantizing is one recipe: the error is that of the quantizer, the sparsity that of the file', async () => {
    const folder = tempFolder();
    const [source, pruned, output] = ['in', 'pruned', 'out'].map((name) => join(folder, `${name}.gguf`));
    makeTinyLlama(source!);
    const prune = { method: 'magnitude', params: { sparsity: 0.5 } };
    await compress(source!, pruned!, [prune]);
    const { artifact, warnings } = await compress(source!, output!, [prune, ...quantizeTo('Q8_0')]);
    const separate = join(folder, 'separate.gguf');
    await compress(pruned!, separate, quantizeTo('Q8_0'));
    for (const [name, { bytes }] of readTensors(separate)) {
      expect(readTensors(output!).get(name)?.bytes.equals(bytes)).toBe(true);
    }
    expect(artifact.sparsityRatio).toBeGreaterThanOrEqual(0.5);
    expect(Math.max(...artifact.tensors.map(({ relativeSquaredError = 0 }) => relativeSquaredError))).toBeLessThan(
      1e-4,
    );
    expect(warnings.join()).toContain('Zeros take room');
    expect(readGguf(output!).metadata.get('general.file_type')?.asNumber()).toBe(7);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

describe('pruning a quantized source', () => {
  it('is refused unless asked for; then it is turned into F16 first, and the record says so', async () => {
    const folder = tempFolder();
    const [source, quantized, output] = ['in', 'quantized', 'out'].map((name) => join(folder, `${name}.gguf`));
    makeTinyLlama(source!);
    await compress(source!, quantized!, quantizeTo('Q4_K_M'));
    const steps = [{ method: 'magnitude', params: { sparsity: 0.5 } }];
    await expect(compress(quantized!, output!, steps)).rejects.toThrow(codeOf('QUANTIZED_SOURCE'));
    const { artifact, warnings } = await compress(quantized!, output!, steps, { allowRequantize: true });
    expect(warnings.join()).toMatch(/quantized \(Q4_K_M\)/);
    expect(new Set(artifact.tensors.map(({ type }) => type))).toEqual(new Set(['F16', 'F32']));
    const { metadata } = readGguf(output!);
    expect(metadata.get('whittle.dequantized_from')?.asString()).toBe('Q4_K_M');
    expect(metadata.get('general.file_type')?.asNumber()).toBe(1);
    const before = readTensors(quantized!).get('blk.0.ffn_up.weight')!;
    const after = readTensors(output!).get('blk.0.ffn_up.weight')!;
    const half = Float32Array.from(before.values, (value) => Math.f16round(value));
    expect([...after.values]).toEqual(
      slowMagnitude([...before.values], 0.5).map((value, i) => (value === 0 ? 0 : half[i])),
    );
  });
});

/** Mean squares of every matrix's inputs, gathered with plain loops over one sample at a time. */
function slowMeanSquares(model: string, samples: readonly Int32Array[]): Map<string, number[]> {
  const sums = new Map<string, { sum: number[]; tokens: number }>();
  const session = ModelSession.open({
    modelPath: model,
    contextSize: 256,
    gpu: 'none',
    matmulObserver: {
      observe: ({ weightName, columns, tokens, values }) => {
        const entry = sums.get(weightName) ?? { sum: new Array<number>(columns).fill(0), tokens: 0 };
        for (const [index, value] of values().entries()) entry.sum[index % columns]! += value * value;
        entry.tokens += tokens;
        sums.set(weightName, entry);
      },
    },
  });
  try {
    for (const sample of samples) {
      session.clear();
      session.decodeRun(sample, { logits: 'all' });
    }
  } finally {
    session.close();
  }
  return new Map([...sums].map(([name, { sum, tokens }]) => [name, sum.map((value) => value / tokens)]));
}

function firstSamples(model: string): Int32Array[] {
  const session = ModelSession.open({ modelPath: model, vocabOnly: true });
  try {
    return readCalibrationText(embeddedPath(EMBEDDED_CALIBRATION_TEXT))
      .documents.map((document) => session.tokenize(document, { addSpecial: true }))
      .filter((tokens) => tokens.length >= SAMPLING.calibrationLength)
      .slice(0, SAMPLING.calibrationSamples)
      .map((tokens) => tokens.slice(0, SAMPLING.calibrationLength));
  } finally {
    session.close();
  }
}

describe('wanda on a file', () => {
  it('zeroes what the slow reference zeroes, but where two scores are as good as equal', async () => {
    const folder = tempFolder();
    const [source, output] = [join(folder, 'in.gguf'), join(folder, 'out.gguf')];
    makeTinyLlama(source, { hiddenSize: 96, type: 'F16' });
    const { warnings } = await compress(source, output, [{ method: 'wanda', params: { sparsity: 0.5, ...SAMPLING } }]);
    expect(warnings).toHaveLength(1);
    const means = slowMeanSquares(source, firstSamples(source));
    const [before, after] = [readTensors(source), readTensors(output)];
    let different = 0;
    let total = 0;
    for (const name of prunedNames(source)) {
      const { values, columns } = before.get(name)!;
      const wanted = slowWanda([...values], columns, means.get(name)!, 0.5);
      different += after.get(name)!.values.filter((value, index) => value !== wanted[index]).length;
      total += values.length;
    }
    expect(different / total).toBeLessThan(1e-3);
    const { metadata } = readGguf(output);
    expect(metadata.get('whittle.stats')?.asString()).toBe('dense');
    expect(metadata.get('whittle.calibration_sha256')?.asString()).toMatch(/^[0-9a-f]{64}$/);
  });

  it('remembers the statistics: the second file costs no reading and is the same', async () => {
    const folder = tempFolder();
    const source = join(folder, 'in.gguf');
    makeTinyLlama(source, { hiddenSize: 64 });
    const cacheFolder = join(folder, 'cache');
    const steps = [{ method: 'wanda', params: { pattern: '2:4', ...SAMPLING } }];
    let readTokens = 0;
    const counting = {
      signal: new AbortController().signal,
      progress: ({ unit }: { unit: string }) => {
        if (unit === 'tokens') readTokens += 1;
      },
      log: () => {},
    };
    const first = await compress(source, join(folder, 'a.gguf'), steps, { cacheFolder }, counting);
    expect(readTokens).toBeGreaterThan(0);
    readTokens = 0;
    const second = await compress(source, join(folder, 'b.gguf'), steps, { cacheFolder }, counting);
    expect(readTokens).toBe(0);
    expect(second.artifact.sha256).toBe(first.artifact.sha256);
    expect(first.artifact.sparsityRatio).toBe(0.5);
  });

  it('prunes experts by what each of them saw', async () => {
    const folder = tempFolder();
    const [source, output] = [join(folder, 'in.gguf'), join(folder, 'out.gguf')];
    makeTinyMixture(source, { hiddenSize: 64, feedForwardSize: 32, expertCount: 4, usedCount: 2 });
    const { artifact } = await compress(source, output, [{ method: 'wanda', params: { sparsity: 0.5, ...SAMPLING } }]);
    expect(
      artifact.tensors.filter(({ name }) => name.includes('_exps')).map(({ sparsityRatio }) => sparsityRatio),
    ).toEqual(Array.from({ length: 6 }, () => 0.5));
  });

  it('says so when the text has fewer samples than asked for', async () => {
    const folder = tempFolder();
    const [source, output] = [join(folder, 'in.gguf'), join(folder, 'out.gguf')];
    makeTinyLlama(source, { hiddenSize: 64 });
    const params = { sparsity: 0.5, calibrationSamples: 4096, calibrationLength: 256 };
    const { warnings } = await compress(source, output, [{ method: 'wanda', params }]);
    expect(warnings.join()).toMatch(/4096 were asked for/);
  });
});
