import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { browseFolder } from '../../../src/main/engine/model-tree/browse-folder.ts';
import { findModelFolders } from '../../../src/main/engine/model-tree/find-folders.ts';
import { sortDroppedFiles } from '../../../src/main/engine/model-tree/sort-dropped-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';

function write(path: string, text = 'model'): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe('found folders', () => {
  it('list what LM Studio, Hugging Face, Ollama and llama.cpp keep', () => {
    const home = tempFolder();
    write(join(home, '.lmstudio/models/maker/model/a-Q4_K_M.gguf'));
    const blob = write(join(home, '.cache/huggingface/hub/models--x--y/blobs/abc'), 'blob');
    mkdirSync(join(home, '.cache/huggingface/hub/models--x--y/snapshots/1'), { recursive: true });
    symlinkSync(blob, join(home, '.cache/huggingface/hub/models--x--y/snapshots/1/b.gguf'));
    const digest = `sha256:${'d'.repeat(64)}`;
    write(join(home, '.ollama/models/blobs', digest.replace(':', '-')), 'ollama');
    write(
      join(home, '.ollama/models/manifests/registry.ollama.ai/library/gemma3/1b'),
      JSON.stringify({ layers: [{ mediaType: 'application/vnd.ollama.image.model', digest }] }),
    );
    write(join(home, '.cache/llama.cpp/c.gguf'));
    write(join(home, '.cache/llama.cpp/notes.txt'));
    const found = findModelFolders({ home, environment: {} });
    expect(found.map(({ app, files }) => [app, files.map(({ name }) => name)])).toEqual([
      ['LM Studio', ['a-Q4_K_M.gguf']],
      ['Hugging Face', ['b.gguf']],
      ['Ollama', ['gemma3:1b']],
      ['llama.cpp', ['c.gguf']],
    ]);
    expect(found[2]?.files[0]?.path).toContain(digest.replace(':', '-'));
  });

  it('follow environment variables and the folder that LM Studio was told', () => {
    const home = tempFolder();
    write(join(home, '.lmstudio/settings.json'), JSON.stringify({ downloadsFolder: join(home, 'elsewhere') }));
    write(join(home, 'elsewhere/m/d.gguf'));
    write(join(home, 'hub/e.gguf'));
    const found = findModelFolders({ home, environment: { HF_HUB_CACHE: join(home, 'hub') } });
    expect(found.map(({ files }) => files[0]?.name)).toEqual(['d.gguf', 'e.gguf']);
  });

  it('are none on a fresh computer, and a damaged manifest is passed over', () => {
    const home = tempFolder();
    expect(findModelFolders({ home, environment: {} })).toEqual([]);
    write(
      join(home, '.ollama/models/manifests/x/y'),
      '{"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": "../../etc"}]',
    );
    expect(findModelFolders({ home, environment: {} })).toEqual([]);
  });
});

describe('dropped files', () => {
  it('are told apart by what can be done with them', () => {
    const root = tempFolder();
    const at = (name: string) => join(root, name);
    for (const name of ['m.gguf', 't.txt', 's.csv', 'w.pt', 'p-00002-of-00003.gguf', 'p-00001-of-00003.gguf'])
      write(at(name));
    write(at('hf/model.safetensors'));
    write(at('hf/config.json'));
    const sorted = sortDroppedFiles(
      ['m.gguf', 't.txt', 's.csv', 'w.pt', 'p-00002-of-00003.gguf', 'p-00001-of-00003.gguf', 'hf', 'gone'].map(at),
    );
    expect(sorted.models).toEqual(['m.gguf', 'p-00001-of-00003.gguf', 'hf'].map(at));
    expect(sorted.texts).toEqual([at('t.txt')]);
    expect(sorted.scoreFiles).toEqual([at('s.csv')]);
    expect(sorted.refused.map(({ code }) => code)).toEqual(['BAD_INPUT', 'FILE_NOT_FOUND']);
    expect(sorted.refused[0]?.message).toBe('Whittle cannot read .pt files. Export the model as safetensors first.');
  });

  it('dropped one by one with the shards of a model are part of it', () => {
    const root = tempFolder();
    const at = (name: string) => write(join(root, name));
    const model = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'].map(at);
    const beside = ['config.json', 'model.safetensors.index.json', 'merges.txt', 'tokenizer.model'].map(at);
    const scores = write(join(tempFolder(), 'scores.csv'));
    expect(sortDroppedFiles([...beside, ...model, scores])).toEqual({
      models: [root],
      texts: [],
      scoreFiles: [scores],
      refused: [],
    });
  });

  it('of a folder are its models, searched in depth', () => {
    const root = tempFolder();
    write(join(root, 'a/b/c/x.gguf'));
    write(join(root, 'a/readme.pt'));
    expect(sortDroppedFiles([root])).toMatchObject({ models: [join(root, 'a/b/c/x.gguf')], refused: [] });
    mkdirSync(join(root, 'empty'));
    expect(sortDroppedFiles([join(root, 'empty')]).refused[0]?.code).toBe('BAD_INPUT');
  });
});

describe('the file browser', () => {
  it('shows folders first, hides dot files, and goes up only within its roots', () => {
    const root = tempFolder();
    for (const name of ['b.gguf', 'a.txt', '.secret', 'z/inner.csv', 'other.bin']) write(join(root, name));
    const isAllowed = (path: string) => path.startsWith(root);
    const top = browseFolder(undefined, { roots: [root], isAllowed });
    expect(top.entries.map(({ name, kind }) => [name, kind])).toEqual([
      ['z', 'folder'],
      ['a.txt', 'text'],
      ['b.gguf', 'model'],
      ['other.bin', 'other'],
    ]);
    expect(top.parent).toBeNull();
    expect(browseFolder(join(root, 'z'), { roots: [root], isAllowed }).parent).toBe(root);
    expect(() => browseFolder(dirname(root), { roots: [root], isAllowed })).toThrow(
      expect.objectContaining({ code: 'NOT_ALLOWED' }),
    );
  });
});
