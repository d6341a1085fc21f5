import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isInside, PathPermissions } from '../../../src/main/engine/session/path-permissions.ts';
import { tempFolder } from '../../support/temp-folder.ts';

function world() {
  const root = tempFolder();
  for (const name of ['chosen', 'chosen-too', 'other']) mkdirSync(join(root, name));
  for (const path of ['chosen/a.gguf', 'other/b.gguf', 'other/picked.gguf']) writeFileSync(join(root, path), 'x');
  return { root, at: (path: string) => join(root, path) };
}

describe('path permissions', () => {
  it('open what lies in a chosen folder, also what is not there yet', () => {
    const { at } = world();
    const permissions = new PathPermissions();
    permissions.allowFolder(at('chosen'));
    expect(permissions.isAllowed(at('chosen/a.gguf'))).toBe(true);
    expect(permissions.isAllowed(at('chosen/new.gguf'))).toBe(true);
    expect(permissions.isAllowed(at('chosen'))).toBe(true);
  });

  it('keep everything else closed', () => {
    const { at, root } = world();
    const permissions = new PathPermissions();
    permissions.allowFolder(at('chosen'));
    for (const path of [
      at('other/b.gguf'),
      at('chosen/../other/b.gguf'),
      // Begins with the same letters as the chosen one.
      at('chosen-too/x.gguf'),
      root,
      'chosen/a.gguf',
      '/',
      `${at('chosen/a.gguf')}\0`,
      at('missing/folder/x.gguf'),
    ]) {
      expect(permissions.isAllowed(path), path).toBe(false);
      expect(() => permissions.check(path)).toThrow(expect.objectContaining({ code: 'NOT_ALLOWED' }));
    }
  });

  it('look where a link leads', () => {
    const { at } = world();
    symlinkSync(at('other'), at('chosen/way-out'));
    symlinkSync(at('chosen/a.gguf'), at('other/way-in.gguf'));
    const permissions = new PathPermissions();
    permissions.allowFolder(at('chosen'));
    expect(permissions.isAllowed(at('chosen/way-out/b.gguf'))).toBe(false);
    expect(permissions.isAllowed(at('other/way-in.gguf'))).toBe(true);
  });

  it('open one picked file and none of its neighbours, and remember it', () => {
    const { at } = world();
    let remembered: readonly string[] = [];
    const permissions = new PathPermissions([], (files) => {
      remembered = files;
    });
    permissions.allow(at('other/picked.gguf'));
    expect(permissions.isAllowed(at('other/picked.gguf'))).toBe(true);
    expect(permissions.isAllowed(at('other/b.gguf'))).toBe(false);
    expect(new PathPermissions(remembered).isAllowed(at('other/picked.gguf'))).toBe(true);
  });

  it.each([
    ['/a', '/a/b', true],
    ['/a', '/a', true],
    ['/a', '/ab', false],
    ['/a/b', '/a', false],
    ['/a', '/a/..b', true],
    ['/', '/a', true],
  ])('take %s as holding %s: %s', (folder, path, expected) => {
    expect(isInside(folder, path)).toBe(expected);
  });
});
