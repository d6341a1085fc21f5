// Which files a page may name: those that a person picked, dropped or sent, those of the library, and what lies in chosen folders.
// A page could be made to show a foreign text; it must not be able to read or overwrite files with it.
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';

/** Picked files that are remembered between sessions. */
const KEPT_FILES = 2000;

export class PathPermissions {
  readonly #folders = new Set<string>();
  readonly #files: Set<string>;
  readonly #remember: (files: readonly string[]) => void;

  constructor(remembered: readonly string[] = [], remember: (files: readonly string[]) => void = () => {}) {
    this.#files = new Set(remembered);
    this.#remember = remember;
  }

  /** A folder opens everything in it. */
  allow(path: string): void {
    const real = realOf(path);
    if (real === undefined) return;
    if (statSync(real).isDirectory()) this.#folders.add(real);
    this.#files.delete(real);
    this.#files.add(real);
    this.#remember([...this.#files].slice(-KEPT_FILES));
  }

  /** For this session only: folders of the settings, roots of the file browser. */
  allowFolder(path: string): void {
    const real = realOf(path);
    if (real !== undefined) this.#folders.add(real);
  }

  /** A file that does not exist yet is allowed where its folder is. Throws NOT_ALLOWED. */
  check(path: string): void {
    if (this.isAllowed(path)) return;
    const message = `${path} was not picked here. Pick it in the file browser, drop it, or add its folder in the settings.`;
    throw new WorkbenchError('NOT_ALLOWED', message, { path });
  }

  isAllowed(path: string): boolean {
    if (!isAbsolute(path) || path.includes('\0')) return false;
    const real = realOf(path) ?? realOfMissing(path);
    if (real === undefined) return false;
    return this.#files.has(real) || [...this.#folders].some((folder) => isInside(folder, real));
  }
}

/** `path` is `folder` itself or lies in it; both are real paths. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !/^\.\.[/\\]/.test(way) && !isAbsolute(way));
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

/** The real folder of a file that is not there yet. */
function realOfMissing(path: string): string | undefined {
  const folder = realOf(dirname(resolve(path)));
  return folder === undefined ? undefined : join(folder, basename(path));
}
