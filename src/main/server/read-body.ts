// Request bodies: JSON within a limit, and uploads streamed to a file that appears under its name only when it is whole.
import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WorkbenchError } from '../../shared/errors.ts';

/** A conversation or a recipe with thousands of lines is a few MB. */
export const MAX_CALL_BYTES = 16 * 1024 * 1024;
const UPLOADABLE = /\.(gguf|safetensors|json|jsonl|csv|tsv|txt|md|yaml|yml|dat)$/i;
/** Left free beside an upload. */
const DISK_MARGIN_BYTES = 256 * 1024 * 1024;

export class BodyTooLarge extends Error {}

export async function readJson(request: IncomingMessage, maxBytes = MAX_CALL_BYTES): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw new BodyTooLarge();
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new WorkbenchError('BAD_INPUT', 'The body is not JSON. Send {"name": ..., "input": ...}.', {}, error);
  }
}

export interface UploadTarget {
  readonly folder: string;
  readonly name: string;
  readonly onProgress: (receivedBytes: number, totalBytes: number) => void;
}

/** Returns the absolute path of the finished file. Throws BAD_INPUT, NO_SPACE. */
export async function receiveUpload(request: IncomingMessage, target: UploadTarget): Promise<string> {
  const name = safeName(target.name);
  const totalBytes = Number(request.headers['content-length'] ?? Number.NaN);
  if (!Number.isSafeInteger(totalBytes)) throw new WorkbenchError('BAD_INPUT', 'An upload must say its length.');
  const folder = join(target.folder, randomBytes(6).toString('hex'));
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  const partial = join(folder, `${name}.partial`);
  try {
    if (totalBytes + DISK_MARGIN_BYTES > bavail * bsize) {
      throw new WorkbenchError(
        'NO_SPACE',
        `${name} does not fit: it has ${totalBytes} bytes, ${bavail * bsize} are free.`,
      );
    }
    await pipeline(
      request,
      new CountBytes(totalBytes, target.onProgress),
      createWriteStream(partial, { flags: 'wx', flush: true }),
    );
    const path = join(folder, name);
    renameSync(partial, path);
    return path;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function safeName(name: string): string {
  const plain = name.normalize('NFC');
  const isSafe = plain === basename(plain) && !/[\\/:*?"<>|\p{Cc}]/u.test(plain) && !plain.startsWith('.');
  if (isSafe && Buffer.byteLength(plain) <= 200 && UPLOADABLE.test(plain)) return plain;
  throw new WorkbenchError(
    'BAD_INPUT',
    `"${name}" cannot be uploaded. Models, texts and tables can, under a plain name.`,
  );
}

class CountBytes extends Transform {
  #receivedBytes = 0;
  readonly #totalBytes: number;
  readonly #report: (receivedBytes: number, totalBytes: number) => void;

  constructor(totalBytes: number, report: (receivedBytes: number, totalBytes: number) => void) {
    super();
    this.#totalBytes = totalBytes;
    this.#report = report;
  }

  override _transform(chunk: Buffer, _: BufferEncoding, done: (error: Error | null, chunk?: Buffer) => void): void {
    this.#receivedBytes += chunk.length;
    this.#report(this.#receivedBytes, this.#totalBytes);
    done(null, chunk);
  }

  override _flush(done: (error?: Error | null) => void): void {
    const isWhole = this.#receivedBytes === this.#totalBytes;
    done(isWhole ? null : new WorkbenchError('BAD_INPUT', 'The upload ended early. Send the file again.'));
  }
}
