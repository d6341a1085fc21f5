// Lets llama.cpp leave as much room in front of the tensor data as the final header needs, so that the header can be put there
// afterwards and gigabytes of data need not be written twice.
import { closeSync, openSync } from 'node:fs';
import { encodeHeader, type HeaderSpec } from '../gguf/encode-header.ts';
import type { GgufShard } from '../gguf/read-gguf.ts';
import { syncFile, writeFully } from '../gguf/write-file.ts';

/** llama.cpp takes texts of up to 127 bytes from its caller. With key and lengths an entry is at most this long. */
const LARGEST_ENTRY_BYTES = 128;
/** Key of 7 letters, two lengths of 8 bytes, a type of 4. */
const ENTRY_OVERHEAD_BYTES = 27;
const MOST_ENTRIES = 100;

const dataOffset = (spec: HeaderSpec): number => encodeHeader(spec).places[0]?.offset ?? 0;

/** Metadata for llama.cpp to add to what it writes by itself; empty when its header is as long or cannot be made so. */
export function reserveRoom(native: HeaderSpec, final: HeaderSpec): Map<string, string> {
  const room = new Map<string, string>();
  let missingBytes = dataOffset(final) - dataOffset(native);
  if (missingBytes > MOST_ENTRIES * LARGEST_ENTRY_BYTES) return room;
  while (missingBytes > 0) {
    const entryBytes = Math.min(missingBytes, LARGEST_ENTRY_BYTES);
    room.set(`room.${String(room.size).padStart(2, '0')}`, '-'.repeat(entryBytes - ENTRY_OVERHEAD_BYTES));
    missingBytes -= entryBytes;
  }
  return room;
}

/** Whether the file's data lies where the header says that it lies. */
export function fitsInPlace(file: GgufShard, header: HeaderSpec): boolean {
  const { places } = encodeHeader(header);
  return (
    places.length === file.tensors.length &&
    places.every(({ offset }, index) => {
      const tensor = file.tensors[index];
      return tensor?.offset === offset && tensor.name === header.tensors[index]?.name;
    })
  );
}

/** Puts the header in the place of the file's own one, and syncs the file. */
export function replaceHeader(path: string, spec: HeaderSpec): void {
  const { header } = encodeHeader(spec);
  const fd = openSync(path, 'r+');
  try {
    writeFully(path, fd, header);
    syncFile(path, fd);
  } finally {
    closeSync(fd);
  }
}
