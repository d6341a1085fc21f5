// Writes a GGUF as a stream: the header first, then one tensor after the other in the header's order. The caller chooses the path
// (`*.partial`) and renames when all is checked; finish() has synced the file by then.
import { closeSync, unlinkSync } from 'node:fs';
import { WorkbenchError } from '../../../shared/errors.ts';
import { encodeHeader, type HeaderLayout, type HeaderSpec, padTo } from './encode-header.ts';
import { openForWriting, syncFile, writeFully } from './write-file.ts';

export class GgufWriter {
  readonly path: string;
  /** Size that the file will have. */
  readonly fileSizeBytes: number;
  readonly #fd: number;
  readonly #spec: HeaderSpec;
  readonly #layout: HeaderLayout;
  #position = 0;
  #next = 0;
  #open = true;

  /**
   * Creates or empties the file and writes the header; when that fails, the caller removes what it named. Throws NOT_WRITABLE, NO_SPACE,
   * UNKNOWN_TYPE.
   */
  static create(path: string, spec: HeaderSpec): GgufWriter {
    const layout = encodeHeader(spec);
    const writer = new GgufWriter(path, openForWriting(path), spec, layout);
    try {
      writer.#write(layout.header);
    } catch (error) {
      writer.#close();
      throw error;
    }
    return writer;
  }

  private constructor(path: string, fd: number, spec: HeaderSpec, layout: HeaderLayout) {
    this.path = path;
    this.#fd = fd;
    this.#spec = spec;
    this.#layout = layout;
    this.fileSizeBytes = layout.fileSizeBytes;
  }

  /** The next tensor of the header, whole or in pieces; its name and size must be as announced. */
  writeTensor(name: string, data: Uint8Array | Iterable<Uint8Array>): void {
    const tensor = this.#spec.tensors[this.#next];
    const place = this.#layout.places[this.#next];
    if (tensor === undefined || place === undefined || tensor.name !== name) {
      throw new WorkbenchError('INTERNAL', `Tensor ${name} is written where ${tensor?.name ?? 'the end'} is due.`);
    }
    for (const piece of data instanceof Uint8Array ? [data] : data) this.#write(piece);
    const writtenBytes = this.#position - place.offset;
    if (writtenBytes !== place.sizeBytes) {
      const message = `Tensor ${name} was given ${writtenBytes} bytes where its header says ${place.sizeBytes}.`;
      throw new WorkbenchError('INTERNAL', message, { path: this.path });
    }
    this.#write(Buffer.alloc(padTo(this.#position, this.#layout.alignment) - this.#position));
    this.#next += 1;
  }

  /** All tensors must have been written. The file is on the disk when this returns, unless it is not to last. */
  finish({ lasts = true } = {}): void {
    const missing = this.#spec.tensors[this.#next];
    if (missing !== undefined) {
      throw new WorkbenchError('INTERNAL', `${this.path} is finished before tensor ${missing.name} was written.`);
    }
    if (lasts) syncFile(this.path, this.#fd);
    this.#close();
  }

  /** Gives up: closes and deletes the file. Does nothing after finish(). */
  discard(): void {
    if (!this.#open) return;
    this.#close();
    unlinkSync(this.path);
  }

  #close(): void {
    this.#open = false;
    closeSync(this.#fd);
  }

  #write(bytes: Uint8Array): void {
    writeFully(this.path, this.#fd, bytes);
    this.#position += bytes.length;
  }
}
