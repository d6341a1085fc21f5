// Refuses an output that cannot be written, before any work starts: no folder, no right to write, a file that is there already.
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';

export interface OutputRules {
  /** An existing file may be replaced. */
  readonly force: boolean;
}

/** The absolute path. Throws NOT_WRITABLE, FILE_EXISTS. */
export function checkOutputPath(path: string, { force }: OutputRules): string {
  const absolute = resolve(path);
  const folder = dirname(absolute);
  const parent = statSync(folder, { throwIfNoEntry: false });
  if (parent === undefined) {
    throw new WorkbenchError('NOT_WRITABLE', `the folder ${folder} does not exist; make it first`, { path: absolute });
  }
  if (!parent.isDirectory()) {
    throw new WorkbenchError('NOT_WRITABLE', `${folder} is a file, not a folder`, { path: absolute });
  }
  const existing = statSync(absolute, { throwIfNoEntry: false });
  if (existing?.isDirectory()) {
    throw new WorkbenchError('FILE_EXISTS', `${absolute} is a folder; name a file in it`, { path: absolute });
  }
  if (existing !== undefined && !force) {
    throw new WorkbenchError('FILE_EXISTS', `${absolute} exists already; choose another name or use --force`, {
      path: absolute,
    });
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new WorkbenchError(
      'NOT_WRITABLE',
      `nothing can be written into ${folder}; choose another folder`,
      { path: absolute },
      error,
    );
  }
  return absolute;
}
