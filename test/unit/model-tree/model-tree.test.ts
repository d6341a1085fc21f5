import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ModelTree } from '../../../src/main/engine/model-tree/model-tree.ts';
import { makeSampleGguf } from '../../support/make-gguf.ts';
import { tempFolder } from '../../support/temp-folder.ts';

function treeIn(home: string): ModelTree {
  return new ModelTree({ home, machine: () => ({ freeBytes: 1e9, totalBytes: 2e9 }), scoresOf: () => [] });
}

async function homeWithDamagedEntry() {
  const home = tempFolder();
  const [path, otherPath] = [join(home, 'a.gguf'), join(home, 'b.gguf')];
  makeSampleGguf(path);
  makeSampleGguf(otherPath);
  const tree = treeIn(home);
  await tree.add(path);
  await tree.add(otherPath);
  const entry = join(home, 'library', 'a.json');
  writeFileSync(entry, 'no JSON');
  return { tree, path, entry };
}

describe('a damaged entry of the library', () => {
  it('is listed as one, beside the models that can be read', async () => {
    const { tree, entry } = await homeWithDamagedEntry();
    const nodes = await tree.list();
    expect(nodes.map(({ id, state }) => `${id} ${state}`)).toEqual(['demo ready', 'b ready', 'a damaged-entry']);
    expect(nodes.at(-1)).toMatchObject({ name: 'a', isOwn: false, problem: expect.stringContaining(entry) });
    expect((await tree.links()).map(({ id }) => id)).toEqual(['demo', 'b']);
  });

  it('can be removed', async () => {
    const { tree, entry } = await homeWithDamagedEntry();
    await tree.remove('a', false);
    expect(existsSync(entry)).toBe(false);
    expect(await tree.list()).toHaveLength(2);
  });

  it('is made whole by saying where its model lies; a file that is no model changes nothing', async () => {
    const { tree, path, entry } = await homeWithDamagedEntry();
    writeFileSync(join(path, '..', 'text.gguf'), 'no model');
    await expect(tree.relocate('a', join(path, '..', 'text.gguf'))).rejects.toMatchObject({ code: 'BAD_GGUF' });
    expect(existsSync(entry)).toBe(true);
    expect(await tree.relocate('a', path)).toMatchObject({ id: 'a', state: 'ready', path });
  });
});
