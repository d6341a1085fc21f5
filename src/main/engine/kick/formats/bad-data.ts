// The one way in which a reader of data sets refuses: file, line and what to do.
import { WorkbenchError } from '../../../../shared/errors.ts';

/** `line` counts from 1; without it the fault is in the file as a whole. */
export function badData(path: string, line: number | undefined, what: string, cause?: unknown): WorkbenchError {
  const where = line === undefined ? path : `${path}, line ${line}`;
  return new WorkbenchError('BAD_DATA', `${where}: ${what}`, line === undefined ? { path } : { path, line }, cause);
}

/** UTF-8 bytes as text without a byte order mark; anything else is refused. */
export function decodeUtf8(bytes: Uint8Array, path: string, line?: number): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw badData(path, line, 'is not UTF-8 text. Save it as UTF-8.', error);
  }
}
