// Recipes and grids written by hand.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/main/cli/read-document.ts';
import { readGrid } from '../../../src/main/cli/read-grid.ts';
import { embeddedPath } from '../../../src/main/engine/embedded-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'whittle-documents-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('a document', () => {
  it('may be JSON or YAML', () => {
    const expected = { steps: [{ method: 'wanda', params: { sparsity: 0.5 } }] };
    expect(readDocument(file('a.json', JSON.stringify(expected)), 'BAD_RECIPE')).toEqual(expected);
    const yaml = 'steps:\n  - method: wanda\n    params: { sparsity: 0.5 }\n';
    expect(readDocument(file('a.yaml', yaml), 'BAD_RECIPE')).toEqual(expected);
  });

  it.each([
    ['broken YAML', 'steps: [\n'],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 0x00)],
  ])('of %s is refused with the code of its kind', (_what, content) => {
    expect(() => readDocument(file('broken', content), 'BAD_RECIPE')).toThrow(
      expect.objectContaining({ code: 'BAD_RECIPE' }),
    );
  });

  it('that is missing, a folder, or far too large is refused', () => {
    expect(() => readDocument(join(folder, 'none'), 'BAD_RECIPE')).toThrow(
      expect.objectContaining({ code: 'FILE_NOT_FOUND' }),
    );
    expect(() => readDocument(folder, 'BAD_RECIPE')).toThrow(expect.objectContaining({ code: 'BAD_RECIPE' }));
    const large = file('large', Buffer.alloc(5 * 1024 * 1024, 32));
    expect(() => readDocument(large, 'BAD_RECIPE')).toThrow(expect.objectContaining({ code: 'BAD_RECIPE' }));
  });
});

describe('a grid file', () => {
  it('that comes with the product is whole', () => {
    const grid = readGrid(embeddedPath('demo-grid.yaml'));
    expect(grid.types).toEqual(['Q8_0', 'Q6_K', 'Q4_K_M', 'Q3_K_M', 'Q2_K', 'IQ2_XXS', 'IQ1_M']);
    expect(grid.methods).toEqual(['magnitude', 'wanda']);
    expect(grid.sparsities).toEqual([0.3, 0.4, 0.5, 0.6]);
    expect(grid.imatrix).toBe(true);
    const feedback = grid.recipes.flatMap(({ steps }) => steps.filter(({ method }) => method === 'feedback'));
    expect(feedback.map(({ params }) => params['type'])).toEqual(['Q3_K_M', 'Q2_K', 'IQ2_XXS']);
    expect(grid.limit).toBeGreaterThanOrEqual(200);
  });

  it('with faults names each with its path', () => {
    const path = file('grid.yaml', 'types: Q8_0\nlimit: 0\ncolour: red\n');
    try {
      readGrid(path);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'BAD_RECIPE' });
      const { issues } = (error as { details: { issues: { path: string }[] } }).details;
      expect(issues.map((issue) => issue.path).sort()).toEqual(['', 'limit', 'types']);
    }
  });
});
