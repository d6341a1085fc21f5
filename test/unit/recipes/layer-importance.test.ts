import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type InputSums, writeImatrix } from '../../../src/main/engine/calibration/imatrix-file.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { layerImportance, readLayerImportance } from '../../../src/main/engine/recipes/layer-importance.ts';
import { makeTinyLlama } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const sumsOf = (sums: readonly number[], counts: readonly number[]): InputSums => ({
  sums: Float64Array.from(sums),
  counts: Float64Array.from(counts),
});

describe('importance of layers', () => {
  it('is the mean square of inputs beside the strongest of their kind, averaged over kinds', () => {
    // attn_q: means 2, 8, 4; ffn_down: 10 and 5 in layers 0 and 1. Layer 3 has nothing.
    const entries = new Map([
      ['blk.0.attn_q.weight', sumsOf([4, 4], [2])],
      ['blk.1.attn_q.weight', sumsOf([10, 22], [2])],
      ['blk.2.attn_q.weight', sumsOf([8, 8], [2])],
      ['blk.0.ffn_down.weight', sumsOf([10, 10, 10], [1])],
      ['blk.1.ffn_down.weight', sumsOf([5, 5, 5], [1])],
      ['output.weight', sumsOf([1000, 1000], [1])],
    ]);
    expect(layerImportance({ entries }, 4)).toEqual([(0.25 + 1) / 2, (1 + 0.5) / 2, 0.5, null]);
  });

  it('counts the tokens of all experts, and leaves out what saw none', () => {
    const entries = new Map([
      ['blk.0.ffn_down_exps.weight', sumsOf([2, 2, 0, 0], [2, 0])],
      ['blk.1.ffn_down_exps.weight', sumsOf([4, 4, 4, 4], [1, 3])],
      ['blk.2.ffn_down_exps.weight', sumsOf([0, 0, 0, 0], [0, 0])],
    ]);
    // Means over tokens and columns: 4 / (2 x 2) and 16 / (4 x 2).
    expect(layerImportance({ entries }, 3)).toEqual([0.5, 1, null]);
  });

  it('is read from files that belong together and from no others', () => {
    const folder = tempFolder();
    const model = join(folder, 'tiny.gguf');
    const imatrix = join(folder, 'tiny.imatrix.gguf');
    makeTinyLlama(model);
    const matrices = readGguf(model).tensors.filter(({ name, shape }) => name.startsWith('blk.') && shape.length > 1);
    const layers = [...new Set(matrices.map(({ name }) => Number(name.split('.')[1])))];
    const entries = new Map(
      matrices.map(({ name, shape: [columns = 0] }) => {
        const strength = 1 + Number(name.split('.')[1]);
        return [name, sumsOf(new Array<number>(columns).fill(strength), [1])] as const;
      }),
    );
    writeImatrix(imatrix, { entries, datasets: [], chunkCount: 7, chunkSize: 512 });
    const read = readLayerImportance(model, imatrix);
    expect(read).toMatchObject({ fileName: 'tiny.imatrix.gguf', chunkCount: 7 });
    read.layers.forEach((value, layer) => {
      expect(value).toBeCloseTo((1 + layer) / layers.length, 6);
    });
    expect(read.layers).toHaveLength(layers.length);

    const foreign = join(folder, 'foreign.imatrix.gguf');
    writeImatrix(foreign, {
      entries: new Map([['blk.0.other.weight', sumsOf([1], [1])]]),
      datasets: [],
      chunkCount: 1,
      chunkSize: 512,
    });
    const text = join(folder, 'text.gguf');
    writeFileSync(text, 'no GGUF');
    expect(() => readLayerImportance(model, foreign)).toThrow(expect.objectContaining({ code: 'BAD_DATA' }));
    expect(() => readLayerImportance(model, model)).toThrow(expect.objectContaining({ code: 'BAD_DATA' }));
    expect(() => readLayerImportance(model, text)).toThrow(expect.objectContaining({ code: 'BAD_GGUF' }));
    expect(() => readLayerImportance(model, join(folder, 'none.gguf'))).toThrow(
      expect.objectContaining({ code: 'FILE_NOT_FOUND' }),
    );
  });
});
