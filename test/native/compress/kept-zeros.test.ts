// Which storage types hold a zero exactly, measured on ggml's own codes; and what a file says when its type does not.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ZERO_KEEPING } from '../../../src/main/engine/compress/plan-quantize.ts';
import { dequantize, quantizeRows } from '../../../src/main/engine/native/ggml-convert.ts';
import { FILE_TYPES, GGML_TYPES, isQuantizedType } from '../../../src/shared/ggml-types.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { randomNormals } from '../../support/random-weights.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { compress } from './compress-context.ts';

const COLUMNS = 256;
const WRITTEN = new Set(FILE_TYPES.filter(({ writable }) => writable).map(({ baseType }) => baseType));
const TYPES = GGML_TYPES.filter(({ name }) => isQuantizedType(name) && WRITTEN.has(name)).map(({ name }) => name);

/** Half of the weights are zero, scattered; the others of any size. */
function halfZeros(): Float32Array {
  const random = randomNormals(3);
  return Float32Array.from({ length: 32 * COLUMNS }, (_, i) => ((i * 7919) % 10 < 5 ? 0 : random()));
}

describe('a zero in the type', () => {
  test.each(TYPES)('%s stays one exactly where the warning says nothing', (type) => {
    const weights = halfZeros();
    const importance = new Float32Array(COLUMNS).fill(1);
    const stored = dequantize(type, quantizeRows(type, weights, COLUMNS, importance), weights.length);
    const zeros = [...weights.keys()].filter((i) => weights[i] === 0);
    const kept = zeros.filter((i) => stored[i] === 0).length;
    if (ZERO_KEEPING.has(type)) expect(kept).toBe(zeros.length);
    else expect(kept).toBeLessThan(zeros.length / 2);
  });
});

describe('pruned and quantized', () => {
  test.each([
    { type: 'Q4_0', keeps: true },
    { type: 'Q8_0', keeps: true },
    { type: 'Q4_K_M', keeps: false },
  ])('$type: the sparsity of the record is that of the written file', async ({ type, keeps }) => {
    const folder = tempFolder();
    const source = join(folder, 'in.gguf');
    makeTinyLlama(source);
    const steps = [
      { method: 'magnitude', params: { sparsity: 0.5 } },
      { method: 'quantize', params: { type, pure: true } },
    ];
    const { artifact, warnings } = await compress(source, join(folder, 'out.gguf'), steps);
    const said = warnings.some((warning) => warning.startsWith('Zeros may come back'));
    expect(said).toBe(!keeps);
    if (keeps) expect(artifact.sparsityRatio).toBeGreaterThanOrEqual(0.5);
    else expect(artifact.sparsityRatio).toBeLessThan(0.25);
  });
});
