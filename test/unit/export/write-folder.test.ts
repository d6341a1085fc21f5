import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFolder } from '../../../src/main/engine/export/write-folder.ts';

let root: string;
let target: string;
const FILES = new Map([
  ['report.html', '<p>'],
  ['charts/a.svg', '<svg/>'],
]);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'whittle-folder-'));
  target = join(root, 'report');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('writeFolder', () => {
  it('writes all files and leaves nothing else behind', () => {
    expect(writeFolder(target, FILES, { overwrite: false })).toEqual([
      join(target, 'report.html'),
      join(target, 'charts/a.svg'),
    ]);
    expect(readFileSync(join(target, 'charts/a.svg'), 'utf8')).toBe('<svg/>');
    expect(readdirSync(root)).toEqual(['report']);
  });

  it('fills an empty folder, and refuses one that is in use', () => {
    mkdirSync(target);
    writeFolder(target, FILES, { overwrite: false });
    expect(() => writeFolder(target, FILES, { overwrite: false })).toThrowError(
      expect.objectContaining({ code: 'FILE_EXISTS' }),
    );
    expect(readdirSync(root)).toEqual(['report']);
  });

  it('replaces an earlier report but keeps files that are not its own', () => {
    writeFolder(target, new Map([...FILES, ['charts/old.png', 'x']]), { overwrite: false });
    writeFileSync(join(target, 'notes.txt'), 'mine');
    writeFileSync(join(target, 'charts/notes.txt'), 'mine');
    writeFolder(
      target,
      new Map([
        ['report.html', 'new'],
        ['charts/b.svg', '<svg/>'],
      ]),
      { overwrite: true },
    );
    expect(readFileSync(join(target, 'report.html'), 'utf8')).toBe('new');
    expect(readdirSync(join(target, 'charts')).sort()).toEqual(['b.svg', 'notes.txt']);
    expect(readFileSync(join(target, 'notes.txt'), 'utf8')).toBe('mine');
  });

  it('says which folder is missing, and what is no folder', () => {
    expect(() => writeFolder(join(root, 'no', 'report'), FILES, { overwrite: false })).toThrowError(
      expect.objectContaining({ code: 'NOT_WRITABLE' }),
    );
    writeFileSync(target, 'a file');
    expect(() => writeFolder(target, FILES, { overwrite: true })).toThrowError(
      expect.objectContaining({ code: 'FILE_EXISTS' }),
    );
    expect(readFileSync(target, 'utf8')).toBe('a file');
  });

  it('leaves nothing behind when a file cannot be written', () => {
    const bad = new Map([...FILES, ['report.html/inside', 'x']]);
    expect(() => writeFolder(target, bad, { overwrite: false })).toThrow();
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(root)).toEqual([]);
  });
});
