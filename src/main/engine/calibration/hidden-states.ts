// The hidden states of all calibration samples in front of a layer and behind it, in two files: at 128 x 2048 tokens of a 7B model
// they are 4 GB each, and what fits stays in the system's file cache. A layer that is broken off can be read again.
import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import { writeFully } from '../gguf/write-file.ts';

/** Float16 where the disk has no room for float32. */
export type HiddenPrecision = 'F32' | 'F16';

export const HIDDEN_STATE_BYTES: Readonly<Record<HiddenPrecision, number>> = { F32: 4, F16: 2 };

const PRECISIONS = ['F32', 'F16'] as const;
const PLACES = ['even', 'odd'] as const;
const LARGEST_HALF = 65_504;

const pathOf = (folder: string, precision: HiddenPrecision, place: (typeof PLACES)[number]): string =>
  join(folder, `hidden-states-${precision}-${place}`);

/** Where the dense model's are, when samples go through both. */
export function denseHiddenFolder(folder: string): string {
  return join(folder, 'dense');
}

/** Bytes that an unfinished run has left in `folder`. */
export function hiddenStatesOnDisk(folder: string): number {
  const paths = [folder, denseHiddenFolder(folder)].flatMap((own) =>
    PRECISIONS.flatMap((precision) => PLACES.map((place) => pathOf(own, precision, place))),
  );
  return paths.filter((path) => existsSync(path)).reduce((sum, path) => sum + statSync(path).size, 0);
}

/** What an unfinished run in `folder` began with; undefined when there is none. */
export function hiddenPrecisionOnDisk(folder: string): HiddenPrecision | undefined {
  return PRECISIONS.find((precision) => existsSync(pathOf(folder, precision, 'even')));
}

export class HiddenStates {
  readonly #precision: HiddenPrecision;
  /** What was read last, as it is on disk and in float32. */
  readonly #stored: Float32Array | Float16Array;
  readonly #values: Float32Array;
  readonly #files: readonly { readonly path: string; readonly fd: number }[];

  /** `sampleLength` is the number of values of one sample: tokens times the model's width. Makes the folder; goes on with files that are there. */
  constructor(folder: string, sampleLength: number, precision: HiddenPrecision) {
    this.#precision = precision;
    this.#values = new Float32Array(sampleLength);
    this.#stored = precision === 'F32' ? this.#values : new Float16Array(sampleLength);
    mkdirSync(folder, { recursive: true });
    this.#files = PLACES.map((place) => {
      const path = pathOf(folder, precision, place);
      return { path, fd: openSync(path, existsSync(path) ? 'r+' : 'w+') };
    });
  }

  #file(layer: number): { readonly path: string; readonly fd: number } {
    const file = this.#files[layer % 2];
    if (file === undefined) throw new WorkbenchError('INTERNAL', `There are no hidden states of layer ${layer}.`);
    return file;
  }

  /** The inputs of a layer: (tokens, width) row-major, valid until the next call. */
  read(layer: number, sample: number): Float32Array {
    const { fd, path } = this.#file(layer);
    const bytes = new Uint8Array(this.#stored.buffer);
    for (let done = 0; done < bytes.length; ) {
      const count = readSync(fd, bytes, done, bytes.length - done, sample * bytes.length + done);
      if (count === 0) throw new WorkbenchError('INTERNAL', `${path} holds no sample ${sample}.`);
      done += count;
    }
    if (this.#precision === 'F16') this.#values.set(this.#stored);
    return this.#values;
  }

  /** The inputs of `layer`, which take the place of those of the layer two before. */
  write(layer: number, sample: number, values: Float32Array): void {
    const { fd, path } = this.#file(layer);
    const stored = this.#precision === 'F32' ? values : halves(values);
    const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
    writeFully(path, fd, bytes, sample * bytes.length);
  }

  /** The files stay: whoever named the folder deletes it. */
  close(): void {
    for (const { fd } of this.#files) closeSync(fd);
  }
}

/** A value beyond the largest half becomes that one: an infinity would spoil every later layer. */
function halves(values: Float32Array): Float16Array {
  const stored = new Float16Array(values.length);
  for (let i = 0; i < values.length; i++) stored[i] = Math.min(LARGEST_HALF, Math.max(-LARGEST_HALF, values[i]!));
  return stored;
}
