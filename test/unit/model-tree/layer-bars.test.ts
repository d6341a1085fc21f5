import { describe, expect, it } from 'vitest';
import { estimateMemory } from '../../../src/main/engine/model-tree/estimate-memory.ts';
import { toCsv } from '../../../src/main/engine/model-tree/export-tables.ts';
import { layerBars } from '../../../src/main/engine/model-tree/layer-bars.ts';

describe('layer bars', () => {
  it('hold bits and kept weights of each layer by hand', () => {
    const tensors = [
      { name: 'blk.0.a.weight', shape: [4, 2], sizeBytes: 16, sparsityRatio: 0.5 },
      { name: 'blk.0.b.weight', shape: [4, 6], sizeBytes: 24, sparsityRatio: 0 },
      { name: 'blk.0.norm.weight', shape: [4], sizeBytes: 16 },
      { name: 'blk.1.a.weight', shape: [8, 1], sizeBytes: 8 },
      { name: 'output.weight', shape: [4, 100], sizeBytes: 800 },
    ];
    expect(layerBars(tensors, 2)).toEqual([
      { firstLayer: 0, lastLayer: 0, bitsPerWeight: 10, keptRatio: 1 - 4 / 32 },
      { firstLayer: 1, lastLayer: 1, bitsPerWeight: 8, keptRatio: null },
    ]);
  });

  it('share sixteen bars evenly among many layers', () => {
    const bars = layerBars([], 61);
    expect(bars).toHaveLength(16);
    expect(bars[0]?.firstLayer).toBe(0);
    expect(bars.at(-1)?.lastLayer).toBe(60);
    for (const [index, bar] of bars.slice(1).entries()) expect(bar.firstLayer).toBe((bars[index]?.lastLayer ?? 0) + 1);
  });
});

describe('the memory estimate', () => {
  const facts = { weightsBytes: 4e9, contextBytesPerToken: 131_072, hiddenSize: 4096, vocabularySize: 32_000 };

  it('adds weights, context and work', () => {
    const estimate = estimateMemory(facts, 4096, { freeBytes: 16e9, totalBytes: 16e9 });
    expect(estimate.contextBytes).toBe(536_870_912);
    expect(estimate.workBytes).toBe((32_000 + 16 * 4096) * 4 * 512);
    expect(estimate.totalBytes).toBe(4e9 + estimate.contextBytes + estimate.workBytes);
    expect(estimate.fits).toBe('yes');
  });

  it.each([
    [4.9e9, 16e9, 'tight'],
    [4.9e9, 4.5e9, 'no'],
  ])('with %d free of %d says %s', (freeBytes, totalBytes, fits) => {
    expect(estimateMemory(facts, 4096, { freeBytes, totalBytes }).fits).toBe(fits);
  });
});

describe('a table', () => {
  it('quotes what would break it, and disarms formulas', () => {
    expect(
      toCsv([
        { a: 'x,"y"', b: 1 },
        { a: '=1+1', b: -2 },
      ]),
    ).toBe('a,b\r\n"x,""y""",1\r\n\'=1+1,-2\r\n');
  });
});
