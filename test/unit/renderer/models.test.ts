import { describe, expect, test } from 'vitest';
import { countFitting } from '../../../src/renderer/models/bench-room.ts';
import { dropWords, hoverWords, isRefused } from '../../../src/renderer/models/drop-words.ts';
import { fitsMachineWords, largestParameterCount } from '../../../src/renderer/models/fits-machine.ts';
import { parseModelFilter } from '../../../src/renderer/models/model-filter.ts';
import { buildRows, type RowRequest } from '../../../src/renderer/models/model-rows.ts';
import { formatFileSize, formatFileSizeOf, formatMemoryOf, labelOf } from '../../../src/renderer/models/model-words.ts';
import { looksOf } from '../../../src/renderer/models/use-bench.ts';
import { sampleLayers } from '../../../src/renderer/ui/LayerGlyph.tsx';
import type { Machine } from '../../../src/shared/session/machine-calls.ts';
import { makeNode, makeScore } from './make-node.ts';

const base = makeNode({
  id: 'base',
  sizeBytes: 16e9,
  scores: [makeScore({ value: 0.6, difference: null, verdict: null })],
});
const small = makeNode(
  {
    id: 'small',
    baseId: 'base',
    parentId: 'base',
    sizeBytes: 4e9,
    tags: ['ship'],
    scores: [makeScore({ value: 0.58, verdict: 'matches' })],
  },
  'Q4_K_M',
);
const pruned = makeNode({
  id: 'pruned',
  baseId: 'base',
  parentId: 'base',
  sizeBytes: 16e9,
  sparsityRatio: 0.5,
  scores: [makeScore({ value: 0.3, verdict: 'loses' })],
});
const both = makeNode({ id: 'both', baseId: 'base', parentId: 'pruned', sizeBytes: 4e9, sparsityRatio: 0.48 });
const models = [base, small, pruned, both];

const request: RowRequest = {
  models,
  task: 'factoid-qa',
  filter: '',
  sorting: null,
  isGrouped: true,
  closed: new Set(),
};
const ids = (changes: Partial<RowRequest>) => buildRows({ ...request, ...changes }).map(({ id }) => id);

describe('model filter', () => {
  const keep = (text: string) =>
    models.filter((node) => parseModelFilter(text)!(node, node.scores[0]?.verdict ?? null)).map(({ id }) => id);

  test.each([
    ['type:q4', ['small']],
    ['size<5GB', ['small', 'both']],
    ['sparsity>40', ['pruned', 'both']],
    ['tag:ship', ['small']],
    ['verdict:loses', ['pruned']],
    ['size<5GB sparsity>40', ['both']],
    ['PRUNED', ['pruned']],
    ['bpw<5', []],
  ])('%s keeps the versions that it names', (text, kept) => {
    expect(keep(text)).toEqual(kept);
  });

  test('nothing typed is no filter', () => {
    expect(parseModelFilter('  ')).toBeUndefined();
  });
});

describe('rows of the model table', () => {
  test('a version stands below the one it was made from', () => {
    expect(ids({})).toEqual(['family base', 'base', 'small', 'pruned', 'both']);
    const depths = buildRows(request).map((row) => (row.kind === 'model' ? row.depth : -1));
    expect(depths).toEqual([-1, 0, 1, 1, 2]);
  });

  test('sorting keeps families and lineage together', () => {
    expect(ids({ sorting: { key: 'score', isDescending: false } })).toEqual([
      'family base',
      'base',
      'pruned',
      'both',
      'small',
    ]);
  });

  test('without grouping all versions are one ranking', () => {
    expect(ids({ isGrouped: false, sorting: { key: 'score', isDescending: true } })).toEqual([
      'base',
      'small',
      'pruned',
      'both',
    ]);
  });

  test('a filter keeps the dense original in the picture', () => {
    expect(ids({ filter: 'type:q4' })).toEqual(['family base', 'base', 'small']);
  });

  test('a filter that finds none leaves no row', () => {
    expect(ids({ filter: 'nothing-called-so' })).toEqual([]);
  });

  test('a closed family shows its head alone', () => {
    expect(ids({ closed: new Set(['base']) })).toEqual(['family base']);
  });

  test('a model without versions gets a row that says so', () => {
    expect(ids({ models: [base] })).toEqual(['family base', 'base', 'ghost base']);
  });

  test('what is wrong with a file stands below its row', () => {
    const gone = makeNode({ id: 'gone', state: 'missing', problem: 'File not found.' });
    expect(ids({ models: [gone] })).toEqual(['family gone', 'gone', 'gone problem']);
  });
});

describe('looks of the bench', () => {
  test('the base is slot 0; a second series of one slot is hollow, versions of one series look alike', () => {
    const version = (id: string, slot: number, seriesId: string) => makeNode({ id, baseId: 'base', slot, seriesId });
    const looks = looksOf(base, [
      version('a', 1, 'wanda'),
      version('b', 1, 'wanda-nm'),
      version('c', 1, 'wanda'),
      version('d', 4, 'quantize-k'),
    ]);
    expect(looks.map(({ slot, fill }) => `${slot} ${fill}`)).toEqual([
      '0 solid',
      '1 solid',
      '1 hollow',
      '1 solid',
      '4 solid',
    ]);
  });

  test('chips that do not fit are counted out, and one is always shown', () => {
    const chips = looksOf(
      undefined,
      [1, 2, 3, 4].map((slot) => makeNode({ id: `version-${slot}`, baseId: 'base', slot, seriesId: String(slot) })),
    );
    expect(countFitting(chips, 2000)).toBe(4);
    expect(countFitting(chips, 250)).toBeLessThan(3);
    expect(countFitting(chips, 0)).toBe(1);
  });
});

describe('words of a model', () => {
  test('a base is called by its name and type, a version by its recipe', () => {
    expect(labelOf(base)).toBe('base \u00b7 F16');
    expect(labelOf(small)).toBe('small');
  });

  test('files are counted in GB of 10^9 with two decimals, disks without', () => {
    expect(formatFileSize(13_476_925_696)).toBe('13.48 GB');
    expect(formatFileSizeOf(4.08e9, 214e9)).toBe('4.08 of 214 GB');
    expect(formatFileSizeOf(8.4e6, 74e9)).toBe('8.40 MB of 74.00 GB');
    expect(formatMemoryOf(3.2 * 2 ** 30, 20.8 * 2 ** 30)).toBe('3.2 of 20.8 GiB');
  });

  test('what fits this machine follows from its memory, the GPU before the rest', () => {
    expect(largestParameterCount(16 * 2 ** 30) / 1e9).toBeCloseTo(20.8, 0);
    const machine = { device: { memoryBytes: 12 * 2 ** 30 }, memoryTotalBytes: 32 * 2 ** 30 } as Machine;
    expect(fitsMachineWords(machine)).toContain('about 15 B at 4 bits on the GPU');
  });

  test('sixteen bars stand for any number of layers', () => {
    const layers = Array.from({ length: 32 }, (_, index) => ({ bitsPerWeight: index < 16 ? 4 : 8, sparsityRatio: 0 }));
    expect(sampleLayers(layers).map(({ bitsPerWeight }) => bitsPerWeight)).toEqual([
      ...Array(8).fill(4),
      ...Array(8).fill(8),
    ]);
    expect(sampleLayers(layers.slice(0, 1))).toHaveLength(16);
    expect(sampleLayers([])).toEqual([]);
  });
});

describe('what a drop will do', () => {
  const shards = [1, 2, 3, 4].map((number) => `model-0000${number}-of-00004.safetensors`);

  test.each([
    [['a.gguf'], 'Add 1 model', 'a.gguf'],
    [['a.gguf', 'b.GGUF'], 'Add 2 models', 'a.gguf and 1 more'],
    [shards, 'Add 4 shards as 1 model', 'model-00001-of-00004.safetensors and 3 more'],
    [[...shards, 'config.json'], 'Add 4 shards as 1 model', 'model-00001-of-00004.safetensors and 3 more'],
    [['notes.txt'], 'Use as calibration text', 'notes.txt'],
    [['table3.csv'], 'Import scores', 'table3.csv'],
    [['weights.PT'], 'Whittle cannot read .pt files.', 'Export the model as safetensors first.'],
    [['strange.xyz'], 'Open 1 file', 'strange.xyz'],
  ])('%j is called by its outcome', (names, title, detail) => {
    expect(dropWords(names)).toEqual({ title, detail });
  });

  test('what is of no use is not sent, anything else is left to the engine', () => {
    expect(isRefused(['a.pt', 'b.pth'])).toBe(true);
    expect(isRefused(['a.pt', 'b.gguf'])).toBe(false);
    expect(isRefused(['strange.xyz'])).toBe(false);
    expect(isRefused([])).toBe(false);
  });

  test('while files hang over the window, only what their media types tell is said', () => {
    expect(hoverWords(['text/plain']).title).toBe('Use as calibration text');
    expect(hoverWords(['text/csv', 'application/json']).title).toBe('Import scores');
    expect(hoverWords(['']).title).toBe('Drop to open');
    expect(hoverWords(['', 'text/plain']).title).toBe('Drop to open 2 files');
  });
});
