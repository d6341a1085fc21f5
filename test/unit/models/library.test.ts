import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { importModel, listModels, resolveModel } from '../../../src/main/engine/models/library.ts';
import { makeSampleGguf } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

function sampleAt(...path: readonly [string, ...string[]]): string {
  const file = join(...path);
  makeSampleGguf(file);
  return file;
}

describe('the library', () => {
  test('is empty but for the embedded model at first, and makes no folder for being asked', () => {
    const home = join(tempFolder(), 'home');
    expect(listModels(home).models.map(({ id }) => id)).toEqual(['demo']);
    expect(existsSync(home)).toBe(false);
  });

  test('knows an imported model by an id made from its file name', () => {
    const home = tempFolder();
    const path = sampleAt(home, 'Größte Modelle (v2) F16.gguf');
    const model = importModel(home, path);
    expect(model).toMatchObject({ path, id: 'gr-te-modelle-v2-f16', architecture: 'sample', name: 'Größe 猫' });
    expect(listModels(home).models.slice(1)).toEqual([model]);
    expect(resolveModel(model.id, home)).toEqual({ path, id: model.id });
  });

  test('keeps the id of a model that is imported again, and numbers another one of the same name', () => {
    const home = tempFolder();
    mkdirSync(join(home, 'other'));
    const first = importModel(home, sampleAt(home, 'model.gguf'));
    expect(importModel(home, first.path)).toEqual(first);
    expect(importModel(home, sampleAt(home, 'other', 'model.gguf')).id).toBe('model-2');
    expect(readdirSync(join(home, 'library')).sort()).toEqual(['model-2.json', 'model.json']);
  });

  test('takes an id that is asked for, unless it is taken or no id', () => {
    const home = tempFolder();
    const path = sampleAt(home, 'a.gguf');
    expect(importModel(home, path, 'mine').id).toBe('mine');
    expect(importModel(home, path, 'mine').id).toBe('mine');
    const badInput = expect.objectContaining({ code: 'BAD_INPUT' });
    expect(() => importModel(home, sampleAt(home, 'b.gguf'), 'mine')).toThrow(badInput);
    for (const id of ['demo', '../x', 'A', '', 'x.gguf', '.hidden']) {
      expect(() => importModel(home, path, id), id).toThrow(badInput);
    }
  });

  test('never calls an imported model demo', () => {
    const home = tempFolder();
    expect(importModel(home, sampleAt(home, 'demo.gguf')).id).toBe('model-demo');
    expect(importModel(home, sampleAt(home, '猫.gguf')).id).toBe('model');
  });

  test('refuses what is no model', () => {
    const home = tempFolder();
    writeFileSync(join(home, 'text.gguf'), 'some text');
    expect(() => importModel(home, join(home, 'text.gguf'))).toThrow(expect.objectContaining({ code: 'BAD_GGUF' }));
    expect(() => importModel(home, join(home, 'none.gguf'))).toThrow(
      expect.objectContaining({ code: 'FILE_NOT_FOUND' }),
    );
    expect(listModels(home).models).toHaveLength(1);
  });

  test('lists what can be read beside an entry that is damaged', () => {
    const home = tempFolder();
    const { id } = importModel(home, sampleAt(home, 'a.gguf'));
    const other = importModel(home, sampleAt(home, 'b.gguf'));
    const entry = join(home, 'library', `${id}.json`);
    writeFileSync(entry, '{"id": ');
    const { models, damaged } = listModels(home);
    expect(models.map((model) => model.id)).toEqual(['demo', other.id]);
    expect(damaged).toEqual([{ id, path: entry, problem: expect.stringContaining(entry) }]);
    expect(() => resolveModel(id, home, home)).toThrow(expect.objectContaining({ code: 'BAD_DATA' }));
  });

  test('imports past a damaged entry, but never under its id', () => {
    const home = tempFolder();
    const { id, path } = importModel(home, sampleAt(home, 'a.gguf'));
    writeFileSync(join(home, 'library', `${id}.json`), '{}');
    expect(importModel(home, path).id).toBe('a-2');
    expect(() => importModel(home, path, id)).toThrow(expect.objectContaining({ code: 'BAD_DATA' }));
  });
});

describe('resolveModel', () => {
  test('takes demo for the embedded model', () => {
    const { path, id } = resolveModel('demo', tempFolder());
    expect(id).toBe('demo');
    expect(existsSync(path)).toBe(true);
  });

  test('takes relative paths from where the user stands', () => {
    const home = tempFolder();
    const path = sampleAt(home, 'a.gguf');
    expect(resolveModel('a.gguf', home, home)).toEqual({ path, id: null });
    expect(resolveModel(path, home, '/')).toEqual({ path, id: null });
  });

  test('prefers a file to a model of the library, and that to a folder', () => {
    const home = tempFolder();
    const imported = importModel(home, sampleAt(home, 'same.gguf'));
    mkdirSync(join(home, 'same'));
    expect(resolveModel('same', home, home).path).toBe(imported.path);
    rmSync(join(home, 'same'), { recursive: true });
    const file = sampleAt(home, 'same');
    expect(resolveModel('same', home, home)).toEqual({ path: file, id: null });
  });

  test('passes a folder on, for models that are folders', () => {
    const home = tempFolder();
    mkdirSync(join(home, 'hf'));
    expect(resolveModel('hf', home, home)).toEqual({ path: join(home, 'hf'), id: null });
  });

  test('tells a missing file from an unknown name', () => {
    const home = tempFolder();
    const { id } = importModel(home, sampleAt(home, 'a.gguf'));
    expect(() => resolveModel('b.gguf', home, home)).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
    expect(() => resolveModel('./b', home, home)).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
    const unknown = expect.objectContaining({ code: 'UNKNOWN_MODEL', message: expect.stringContaining('demo, a') });
    expect(() => resolveModel('b', home, home)).toThrow(unknown);
    rmSync(join(home, 'a.gguf'));
    expect(() => resolveModel(id, home, home)).toThrow(expect.objectContaining({ code: 'FILE_NOT_FOUND' }));
  });
});
