// Writing output files: whole writes, synced when done, plain words when the disk is full or the folder is not writable.
import { fsyncSync, openSync, writeSync } from 'node:fs';
import { WorkbenchError } from '../../../shared/errors.ts';

/** One system call writes at most 2 GiB on Linux. */
const LARGEST_WRITE_BYTES = 1024 * 1024 * 1024;

/** Creates the file, or empties it. */
export function openForWriting(path: string): number {
  return explainErrors(path, () => openSync(path, 'w'));
}

/** At `position`, or where the file stands. */
export function writeFully(path: string, fd: number, bytes: Uint8Array, position?: number): void {
  let done = 0;
  while (done < bytes.length) {
    const length = Math.min(bytes.length - done, LARGEST_WRITE_BYTES);
    done += explainErrors(path, () =>
      writeSync(fd, bytes, done, length, position === undefined ? null : position + done),
    );
  }
}

/** Returns when the file is on the disk. */
export function syncFile(path: string, fd: number): void {
  explainErrors(path, () => fsyncSync(fd));
}

const NO_SPACE_CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

function explainErrors<Result>(path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (NO_SPACE_CODES.has(reason)) {
      const message = `There is no space left for ${path}. Free some, or write to another disk.`;
      throw new WorkbenchError('NO_SPACE', message, { path, reason }, error);
    }
    const message = `${path} cannot be written (${reason}). Check that its folder exists and may be written to.`;
    throw new WorkbenchError('NOT_WRITABLE', message, { path, reason }, error);
  }
}
