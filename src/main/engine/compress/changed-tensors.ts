// Tensors that were changed layer by layer, kept in a file until transform-file.ts writes them in the order of the model.
import { closeSync, existsSync, openSync } from 'node:fs';
import { WorkbenchError } from '../../../shared/errors.ts';
import { openForReading, readFully } from '../gguf/read-file.ts';
import { openForWriting, writeFully } from '../gguf/write-file.ts';
import type { LayerProgress } from './layer-journal.ts';

interface Place {
  readonly position: number;
  readonly sizeBytes: number;
}

export class ChangedTensors {
  readonly #path: string;
  readonly #fd: number;
  readonly #places: Map<string, Place>;
  #position: number;

  /** Goes on behind the places of an earlier run, else creates or empties the file; whoever named it deletes it. */
  constructor(path: string, places: LayerProgress['places'] = []) {
    this.#path = path;
    this.#fd = places.length > 0 && existsSync(path) ? openSync(path, 'r+') : openForWriting(path);
    this.#places = new Map(places.map(([name, position, sizeBytes]) => [name, { position, sizeBytes }]));
    this.#position = places.reduce((end, [, position, sizeBytes]) => Math.max(end, position + sizeBytes), 0);
  }

  add(name: string, data: Uint8Array): void {
    writeFully(this.#path, this.#fd, data, this.#position);
    this.#places.set(name, { position: this.#position, sizeBytes: data.length });
    this.#position += data.length;
  }

  get places(): LayerProgress['places'] {
    return [...this.#places].map(([name, { position, sizeBytes }]) => [name, position, sizeBytes]);
  }

  /** No tensor is added after this. */
  finish(): void {
    closeSync(this.#fd);
  }

  readonly read = (name: string): Uint8Array => {
    const place = this.#places.get(name);
    if (place === undefined) throw new WorkbenchError('INTERNAL', `${name} was not changed with its layer.`);
    const bytes = Buffer.allocUnsafeSlow(place.sizeBytes);
    const file = openForReading(this.#path);
    try {
      readFully(file, bytes, place.position);
    } finally {
      closeSync(file.fd);
    }
    return bytes;
  };
}
