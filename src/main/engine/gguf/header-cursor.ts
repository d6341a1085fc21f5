// Reads a GGUF header front to back: pulls the file in growing pieces, and never past the file's end or the header limit, so that
// a hostile length costs neither memory nor time.
import { badGguf } from './bad-gguf.ts';
import { readLength } from './value-bytes.ts';

/** Where header bytes come from: a file, or memory in tests. */
export interface HeaderSource {
  readonly path: string;
  readonly sizeBytes: number;
  /** Fills `target` from byte `position`; never asked for bytes past `sizeBytes`. */
  readonly read: (target: Buffer, position: number) => void;
}

const FIRST_PIECE_BYTES = 64 * 1024;

export class HeaderCursor {
  readonly source: HeaderSource;
  readonly #limitBytes: number;
  #buffer: Buffer = Buffer.alloc(0);
  #position = 0;

  constructor(source: HeaderSource, limitBytes: number) {
    this.source = source;
    this.#limitBytes = limitBytes;
  }

  get position(): number {
    return this.#position;
  }

  get remainingBytes(): number {
    return this.source.sizeBytes - this.#position;
  }

  uint32(what: string): number {
    const start = this.#take(4, what);
    return this.#buffer.readUInt32LE(start);
  }

  /** A 64-bit count, length or offset. Above 2^53 it is inexact but still far beyond any limit that it is compared with. */
  uint64(what: string): number {
    const start = this.#take(8, what);
    return readLength(this.#buffer, start);
  }

  bytes(length: number, what: string): Buffer {
    const start = this.#take(length, what);
    return this.#buffer.subarray(start, start + length);
  }

  skip(length: number, what: string): void {
    this.#take(length, what);
  }

  /** Passes over `count` strings without decoding them. */
  skipStrings(count: number, what: string): void {
    for (let index = 0; index < count; index += 1) {
      const start = this.#take(8, what);
      const length = readLength(this.#buffer, start);
      if (length > this.remainingBytes) this.#refuseLength(start, `${what} has a string of ${length} bytes`);
      this.#take(length, what);
    }
  }

  /** Refuses when `count` things of at least `minimumBytes` each cannot fit in the rest of the file. */
  checkCount(count: number, minimumBytes: number, offset: number, what: string): void {
    if (count * minimumBytes > this.remainingBytes) this.#refuseLength(offset, what);
  }

  /** A piece of what was read so far, without a copy. */
  slice(start: number, end: number): Buffer {
    return this.#buffer.subarray(start, end);
  }

  #refuseLength(offset: number, what: string): never {
    throw badGguf(this.source.path, offset, `${what}, more than the ${this.remainingBytes} bytes that are left`);
  }

  #take(length: number, what: string): number {
    const start = this.#position;
    const end = start + length;
    if (end > this.source.sizeBytes) {
      const reason = `it is cut off inside ${what} (the file has ${this.source.sizeBytes} bytes)`;
      throw badGguf(this.source.path, start, reason);
    }
    if (end > this.#buffer.length) this.#grow(end, what);
    this.#position = end;
    return start;
  }

  #grow(end: number, what: string): void {
    if (end > this.#limitBytes) {
      const reason = `${what} would make the header larger than ${this.#limitBytes} bytes, the most that is read`;
      throw badGguf(this.source.path, this.#position, reason);
    }
    const wanted = Math.max(end, this.#buffer.length * 2, FIRST_PIECE_BYTES);
    const grown = Buffer.allocUnsafeSlow(Math.min(wanted, this.source.sizeBytes, this.#limitBytes));
    this.#buffer.copy(grown);
    this.source.read(grown.subarray(this.#buffer.length), this.#buffer.length);
    this.#buffer = grown;
  }
}
