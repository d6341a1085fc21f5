// A folder on a file system of its own, where the system lets us mount one: for full and for read-only disks.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

export interface MountedFolder {
  readonly path: string;
  readonly unmount: () => void;
}

/** Undefined where mounting is not allowed (no root, no Linux). `options` as for mount's `-o`. */
export function mountTmpfs(path: string, options: string): MountedFolder | undefined {
  if (process.platform !== 'linux') return undefined;
  mkdirSync(path);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  if (status !== 0) return undefined;
  return { path, unmount: () => spawnSync('umount', ['-l', path]) };
}
