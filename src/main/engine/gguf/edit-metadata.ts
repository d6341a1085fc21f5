// A copy of one GGUF file with other metadata: provenance is added to what a quantizer wrote. The tensor data is carried over as it
// stands, byte for byte, with whatever padding it has.
import { closeSync } from 'node:fs';
import { encodeHeader } from './encode-header.ts';
import type { GgufValue } from './gguf-value.ts';
import { closeFile, type OpenFile, openForReading, readFully } from './read-file.ts';
import type { GgufShard } from './read-gguf.ts';
import { openForWriting, syncFile, writeFully } from './write-file.ts';

const COPY_BYTES = 8 * 1024 * 1024;

export interface MetadataEdit {
  /** Replaced in place or added at the end. */
  readonly set?: ReadonlyMap<string, GgufValue>;
  readonly remove?: readonly string[];
}

function editedMetadata(metadata: ReadonlyMap<string, GgufValue>, edit: MetadataEdit): Map<string, GgufValue> {
  const edited = new Map(metadata);
  for (const key of edit.remove ?? []) edited.delete(key);
  for (const [key, value] of edit.set ?? []) edited.set(key, value);
  return edited;
}

/**
 * Writes `outputPath` (created or emptied, synced) from `source`, a file as readGguf describes it; of a split model one shard at a time.
 * Leaves a partial file behind when it fails: the caller removes what it named. `between` is called about every 8 MB; it may throw to stop.
 */
export function editMetadata(
  source: GgufShard,
  outputPath: string,
  edit: MetadataEdit,
  between = (): void => {},
): void {
  const header = encodeEdited(source, edit);
  const file = openForReading(source.path);
  try {
    const fd = openForWriting(outputPath);
    try {
      writeFully(outputPath, fd, header);
      // Without tensors there may be no padding behind the header, and no data.
      const start = source.tensors.length === 0 ? source.headerSizeBytes : source.dataOffset;
      copyData(file, start, outputPath, fd, between);
      syncFile(outputPath, fd);
    } finally {
      closeSync(fd);
    }
  } finally {
    closeFile(file);
  }
}

/** Tensors keep their places in the data. */
function encodeEdited(source: GgufShard, edit: MetadataEdit): Buffer {
  const { header } = encodeHeader({
    metadata: editedMetadata(source.metadata, edit),
    tensors: source.tensors.map((tensor) => ({ ...tensor, dataPosition: tensor.offset - source.dataOffset })),
    alignment: source.alignment,
    version: source.version,
  });
  return header;
}

function copyData(file: OpenFile, start: number, outputPath: string, fd: number, between: () => void): void {
  const memory = Buffer.allocUnsafeSlow(Math.min(COPY_BYTES, Math.max(1, file.sizeBytes - start)));
  for (let position = start; position < file.sizeBytes; position += memory.length) {
    const piece = memory.subarray(0, Math.min(memory.length, file.sizeBytes - position));
    readFully(file, piece, position);
    writeFully(outputPath, fd, piece);
    between();
  }
}
