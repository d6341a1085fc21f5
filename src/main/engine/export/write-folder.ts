// Writes a set of files into a folder so that no half report can be seen: everything into a partial folder first, then
// renamed into place.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';

/** Only what earlier reports wrote is cleared away when a report is replaced. */
const OURS = /\.(?:svg|png|csv|json)$/;

function checkTarget(target: string, overwrite: boolean): void {
  if (!existsSync(dirname(target))) {
    throw new WorkbenchError('NOT_WRITABLE', `The folder ${dirname(target)} does not exist. Make it first.`, {
      target,
    });
  }
  if (!existsSync(target)) return;
  if (!statSync(target).isDirectory()) {
    throw new WorkbenchError('FILE_EXISTS', `${target} is a file. Choose a folder for the report.`, { target });
  }
  if (!overwrite && readdirSync(target).length > 0) {
    const words = 'is not empty. Choose another folder, or allow replacing the report in it';
    throw new WorkbenchError('FILE_EXISTS', `${target} ${words} (--force).`, { target });
  }
}

/** Removes the subfolder of an earlier report, but keeps whatever else lies in it. */
function clearOld(folder: string): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (OURS.test(name)) rmSync(join(folder, name));
}

function moveInto(partial: string, target: string, files: readonly string[]): void {
  const folders = new Set(files.map((file) => dirname(file)).filter((folder) => folder !== '.'));
  for (const folder of folders) {
    clearOld(join(target, folder));
    mkdirSync(join(target, folder), { recursive: true });
  }
  for (const file of files) renameSync(join(partial, file), join(target, file));
}

export interface WriteFolderOptions {
  readonly overwrite: boolean;
}

function asWriteError(error: unknown, target: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC')
    return new WorkbenchError('NO_SPACE', `No room left for the report in ${target}.`, { target }, error);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new WorkbenchError(
      'NOT_WRITABLE',
      `The report cannot be written to ${target}: no permission.`,
      { target },
      error,
    );
  }
  return error;
}

/** `files`: relative path with `/` -> content. Returns absolute paths in the same order. */
export function writeFolder(
  outDir: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  { overwrite }: WriteFolderOptions,
): string[] {
  const target = resolve(outDir);
  checkTarget(target, overwrite);
  let partial: string | undefined;
  try {
    partial = mkdtempSync(join(dirname(target), `.${basename(target)}-`));
    const folder = join(partial, 'report.partial');
    mkdirSync(folder);
    for (const [path, content] of files) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    if (existsSync(target)) moveInto(folder, target, [...files.keys()]);
    else renameSync(folder, target);
    return [...files.keys()].map((path) => join(target, path));
  } catch (error) {
    throw asWriteError(error, target);
  } finally {
    if (partial !== undefined) rmSync(partial, { recursive: true, force: true });
  }
}
