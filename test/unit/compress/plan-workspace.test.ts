import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  HiddenStates,
  hiddenPrecisionOnDisk,
  hiddenStatesOnDisk,
} from '../../../src/main/engine/calibration/hidden-states.ts';
import { planWorkspace } from '../../../src/main/engine/compress/plan-workspace.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';

const folder = mkdtempSync(join(tmpdir(), 'whittle-workspace-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHAPE = { hiddenSize: 64, feedForwardSize: 128, layerCount: 2, headCount: 2, contextLength: 64 };
const path = join(folder, 'tiny.gguf');
makeTinyLlama(path, SHAPE);
const needs = {
  source: readGguf(path),
  need: 'hessian',
  sampleCount: 4,
  sampleLength: 32,
  hasHeldOut: false,
  isPaired: false,
  inFloat32: false,
  changedBytes: 1000,
} as const;
const SINGLE_BYTES = 2 * 4 * 32 * 64 * 4;
/** In F16: query and output, key and value, gate, up and down. */
const LAYER_MATRIX_BYTES = 2 * (2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 128);
const OUTSIDE_BYTES = needs.source.tensors
  .filter(({ name }) => !name.startsWith('blk.'))
  .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
/** The layer's two norms are in F32. */
const FIXED_BYTES = 1000 + OUTSIDE_BYTES + LAYER_MATRIX_BYTES + 2 * 64 * 4;

describe('the workspace of a run over the layers', () => {
  test('counts two files of hidden states, the changed matrices and a file with one layer', () => {
    const { diskBytes, hiddenPrecision } = planWorkspace(needs, 1e9, folder);
    expect(diskBytes).toBe(SINGLE_BYTES + FIXED_BYTES);
    expect(hiddenPrecision).toBe('F32');
    const wide = planWorkspace({ ...needs, inFloat32: true }, 1e9, folder);
    expect(wide.diskBytes - diskBytes).toBe(LAYER_MATRIX_BYTES);
  });

  test('takes half precision where single does not fit, and refuses where neither does', () => {
    const { diskBytes, hiddenPrecision } = planWorkspace(needs, SINGLE_BYTES + FIXED_BYTES - 1, folder);
    expect([hiddenPrecision, diskBytes]).toEqual(['F16', SINGLE_BYTES / 2 + FIXED_BYTES]);
    expect(() => planWorkspace(needs, SINGLE_BYTES / 2 + FIXED_BYTES - 1, folder)).toThrow(
      expect.objectContaining({ code: 'NO_SPACE' }),
    );
  });

  test('needs memory for the Hessians of the held-out text too', () => {
    const plain = planWorkspace(needs, 1e9, folder).memoryBytes;
    const held = planWorkspace({ ...needs, hasHeldOut: true }, 1e9, folder).memoryBytes;
    const hessians = (3 * 64 ** 2 + 128 ** 2) * 4;
    expect(held - plain).toBeGreaterThanOrEqual(hessians);
    const paired = planWorkspace({ ...needs, isPaired: true }, 1e9, folder);
    expect(paired.memoryBytes - plain).toBeGreaterThanOrEqual(hessians);
    expect(paired.diskBytes).toBe(2 * SINGLE_BYTES + FIXED_BYTES);
    expect(planWorkspace({ ...needs, need: 'columnMeanSquares' }, 1e9, folder).memoryBytes).toBeLessThan(plain);
  });
});

describe('hidden states', () => {
  test.each(['F32', 'F16'] as const)('are read back as they were written, in %s', (precision) => {
    const own = mkdtempSync(join(folder, 'states-'));
    const states = new HiddenStates(own, 4, precision);
    const values = Float32Array.of(0.5, -2, 1e6, 0.1);
    states.write(1, 3, values);
    const expected = precision === 'F32' ? values : Float32Array.of(0.5, -2, 65_504, Math.f16round(0.1));
    expect(states.read(1, 3)).toEqual(expected);
    expect(() => states.read(1, 4)).toThrow(/no sample 4/);
    states.close();
    expect(hiddenPrecisionOnDisk(own)).toBe(precision);
    expect(hiddenStatesOnDisk(own)).toBe(4 * values.length * (precision === 'F32' ? 4 : 2));
  });
});
