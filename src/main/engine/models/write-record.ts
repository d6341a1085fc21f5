// A new small JSON file that is there whole or not at all, and never replaces one that another process wrote first.
import { closeSync, linkSync, renameSync, rmSync } from 'node:fs';
import { openForWriting, syncFile, writeFully } from '../gguf/write-file.ts';

/** False when `path` exists already. Throws NOT_WRITABLE, NO_SPACE. */
export function writeRecord(path: string, value: unknown): boolean {
  const partial = `${path}.${process.pid}.partial`;
  const fd = openForWriting(partial);
  try {
    writeFully(partial, fd, Buffer.from(`${JSON.stringify(value, null, 2)}\n`));
    syncFile(partial, fd);
  } finally {
    closeSync(fd);
  }
  return publish(partial, path);
}

/** A hard link fails where the name is taken; file systems without links get a rename, whose last writer wins. */
function publish(partial: string, path: string): boolean {
  try {
    linkSync(partial, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    renameSync(partial, path);
    return true;
  } finally {
    rmSync(partial, { force: true });
  }
}
