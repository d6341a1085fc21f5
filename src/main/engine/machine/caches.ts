// Folders that Whittle fills by itself, with their sizes, for Settings.
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { CacheFolder } from '../../../shared/session/machine-calls.ts';

interface CacheFacts {
  readonly title: string;
  readonly folder: string;
  /** False where the folder holds what a person made or was asked to keep. */
  readonly canClear: boolean;
}

const CACHES: Readonly<Record<string, CacheFacts>> = {
  models: { title: 'Models that Whittle wrote', folder: 'models', canClear: false },
  journals: { title: 'Answers behind the scores', folder: 'journals', canClear: false },
  sweeps: { title: 'Sweeps', folder: 'sweeps', canClear: false },
  cache: { title: 'Importance matrices, statistics, hashes', folder: 'cache', canClear: true },
  uploads: { title: 'Files sent by the browser', folder: 'uploads', canClear: false },
  jobs: { title: 'Jobs and their logs', folder: 'jobs', canClear: false },
};

export function listCaches(home: string): CacheFolder[] {
  return Object.entries(CACHES).map(([id, { title, folder, canClear }]) => {
    const path = join(home, folder);
    return { id, title, path, sizeBytes: folderBytes(path), canClear };
  });
}

/** Empties it. Throws BAD_INPUT for a folder that holds more than a cache. */
export function clearCache(home: string, id: string): void {
  const cache = Object.hasOwn(CACHES, id) ? CACHES[id] : undefined;
  if (!cache?.canClear) throw new WorkbenchError('BAD_INPUT', `There is no cache ${id} that can be cleared.`, { id });
  const path = join(home, cache.folder);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
}

/** Links are not followed. */
export function folderBytes(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce((sum, entry) => {
    if (!entry.isFile()) return sum;
    return sum + (lstatSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0);
  }, 0);
}
