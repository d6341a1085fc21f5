// The hidden states of all calibration samples between two layers, in a file: at 128 x 2048 tokens of a 7B model they are 4 GB, and
// what fits stays in the system's file cache.
import { closeSync, openSync, readSync, unlinkSync } from 'node:fs';
import { WorkbenchError } from '../../../shared/errors.ts';
import { writeFully } from '../gguf/write-file.ts';

export class HiddenStates {
  readonly #path: string;
  readonly #fd: number;
  readonly #sampleLength: number;

  /** `sampleLength` is the number of values of one sample: tokens times the model's width. */
  constructor(path: string, sampleLength: number) {
    this.#path = path;
    this.#sampleLength = sampleLength;
    this.#fd = openSync(path, 'w+');
  }

  /** (tokens, width) row-major. */
  read(sample: number): Float32Array {
    const values = new Float32Array(this.#sampleLength);
    const bytes = new Uint8Array(values.buffer);
    let done = 0;
    while (done < bytes.length) {
      const count = readSync(this.#fd, bytes, done, bytes.length - done, sample * bytes.length + done);
      if (count === 0) throw new WorkbenchError('INTERNAL', `${this.#path} holds no sample ${sample}.`);
      done += count;
    }
    return values;
  }

  write(sample: number, values: Float32Array): void {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    writeFully(this.#path, this.#fd, bytes, sample * bytes.length);
  }

  /** Deletes the file. */
  close(): void {
    closeSync(this.#fd);
    unlinkSync(this.#path);
  }
}
