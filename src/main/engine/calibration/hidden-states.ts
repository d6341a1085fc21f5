// The hidden states of all calibration samples in front of a layer and behind it, in two files: at 128 x 2048 tokens of a 7B model
// they are 4 GB each, and what fits stays in the system's file cache. A layer that is broken off can be read again.
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import { writeFully } from '../gguf/write-file.ts';

export class HiddenStates {
  readonly #sampleLength: number;
  readonly #files: readonly { readonly path: string; readonly fd: number }[];

  /** `sampleLength` is the number of values of one sample: tokens times the model's width. Goes on with files that are there. */
  constructor(folder: string, sampleLength: number) {
    this.#sampleLength = sampleLength;
    this.#files = ['even', 'odd'].map((name) => {
      const path = join(folder, `hidden-states-${name}`);
      return { path, fd: openSync(path, existsSync(path) ? 'r+' : 'w+') };
    });
  }

  #file(layer: number): { readonly path: string; readonly fd: number } {
    const file = this.#files[layer % 2];
    if (file === undefined) throw new WorkbenchError('INTERNAL', `There are no hidden states of layer ${layer}.`);
    return file;
  }

  /** The inputs of a layer: (tokens, width) row-major. */
  read(layer: number, sample: number): Float32Array {
    const { fd, path } = this.#file(layer);
    const values = new Float32Array(this.#sampleLength);
    const bytes = new Uint8Array(values.buffer);
    for (let done = 0; done < bytes.length; ) {
      const count = readSync(fd, bytes, done, bytes.length - done, sample * bytes.length + done);
      if (count === 0) throw new WorkbenchError('INTERNAL', `${path} holds no sample ${sample}.`);
      done += count;
    }
    return values;
  }

  /** The inputs of `layer`, which take the place of those of the layer two before. */
  write(layer: number, sample: number, values: Float32Array): void {
    const { fd, path } = this.#file(layer);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    writeFully(path, fd, bytes, sample * bytes.length);
  }

  /** The files stay: whoever named the folder deletes it. */
  close(): void {
    for (const { fd } of this.#files) closeSync(fd);
  }
}
