// SHA-256 of files, streamed. A split model has one hash: of its shards' bytes in order.
import { createHash } from 'node:crypto';
import { closeFile, openForReading, readFully } from '../gguf/read-file.ts';
import { yieldToEvents } from './yield-to-events.ts';

const PIECE_BYTES = 4 * 1024 * 1024;

export interface HashOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((doneBytes: number) => void) | undefined;
}

/** Hex digits. Throws FILE_NOT_FOUND, BAD_INPUT, CANCELLED. */
export async function hashFiles(paths: readonly string[], options: HashOptions = {}): Promise<string> {
  const hash = createHash('sha256');
  const memory = Buffer.allocUnsafeSlow(PIECE_BYTES);
  let doneBytes = 0;
  for (const path of paths) {
    const file = openForReading(path);
    try {
      for (let position = 0; position < file.sizeBytes; position += PIECE_BYTES) {
        const piece = memory.subarray(0, Math.min(PIECE_BYTES, file.sizeBytes - position));
        readFully(file, piece, position);
        hash.update(piece);
        doneBytes += piece.length;
        options.onBytes?.(doneBytes);
        await yieldToEvents(options.signal);
      }
    } finally {
      closeFile(file);
    }
  }
  return hash.digest('hex');
}

export function hashFile(path: string, options: HashOptions = {}): Promise<string> {
  return hashFiles([path], options);
}
