// A folder as the browser twin's file picker shows it, within the roots that were chosen when the server started.
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { FolderListing } from '../../../shared/session/model-calls.ts';

type Entry = FolderListing['entries'][number];

const MAX_ENTRIES = 10_000;

export interface BrowseOptions {
  readonly roots: readonly string[];
  readonly isAllowed: (path: string) => boolean;
}

/** Without a path: the first root. Throws NOT_ALLOWED, FILE_NOT_FOUND. */
export function browseFolder(path: string | undefined, { roots, isAllowed }: BrowseOptions): FolderListing {
  const first = roots[0];
  if (first === undefined) throw new WorkbenchError('NOT_ALLOWED', 'No folder was chosen that may be browsed.');
  const wanted = path ?? first;
  if (!isAllowed(wanted))
    throw new WorkbenchError('NOT_ALLOWED', `${wanted} lies outside the folders that may be browsed.`);
  if (statSync(wanted, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new WorkbenchError('FILE_NOT_FOUND', `There is no folder ${wanted}.`, { path: wanted });
  }
  const folder = realpathSync(wanted);
  const parent = dirname(folder);
  return {
    path: folder,
    parent: parent !== folder && isAllowed(parent) ? parent : null,
    roots: roots.map((root) => ({ name: basename(root) || root, path: root })),
    entries: readEntries(folder).sort(foldersFirst),
  };
}

function readEntries(folder: string): Entry[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .slice(0, MAX_ENTRIES)
    .flatMap((name) => {
      const path = join(folder, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat === undefined) return [];
      const kind = stat.isDirectory() ? 'folder' : kindOfFile(name);
      return [{ name, path, kind, sizeBytes: stat.isDirectory() ? 0 : stat.size, modifiedAt: stat.mtimeMs }];
    });
}

export function kindOfFile(name: string): Exclude<Entry['kind'], 'folder'> {
  if (/\.(gguf|safetensors)$/i.test(name)) return 'model';
  if (/\.(txt|md|jsonl)$/i.test(name)) return 'text';
  if (/\.(csv|json)$/i.test(name)) return 'scores';
  return 'other';
}

function foldersFirst(a: Entry, b: Entry): number {
  const byKind = Number(b.kind === 'folder') - Number(a.kind === 'folder');
  return byKind !== 0 ? byKind : a.name.localeCompare(b.name, 'en', { numeric: true, sensitivity: 'base' });
}
