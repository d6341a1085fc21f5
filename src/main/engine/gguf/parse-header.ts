// Header bytes of one GGUF file -> version, metadata and tensor table. Model files come from strangers: every count, length and offset is
// checked against the file's size and the limits below before anything is allocated for it, and every refusal names the byte.
import { badGguf } from './bad-gguf.ts';
import { GgufValue } from './gguf-value.ts';
import { HeaderCursor, type HeaderSource } from './header-cursor.ts';
import { readMetadata, type ValueSpan } from './parse-metadata.ts';
import { type HeaderTensor, placeTensors, readTensorTable } from './parse-tensor-table.ts';
import { refuseForeignFile } from './refuse-foreign-file.ts';

/** The largest vocabularies in use (262,000 tokens with merges) make headers of 16 MB; this is 8 times that. */
export const MAX_HEADER_BYTES = 128 * 1024 * 1024;
/** Real models have some dozens of keys. */
const MAX_METADATA_COUNT = 65_536;
/** The largest mixtures with one tensor per expert have about 50,000. Each costs some hundred bytes of memory here. */
const MAX_TENSOR_COUNT = 262_144;

const DEFAULT_ALIGNMENT_BYTES = 32;
/** Key length, one letter, type, one byte of value. */
const MINIMUM_ENTRY_BYTES = 8 + 1 + 4 + 1;
/** Name length, one letter, dimension count, one dimension, type, offset. */
const MINIMUM_TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8;

export interface GgufHeader {
  readonly version: number;
  readonly alignment: number;
  /** In file order. */
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** In file order. */
  readonly tensors: readonly HeaderTensor[];
  /** Where metadata and tensor table end. */
  readonly headerSizeBytes: number;
  /** Where the tensors' data starts. */
  readonly dataOffset: number;
}

/** Throws WorkbenchError BAD_GGUF for everything that is not a sound GGUF of version 2 or 3. */
export function parseHeader(source: HeaderSource, headerLimitBytes = MAX_HEADER_BYTES): GgufHeader {
  const cursor = new HeaderCursor(source, headerLimitBytes);
  const version = readVersion(cursor);
  const tensorCount = readCount(cursor, 'tensors', MAX_TENSOR_COUNT, MINIMUM_TENSOR_BYTES);
  const metadataCount = readCount(cursor, 'metadata entries', MAX_METADATA_COUNT, MINIMUM_ENTRY_BYTES);
  const spans = readMetadata(cursor, metadataCount);
  const metadata = new Map<string, GgufValue>();
  for (const [key, span] of spans) metadata.set(key, new GgufValue(span.type, cursor.slice(span.start, span.end)));
  const alignment = readAlignment(cursor, spans, metadata);
  const drafts = readTensorTable(cursor, tensorCount, alignment);
  const headerSizeBytes = cursor.position;
  const aligned = Math.ceil(headerSizeBytes / alignment) * alignment;
  const dataOffset = tensorCount === 0 ? Math.min(aligned, source.sizeBytes) : aligned;
  return {
    version,
    alignment,
    metadata,
    tensors: placeTensors(source, drafts, dataOffset),
    headerSizeBytes,
    dataOffset,
  };
}

function readVersion(cursor: HeaderCursor): number {
  const { path, sizeBytes } = cursor.source;
  refuseForeignFile(path, cursor.bytes(Math.min(4, sizeBytes), 'the magic'), cursor);
  const version = cursor.uint32('the version');
  if ((version & 0xffff) === 0) {
    throw badGguf(path, 4, 'it is big-endian, which is not read here', 'Take the little-endian version of the model.');
  }
  if (version === 1) {
    throw badGguf(path, 4, 'it is GGUF version 1, which nobody reads any more', 'Convert the model again.');
  }
  if (version !== 2 && version !== 3) {
    throw badGguf(path, 4, `it says GGUF version ${version}, and only 2 and 3 are known`, 'Look for a newer Whittle.');
  }
  return version;
}

function readCount(cursor: HeaderCursor, what: string, limit: number, minimumBytes: number): number {
  const offset = cursor.position;
  const count = cursor.uint64(`the number of ${what}`);
  if (count > limit)
    throw badGguf(cursor.source.path, offset, `it claims ${count} ${what}, and at most ${limit} are read`);
  cursor.checkCount(count, minimumBytes, offset, `it claims ${count} ${what}`);
  return count;
}

const ALIGNMENT_KEY = 'general.alignment';

function readAlignment(
  cursor: HeaderCursor,
  spans: ReadonlyMap<string, ValueSpan>,
  metadata: ReadonlyMap<string, GgufValue>,
): number {
  const value = metadata.get(ALIGNMENT_KEY);
  if (value === undefined) return DEFAULT_ALIGNMENT_BYTES;
  const offset = spans.get(ALIGNMENT_KEY)?.start ?? 0;
  const alignment = value.asNumber();
  if (value.type !== 'uint32' || alignment === undefined) {
    throw badGguf(cursor.source.path, offset, `${ALIGNMENT_KEY} is of type ${value.type} where uint32 is due`);
  }
  if (alignment === 0 || (alignment & (alignment - 1)) !== 0) {
    throw badGguf(cursor.source.path, offset, `${ALIGNMENT_KEY} is ${alignment}, which is no power of two`);
  }
  return alignment;
}
