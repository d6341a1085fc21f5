// Layers whose attention sees a window, beside layers that see everything: each alone must compute what it does inside the whole model.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkTokenCount } from '../../../src/main/engine/calibration/dense-outputs.ts';
import { LayerPass } from '../../../src/main/engine/calibration/layer-pass.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { LinearAlgebra } from '../../../src/main/engine/native/linear-algebra.ts';
import { GEMMA3_F16, testModel } from '../../support/outside-data.ts';
import { quietContext } from './compress-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'whittle-window-'));
const algebra = LinearAlgebra.open({ threads: 1 });
afterAll(() => {
  algebra.close();
  rmSync(folder, { recursive: true });
});

test('Gemma 3 is taken layer by layer, checked behind its window, over samples longer than it', async ({ skip }) => {
  const path = testModel(GEMMA3_F16);
  if (path === undefined) return skip('the model is not on this machine');
  const source = readGguf(path);
  // The window is 512 tokens; the sixth layer sees everything.
  expect(source.metadata.get('gemma3.attention.sliding_window')?.asNumber()).toBe(512);
  const samples = [Int32Array.from({ length: 600 }, (_, i) => (i * 7919) % 200_000)];
  expect(checkTokenCount(source, samples)).toBeGreaterThan(512);
  expect(checkTokenCount(source, [new Int32Array(400)])).toBe(64);
  const pass = await LayerPass.open(
    {
      source,
      samples,
      isHeldOut: () => false,
      need: 'columnMeanSquares',
      algebra,
      threads: 1,
      gpu: 'none',
      workFolder: folder,
    },
    quietContext,
  );
  try {
    // Each layer is compared with the whole model when it is opened: one that computes something else throws.
    for (let layer = 0; layer < 7; layer++) expect((await pass.measureAndAdvance(layer, () => {})).size).toBe(7);
  } finally {
    pass.close();
  }
}, 600_000);
