// Layers in float32, as pruning with sequential statistics takes them, beside the same layers in double precision and plain loops.
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { HiddenStates } from '../../../src/main/engine/calibration/hidden-states.ts';
import { LayerPass } from '../../../src/main/engine/calibration/layer-pass.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { LinearAlgebra } from '../../../src/main/engine/native/linear-algebra.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { slowLlamaLayer } from '../../support/slow-llama.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { quietContext, readTensors } from '../compress/compress-context.ts';

const WIDTH = 64;
/** More than go through a layer at once. */
const TOKENS = 300;
const SIZES = { headCount: 4, keyValueHeadCount: 2, normEpsilon: 1e-5, ropeBase: 10_000 };

const algebra = LinearAlgebra.open({ threads: 1 });
afterAll(() => algebra.close());

/** |found - expected| / |expected| over the hidden states behind the second layer, all weights being of `type`. */
async function errorBehindTwoLayers(type: 'F16' | 'BF16', inFloat32: boolean, isCausal = true): Promise<number> {
  const folder = tempFolder();
  const path = join(folder, 'tiny.gguf');
  makeTinyLlama(path, { type, hiddenSize: WIDTH, layerCount: 3, isCausal });
  const samples = [Int32Array.from({ length: TOKENS }, (_, i) => 3 + ((i * 37) % 250))];
  const options = { source: readGguf(path), samples, isHeldOut: () => false, need: 'columnMeanSquares' } as const;
  const pass = await LayerPass.open(
    { ...options, algebra, threads: 1, gpu: 'none', workFolder: folder, inFloat32 },
    quietContext,
  );
  await pass.measureAndAdvance(0, () => {});
  await pass.measureAndAdvance(1, () => {});
  pass.close();
  const hidden = new HiddenStates(folder, TOKENS * WIDTH, 'F32');
  const found = hidden.read(2, 0);
  hidden.close();
  const expected = slowLayers(path, samples[0]!, isCausal).flat();
  const sumSquares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(sumSquares(expected.map((value, i) => value - found[i]!)) / sumSquares(expected));
}

function slowLayers(path: string, tokens: Int32Array, isCausal: boolean): number[][] {
  const tensors = readTensors(path);
  const valuesOf = (name: string): Float32Array => tensors.get(name)!.values;
  const embeddings = valuesOf('token_embd.weight');
  let stream = Array.from(tokens, (token) => [...embeddings.subarray(token * WIDTH, (token + 1) * WIDTH)]);
  for (const layer of [0, 1]) {
    stream = slowLlamaLayer(stream, (name) => valuesOf(`blk.${layer}.${name}`), { ...SIZES, isCausal });
  }
  return stream;
}

describe('layers in float32', () => {
  for (const type of ['F16', 'BF16'] as const) {
    test(`of ${type} weights are those of double precision within 1e-6`, async () => {
      expect(await errorBehindTwoLayers(type, true)).toBeLessThan(1e-6);
    }, 60_000);
  }

  test('take a sample in one piece where tokens see later ones', async () => {
    expect(await errorBehindTwoLayers('F16', true, false)).toBeLessThan(1e-6);
  }, 60_000);

  test('are what makes it so: as llama.cpp runs the file, values are rounded to the type of the weights', async () => {
    expect(await errorBehindTwoLayers('F16', false)).toBeGreaterThan(3e-5);
    expect(await errorBehindTwoLayers('BF16', false)).toBeGreaterThan(3e-4);
  }, 60_000);
});
