import { describe, expect, it } from 'vitest';
import { type LinkedModel, linkVersions } from '../../../src/main/engine/model-tree/link-versions.ts';
import { familyNameOf } from '../../../src/main/engine/model-tree/name-of-file.ts';

function model(id: string, changes: Partial<LinkedModel> = {}): LinkedModel {
  return {
    id,
    path: `/m/${id}.gguf`,
    fileName: `${id}.gguf`,
    sha256: null,
    sourceSha256: null,
    parentPath: null,
    recipe: null,
    architecture: 'llama',
    parameterCount: 7e9,
    bitsPerWeight: 16,
    ...changes,
  };
}
const recipe = { steps: [{ method: 'quantize', params: { type: 'Q4_K_M' } }] };

describe('versions', () => {
  it('belong to the file whose hash they name, whatever they are called', () => {
    const links = linkVersions([
      model('a', { sha256: 'aa' }),
      model('b', { sha256: 'bb', sourceSha256: 'aa', recipe }),
      model('c', { sourceSha256: 'bb', recipe }),
    ]);
    expect(links.get('a')).toEqual({ familyId: 'a', baseId: null, parentId: null });
    expect(links.get('b')).toEqual({ familyId: 'a', baseId: 'a', parentId: 'a' });
    expect(links.get('c')).toEqual({ familyId: 'a', baseId: 'a', parentId: 'b' });
  });

  it('belong to the file that a job made them from', () => {
    const links = linkVersions([model('x'), model('y', { parentPath: '/m/x.gguf', recipe })]);
    expect(links.get('y')?.baseId).toBe('x');
  });

  it('belong to the copy that the job was given, when two files are the same', () => {
    const links = linkVersions([
      model('a', { sha256: 'aa' }),
      model('copy', { sha256: 'aa' }),
      model('v', { sourceSha256: 'aa', parentPath: '/m/copy.gguf', recipe }),
    ]);
    expect(links.get('v')?.baseId).toBe('copy');
  });

  it('of other tools belong to the unquantized file of the same name and shape', () => {
    const links = linkVersions([
      model('Vicuna-7B-v1.3-F16'),
      model('vicuna-7b-v1.3-Q4_K_M', { bitsPerWeight: 4.8 }),
      model('vicuna-7b-v1.5-Q4_K_M', { bitsPerWeight: 4.8 }),
      model('vicuna-7b-v1.3-Q2_K', { bitsPerWeight: 3, parameterCount: 6.7e9 }),
    ]);
    expect(links.get('vicuna-7b-v1.3-Q4_K_M')?.baseId).toBe('Vicuna-7B-v1.3-F16');
    expect(links.get('vicuna-7b-v1.5-Q4_K_M')?.baseId).toBeNull();
    expect(links.get('vicuna-7b-v1.3-Q2_K')?.baseId).toBeNull();
  });

  it('end even where damaged files name each other as their source', () => {
    const links = linkVersions([
      model('a', { sha256: 'aa', sourceSha256: 'bb' }),
      model('b', { sha256: 'bb', sourceSha256: 'aa' }),
    ]);
    expect(links.size).toBe(2);
  });
});

describe('the family in a file name', () => {
  it.each([
    ['Llama-3.1-8B-Instruct-Q4_K_M.gguf', 'llama-3.1-8b-instruct'],
    ['Llama-3.1-8B-Instruct-UD-Q2_K_XL.gguf', 'llama-3.1-8b-instruct'],
    ['Model-wanda50-Q4_K_M.gguf', 'model'],
    ['Model-sgpt-2of4-F16.gguf', 'model'],
    ['model.i1-IQ2_XXS.gguf', 'model'],
    ['Model-BF16-00001-of-00003.gguf', 'model'],
    ['qwen2.5-7b.gguf', 'qwen2.5-7b'],
  ])('%s -> %s', (name, family) => {
    expect(familyNameOf(name)).toBe(family);
  });
});
