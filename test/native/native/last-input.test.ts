import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { MatmulObserver } from '../../../src/main/engine/native/capture-inputs.ts';
import { ModelSession } from '../../../src/main/engine/native/model-session.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';

const LAST = 'blk.1.ffn_down.weight';
const folder = mkdtempSync(join(tmpdir(), 'whittle-last-input-'));
const modelPath = join(folder, 'tiny.gguf');
makeTinyLlama(modelPath, { hiddenSize: 64, feedForwardSize: 128, layerCount: 2, headCount: 2, contextLength: 64 });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What each decode shows of the last weight's input, and whether anything behind it was computed. */
function readTwice(isLast?: MatmulObserver['isLast']) {
  const inputs: Float32Array[] = [];
  const outputs: number[] = [];
  using session = ModelSession.open({
    modelPath,
    contextSize: 32,
    gpu: 'none',
    matmulObserver: {
      observe: ({ weightName, values }) => weightName === LAST && inputs.push(values().slice()),
      ...(isLast === undefined ? {} : { isLast }),
      results: { wants: (name) => name === 'l_out-1', observe: () => outputs.push(inputs.length) > 0 },
    },
  });
  for (const first of [1, 3]) {
    session.clear();
    session.decodeRun(
      Int32Array.from({ length: 16 }, (_, i) => first + i),
      { logits: 'all' },
    );
  }
  return { inputs, outputs };
}

test('the input of the last weight is seen as before, and nothing behind it is computed once its maker is known', () => {
  const full = readTwice();
  const early = readTwice((name) => name === LAST);
  expect(full.inputs).toHaveLength(2);
  expect(early.inputs).toEqual(full.inputs);
  expect(full.outputs).toEqual([1, 2]);
  expect(early.outputs).toEqual([1]);
});
