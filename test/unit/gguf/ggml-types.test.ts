import { describe, expect, test } from 'vitest';
import {
  FILE_TYPES,
  fileTypeById,
  findFileType,
  findGgmlType,
  GGML_TYPES,
  ggmlSizeBytes,
  ggmlTypeById,
  isQuantizedType,
  REMOVED_GGML_TYPES,
} from '../../../src/shared/ggml-types.ts';

describe('the tensor types', () => {
  test('take every id of the release once, with those that were removed', () => {
    const ids = [...GGML_TYPES.map(({ id }) => id), ...REMOVED_GGML_TYPES.keys()].sort((a, b) => a - b);
    expect(ids).toEqual(Array.from({ length: 43 }, (_, id) => id));
  });

  /** Fields of a block, in bytes, as ggml-common.h declares them; `half` is 2. */
  const blocks: readonly [name: string, bytes: number][] = [
    ['Q4_0', 2 + 32 / 2],
    ['Q4_1', 2 * 2 + 32 / 2],
    ['Q5_0', 2 + 4 + 32 / 2],
    ['Q5_1', 2 * 2 + 4 + 32 / 2],
    ['Q8_0', 2 + 32],
    ['Q8_1', 2 * 2 + 32],
    ['Q1_0', 2 + 128 / 8],
    ['Q2_0', 2 + 64 / 4],
    ['MXFP4', 1 + 32 / 2],
    ['NVFP4', 64 / 16 + 64 / 2],
    ['Q2_K', 2 * 2 + 256 / 16 + 256 / 4],
    ['Q3_K', 2 + 256 / 4 + 256 / 8 + 12],
    ['Q4_K', 2 * 2 + 12 + 256 / 2],
    ['Q5_K', 2 * 2 + 12 + 256 / 2 + 256 / 8],
    ['Q6_K', 2 + 256 / 16 + (3 * 256) / 4],
    ['Q8_K', 4 + 256 + (256 / 16) * 2],
    ['TQ1_0', 2 + 256 / 64 + (256 - (4 * 256) / 64) / 5],
    ['TQ2_0', 2 + 256 / 4],
    ['IQ1_S', 2 + 256 / 8 + 256 / 16],
    ['IQ1_M', 256 / 8 + 256 / 16 + 256 / 32],
    ['IQ2_XXS', 2 + (256 / 8) * 2],
    ['IQ2_XS', 2 + (256 / 8) * 2 + 256 / 32],
    ['IQ2_S', 2 + 256 / 4 + 256 / 16],
    ['IQ3_XXS', 2 + 3 * (256 / 8)],
    ['IQ3_S', 2 + 13 * (256 / 32) + 256 / 64],
    ['IQ4_NL', 2 + 32 / 2],
    ['IQ4_XS', 2 + 2 + 256 / 64 + 256 / 2],
  ];
  test.each(blocks)('%s has blocks of %i bytes', (name, bytes) => {
    expect(findGgmlType(name)?.blockBytes).toBe(bytes);
    expect(isQuantizedType(name)).toBe(true);
  });

  test('all quantized ones are in the table above', () => {
    const names = GGML_TYPES.filter(({ quantized }) => quantized).map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(blocks.map(([name]) => name)));
  });

  test('are found in any case and by id', () => {
    expect(findGgmlType('q4_K')).toBe(ggmlTypeById(12));
    expect(findGgmlType('toString')).toBeUndefined();
    expect(isQuantizedType('BF16')).toBe(false);
  });

  test('give the size of whole blocks only', () => {
    const type = findGgmlType('Q6_K')!;
    expect(ggmlSizeBytes(type, 512)).toBe(420);
    expect(ggmlSizeBytes(type, 513)).toBeUndefined();
  });
});

describe('the file types', () => {
  test('have ids and names of their own, and a known tensor type', () => {
    expect(new Set(FILE_TYPES.map(({ id }) => id)).size).toBe(FILE_TYPES.length);
    expect(new Set(FILE_TYPES.map(({ name }) => name)).size).toBe(FILE_TYPES.length);
    expect(FILE_TYPES.filter(({ baseType }) => findGgmlType(baseType) === undefined)).toEqual([]);
  });

  test('state about the bits of their tensor type, never much less', () => {
    for (const { name, baseType, bitsPerWeight } of FILE_TYPES) {
      const type = findGgmlType(baseType)!;
      const bits = (type.blockBytes * 8) / type.blockSize;
      // The _XS and _XXS mixes of the codebook types put some tensors in finer ones, so they lie a little below.
      expect(bitsPerWeight / bits, name).toBeGreaterThan(0.95);
      expect(bitsPerWeight / bits, name).toBeLessThan(1.3);
    }
  });

  test('are found by the aliases of llama-quantize, in any case, and by the id of a guess', () => {
    expect(findFileType('q4_k')?.name).toBe('Q4_K_M');
    expect(findFileType('iq2_xxs')?.name).toBe('IQ2_XXS');
    expect(findFileType('constructor')).toBeUndefined();
    expect(fileTypeById(1024 + 7)?.name).toBe('Q8_0');
  });

  test('below 3 bits of mixed K-quants and codebooks demand an imatrix', () => {
    const required = FILE_TYPES.filter(({ imatrix }) => imatrix === 'required').map(({ name }) => name);
    expect(required.sort()).toEqual(
      ['IQ1_M', 'IQ1_S', 'IQ2_M', 'IQ2_S', 'IQ2_XS', 'IQ2_XXS', 'IQ3_XS', 'IQ3_XXS', 'Q2_K_S'].sort(),
    );
  });
});
