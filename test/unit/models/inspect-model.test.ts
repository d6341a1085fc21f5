import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GgufValue } from '../../../src/main/engine/gguf/gguf-value.ts';
import { countZeros } from '../../../src/main/engine/models/count-zeros.ts';
import { hashFile, hashFiles } from '../../../src/main/engine/models/hash-file.ts';
import { inspectModel } from '../../../src/main/engine/models/inspect-model.ts';
import { ggufBytes, makeTinyLlama } from '../../support/make-gguf.ts';
import { toBfloat16, toFloat16 } from '../../support/random-weights.ts';
import { tempFolder } from '../../support/temp-folder.ts';

describe('inspectModel', () => {
  test('says what a model is', async () => {
    const path = join(tempFolder(), 'tiny.gguf');
    makeTinyLlama(path, { hiddenSize: 64, layerCount: 3, type: 'BF16', chatTemplate: '{{ messages }}', name: 'Tiny' });
    const summary = await inspectModel(path, { tensors: true });
    expect(summary).toMatchObject({
      path,
      format: 'gguf',
      sizeBytes: readFileSync(path).length,
      architecture: 'llama',
      name: 'Tiny',
      layerCount: 3,
      hiddenSize: 64,
      contextLength: 512,
      fileType: 'BF16',
      chatTemplate: '{{ messages }}',
    });
    const matrices = 64 * 64 * 2 + 64 * 32 * 2 + 64 * 128 * 3;
    expect(summary.parameterCount).toBe(summary.vocabularySize * 64 + 64 + 3 * (matrices + 2 * 64));
    const dataBytes = summary.tensors!.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    expect(summary.bitsPerWeight).toBe((dataBytes * 8) / summary.parameterCount);
    expect(summary.tensors).toContainEqual({
      name: 'blk.2.ffn_down.weight',
      shape: [128, 64],
      type: 'BF16',
      sizeBytes: 16384,
    });
    expect(summary.sha256).toBeUndefined();
    expect(summary.sparsityRatio).toBeUndefined();
  });

  test('says unknown and takes the name of the file where the metadata is silent', async () => {
    const path = join(tempFolder(), 'bare-model.gguf');
    const data = Buffer.alloc(16);
    writeFileSync(path, ggufBytes({ metadata: new Map(), tensors: [{ name: 't', shape: [4], type: 'F32', data }] }));
    const summary = await inspectModel(path);
    expect(summary).toMatchObject({
      architecture: 'unknown',
      name: 'bare-model',
      fileType: 'unknown',
      chatTemplate: null,
    });
    expect(summary).toMatchObject({ parameterCount: 4, bitsPerWeight: 32, layerCount: 0 });
  });

  test('measures the zeros of the layers, which embeddings and norms do not dilute', async () => {
    const path = join(tempFolder(), 'pruned.gguf');
    const zeroEveryFourth = (name: string, weights: Float32Array): void => {
      if (name.startsWith('blk.')) for (let index = 0; index < weights.length; index += 4) weights[index] = 0;
    };
    makeTinyLlama(path, { hiddenSize: 64, type: 'F32', edit: zeroEveryFourth });
    const summary = await inspectModel(path, { measureSparsity: true, tensors: true });
    expect(summary.sparsityRatio).toBe(0.25);
    const ratios = new Map(summary.tensors!.map(({ name, sparsityRatio }) => [name, sparsityRatio]));
    expect(ratios.get('blk.0.ffn_up.weight')).toBe(0.25);
    expect(ratios.get('blk.0.ffn_norm.weight')).toBe(0);
    expect(ratios.get('token_embd.weight')).toBe(0);
  });

  test('counts a quantized value as zero when it reads as zero', async () => {
    const path = join(tempFolder(), 'quantized.gguf');
    const data = Buffer.alloc(18 * 64);
    const metadata = new Map([['general.architecture', GgufValue.string('llama')]]);
    writeFileSync(
      path,
      ggufBytes({ metadata, tensors: [{ name: 'blk.0.a.weight', shape: [64, 32], type: 'Q4_0', data }] }),
    );
    const asked: [string, number, number][] = [];
    const dequantize = (type: string, bytes: Uint8Array, valueCount: number): Float32Array => {
      asked.push([type, bytes.length, valueCount]);
      return Float32Array.from({ length: valueCount }, (_, index) => (index % 2 === 0 ? 0 : 1));
    };
    const summary = await inspectModel(path, { measureSparsity: true, dequantize });
    expect(summary.sparsityRatio).toBe(0.5);
    expect(asked).toEqual([['Q4_0', 18 * 64, 2048]]);
    await expect(inspectModel(path, { measureSparsity: true })).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('stops when it is cancelled', async () => {
    const path = join(tempFolder(), 'tiny.gguf');
    makeTinyLlama(path, { hiddenSize: 64 });
    const signal = AbortSignal.abort();
    await expect(inspectModel(path, { measureSparsity: true, signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(inspectModel(path, { sha256: true, signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('countZeros', () => {
  const values = Float32Array.of(0, -0, 1, -1, 2 ** -24, 0.5, 0, Number.NaN);

  test('counts both zeros of every float format and no tiny number', () => {
    expect(countZeros('F32', new Uint8Array(values.buffer), undefined)).toBe(3);
    expect(countZeros('F16', toFloat16(values), undefined)).toBe(3);
    expect(countZeros('BF16', toBfloat16(values), undefined)).toBe(3);
    expect(countZeros('F64', new Uint8Array(Float64Array.from(values).buffer), undefined)).toBe(3);
  });

  test('counts integers and reads bytes at any address', () => {
    const shifted = new Uint8Array(17).subarray(1);
    shifted.set(new Uint8Array(Int32Array.of(0, 256, -1, 0).buffer));
    expect(countZeros('I32', shifted, undefined)).toBe(2);
    expect(countZeros('I8', shifted, undefined)).toBe(16 - 5);
    expect(countZeros('I64', new Uint8Array(BigInt64Array.of(0n, 1n, 0n).buffer), undefined)).toBe(2);
  });
});

describe('hashFile', () => {
  test('gives the SHA-256 of a file, and of several in order', async () => {
    const folder = tempFolder();
    const parts = ['first '.repeat(900_000), 'second', ''];
    const paths = parts.map((_, index) => join(folder, `part-${index}`));
    for (const [index, part] of parts.entries()) writeFileSync(paths[index]!, part);
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
    expect(await hashFile(paths[0]!)).toBe(sha256(parts[0]!));
    expect(await hashFiles(paths)).toBe(sha256(parts.join('')));
    await expect(hashFile(join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});
