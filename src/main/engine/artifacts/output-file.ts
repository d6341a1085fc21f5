// Where results are written: checks before the work starts, a folder beside the output for everything unfinished, and the rename
// that makes it appear whole. What is under the final name is always complete.
import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type ErrorCode, WorkbenchError } from '../../../shared/errors.ts';
import { ExclusiveLock } from '../jobs/exclusive-lock.ts';

export interface OutputRequest {
  readonly outputPath: string;
  /** Files that must not be overwritten by the result. */
  readonly sourcePaths: readonly string[];
  readonly force: boolean;
}

/** Everything unfinished lies in this folder: on the output's own disk, so that a rename is enough in the end. */
export function partialFolderOf(outputPath: string): string {
  return `${resolve(outputPath)}.partial`;
}

/** Removes what a cancelled, failed or killed job has left. Does nothing when there is nothing. */
export function removePartial(outputPath: string): void {
  rmSync(partialFolderOf(outputPath), { recursive: true, force: true });
}

/** Throws FILE_NOT_FOUND (no folder), NOT_WRITABLE, FILE_EXISTS, BAD_USAGE (the output is an input). Writes nothing. */
export function checkOutput({ outputPath, sourcePaths, force }: OutputRequest): void {
  const path = resolve(outputPath);
  checkFolder(path);
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing === undefined) return;
  const refuse = (code: ErrorCode, reason: string): WorkbenchError =>
    new WorkbenchError(code, `${path} ${reason}`, { path });
  if (sourcePaths.some((source) => isSameFile(source, path))) {
    throw refuse('BAD_USAGE', 'is the source itself. Choose another name for the output.');
  }
  if (!existing.isFile()) throw refuse('NOT_WRITABLE', 'is no regular file. Choose another name for the output.');
  if (!force) throw refuse('FILE_EXISTS', 'exists already. Choose another name, or allow it to be replaced (--force).');
}

/** One job at a time writes an output. Throws IN_USE, FILE_NOT_FOUND (no folder), NOT_WRITABLE. */
export async function lockOutput(outputPath: string, signal: AbortSignal): Promise<ExclusiveLock> {
  const subject = resolve(outputPath);
  checkFolder(subject);
  return await ExclusiveLock.acquire({ path: `${partialFolderOf(outputPath)}.lock`, subject, signal });
}

function checkFolder(path: string): void {
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    const message = `There is no folder ${folder} to write ${basename(path)} into. Make it first.`;
    throw new WorkbenchError('FILE_NOT_FOUND', message, { path });
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    const message = `${folder} may not be written to. Check its permissions, or choose another folder.`;
    throw new WorkbenchError('NOT_WRITABLE', message, { path }, error);
  }
}

function isSameFile(a: string, b: string): boolean {
  const first = statSync(a, { bigint: true, throwIfNoEntry: false });
  const second = statSync(b, { bigint: true, throwIfNoEntry: false });
  if (first === undefined || second === undefined) return false;
  return (
    (first.ino !== 0n && first.ino === second.ino && first.dev === second.dev) || realpathSync(a) === realpathSync(b)
  );
}

/** Throws NO_SPACE when the output's disk cannot hold `neededBytes` more. */
export function checkSpace(outputPath: string, neededBytes: number): void {
  const folder = dirname(resolve(outputPath));
  const { bavail, bsize } = statfsSync(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes) return;
  throw new WorkbenchError(
    'NO_SPACE',
    `${folder} has ${freeBytes} bytes free, and ${neededBytes} are needed for ${basename(outputPath)} and its unfinished files. Free some, or write to another disk.`,
    { path: outputPath, freeBytes, neededBytes },
  );
}

/** Makes the folder for unfinished files anew and returns it. Throws NOT_WRITABLE. */
export function makePartialFolder(outputPath: string): string {
  const folder = partialFolderOf(outputPath);
  try {
    removePartial(outputPath);
    mkdirSync(folder);
    return folder;
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const message = `${dirname(folder)} cannot be written to (${reason}). Check its permissions, or choose another folder.`;
    throw new WorkbenchError('NOT_WRITABLE', message, { path: outputPath, reason }, error);
  }
}

/** Moves finished, synced files of the partial folder to their place; the first name appears last. Returns the new paths. */
export function publish(outputPath: string, names: readonly string[]): string[] {
  const folder = dirname(resolve(outputPath));
  const paths = names.map((name) => join(folder, name));
  for (const [index, name] of [...names.entries()].reverse()) {
    renameSync(join(partialFolderOf(outputPath), name), paths[index]!);
  }
  syncFolder(folder);
  return paths;
}

/** So that the new names outlive a power cut. Not every system can sync a folder. */
function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, 'r');
    fsyncSync(fd);
    closeSync(fd);
  } catch {
    // The files themselves are on the disk already.
  }
}
