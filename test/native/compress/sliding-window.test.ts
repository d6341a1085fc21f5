// Layers whose attention sees a window, beside layers that see everything: each alone must compute what it does inside the whole model.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LayerPass } from '../../../src/main/engine/calibration/layer-pass.ts';
import { ModelPass } from '../../../src/main/engine/calibration/model-pass.ts';
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

test('Gemma 3, by single layers and as a whole, over samples longer than its window', async ({ skip }) => {
  const path = testModel(GEMMA3_F16);
  if (path === undefined) return skip('the model is not on this machine');
  const source = readGguf(path);
  // The window is 512 tokens; the sixth layer sees everything.
  expect(source.metadata.get('gemma3.attention.sliding_window')?.asNumber()).toBe(512);
  const options = {
    source,
    samples: [Int32Array.from({ length: 600 }, (_, i) => (i * 7919) % 200_000)],
    isHeldOut: () => false,
    need: 'columnMeanSquares' as const,
    algebra,
    threads: 1,
    gpu: 'none' as const,
    workFolder: folder,
  };
  const layers = await LayerPass.open(options, quietContext);
  const whole = new ModelPass(options, quietContext);
  try {
    for (let layer = 0; layer < 7; layer++) {
      const single = await layers.measureAndAdvance(layer, () => {});
      const expected = await whole.measureAndAdvance(layer, () => {});
      expect([...single.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [name, { columnMeanSquares = [] }] of single) {
        const squares = expected.get(name)?.columnMeanSquares ?? [];
        const size = Math.hypot(...squares);
        const difference = Math.hypot(...Array.from(columnMeanSquares, (value, j) => value - squares[j]!));
        expect(difference / size, name).toBeLessThan(1e-4);
      }
    }
  } finally {
    layers.close();
    whole.close();
  }
}, 600_000);
