// Opening and reading files whose contents are not trusted: plain files only, whole reads, plain words when it fails.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { WorkbenchError } from '../../../shared/errors.ts';
import { badGguf } from './bad-gguf.ts';

/** One system call reads at most 2 GiB on Linux; smaller pieces cost nothing measurable. */
const LARGEST_READ_BYTES = 1024 * 1024 * 1024;

export interface OpenFile {
  readonly path: string;
  readonly fd: number;
  readonly sizeBytes: number;
}

export function openForReading(path: string): OpenFile {
  try {
    // Before opening: opening a pipe would wait for its writer.
    const stats = statSync(path);
    if (stats.isDirectory()) throw badGguf(path, 0, 'it is a folder', 'Give a .gguf file.');
    if (!stats.isFile()) throw badGguf(path, 0, 'it is no regular file', 'Give a .gguf file.');
    const fd = openSync(path, 'r');
    return { path, fd, sizeBytes: fstatSync(fd).size };
  } catch (error) {
    if (error instanceof WorkbenchError) throw error;
    throw cannotRead(path, error);
  }
}

/** Fills `target` from byte `position` of the file; refuses when the file ends before. */
export function readFully(file: OpenFile, target: Uint8Array, position: number): void {
  let done = 0;
  while (done < target.length) {
    const length = Math.min(target.length - done, LARGEST_READ_BYTES);
    const count = readOrExplain(file, target, done, length, position + done);
    if (count === 0)
      throw badGguf(file.path, position + done, 'it ended while it was read (does another program write it?)');
    done += count;
  }
}

export function closeFile(file: OpenFile): void {
  closeSync(file.fd);
}

function readOrExplain(file: OpenFile, target: Uint8Array, start: number, length: number, position: number): number {
  try {
    return readSync(file.fd, target, start, length, position);
  } catch (error) {
    throw cannotRead(file.path, error);
  }
}

function cannotRead(path: string, cause: unknown): WorkbenchError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  if (reason === 'ENOENT' || reason === 'ENOTDIR') {
    return new WorkbenchError('FILE_NOT_FOUND', `There is no file ${path}. Check the path.`, { path }, cause);
  }
  const message = `${path} cannot be read (${reason}). Check its permissions and the disk.`;
  return new WorkbenchError('BAD_INPUT', message, { path, reason }, cause);
}
