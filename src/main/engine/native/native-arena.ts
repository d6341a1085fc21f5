// Native memory for C structs that point at each other: texts, tables and arrays, freed together.
import koffi from 'koffi';

export class NativeArena {
  readonly #pointers: bigint[] = [];

  allocate(sizeBytes: number): bigint {
    const pointer: bigint = koffi.alloc('uint8_t', Math.max(1, sizeBytes));
    this.#pointers.push(pointer);
    return pointer;
  }

  /** A NUL-terminated copy in UTF-8. */
  text(value: string): bigint {
    return this.bytes(new TextEncoder().encode(`${value}\0`));
  }

  bytes(value: NodeJS.ArrayBufferView): bigint {
    const pointer = this.allocate(value.byteLength);
    new Uint8Array(koffi.view(pointer, Math.max(1, value.byteLength))).set(
      new Uint8Array(value.buffer, value.byteOffset, value.byteLength),
    );
    return pointer;
  }

  /** An array of structs. */
  structs(type: string, values: readonly Readonly<Record<string, unknown>>[]): bigint {
    const pointer = this.allocate(koffi.sizeof(type) * values.length);
    koffi.encode(pointer, type, values, values.length);
    return pointer;
  }

  free(): void {
    for (const pointer of this.#pointers.splice(0)) koffi.free(pointer);
  }
}
