// Header bytes of one GGUF file -> version, metadata and tensor table. Model files come from strangers: every count, length and offset is
// checked against the file's size and the limits below before anything is allocated for it, and every refusal names the byte.
import { ggmlSizeBytes, ggmlTypeById, REMOVED_GGML_TYPES } from '../../../shared/ggml-types.ts';
import { badGguf, quoted } from './bad-gguf.ts';
import { GGUF_VALUE_TYPES, GgufValue, type GgufValueType, scalarSizeBytes } from './gguf-value.ts';
import { HeaderCursor, type HeaderSource } from './header-cursor.ts';
import { refuseForeignFile } from './refuse-foreign-file.ts';

/** The largest vocabularies in use (262,000 tokens with merges) make headers of 16 MB; this is 16 times that. */
export const MAX_HEADER_BYTES = 256 * 1024 * 1024;
/** Real models have some dozens of keys. */
const MAX_METADATA_COUNT = 65_536;
/** The largest mixtures with one tensor per expert have about 50,000. Each costs some hundred bytes of memory here. */
const MAX_TENSOR_COUNT = 262_144;
/** The format's own limit. */
const MAX_KEY_BYTES = 65_535;
/** llama.cpp keeps names in 64 bytes with a zero at the end (GGML_MAX_NAME) and refuses longer ones. */
const MAX_NAME_BYTES = 63;
/** GGML_MAX_DIMS. */
const MAX_DIMENSIONS = 4;
/** llama.cpp reads flat arrays only; a little nesting is kept for files of other programs. Bounds the recursion. */
const MAX_ARRAY_DEPTH = 4;

const DEFAULT_ALIGNMENT_BYTES = 32;
/** Key length, one letter, type, one byte of value. */
const MINIMUM_ENTRY_BYTES = 8 + 1 + 4 + 1;
/** Name length, one letter, dimension count, one dimension, type, offset. */
const MINIMUM_TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8;

export interface HeaderTensor {
  readonly name: string;
  /** ggml order: `shape[0]` is the row width. */
  readonly shape: readonly number[];
  /** ggml's spelling: `F16`, `Q4_K`. */
  readonly type: string;
  /** First byte in the file. */
  readonly offset: number;
  readonly sizeBytes: number;
}

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

interface ValueSpan {
  readonly type: GgufValueType;
  readonly start: number;
  readonly end: number;
}

/** Only places are noted while the buffer still grows; the values are cut from it at the end. */
function readMetadata(cursor: HeaderCursor, count: number): Map<string, ValueSpan> {
  const spans = new Map<string, ValueSpan>();
  for (let index = 0; index < count; index += 1) {
    const offset = cursor.position;
    const key = readName(cursor, `metadata key ${index}`, MAX_KEY_BYTES);
    if (spans.has(key)) throw badGguf(cursor.source.path, offset, `metadata key ${quoted(key)} occurs twice`);
    const what = `metadata ${quoted(key)}`;
    const type = readValueType(cursor, what);
    const start = cursor.position;
    skipValue(cursor, type, what, 0);
    spans.set(key, { type, start, end: cursor.position });
  }
  return spans;
}

function readValueType(cursor: HeaderCursor, what: string): GgufValueType {
  const offset = cursor.position;
  const id = cursor.uint32(`the type of ${what}`);
  const type = GGUF_VALUE_TYPES[id];
  if (type === undefined) throw badGguf(cursor.source.path, offset, `${what} has the unknown value type ${id}`);
  return type;
}

function skipValue(cursor: HeaderCursor, type: GgufValueType, what: string, depth: number): void {
  if (type === 'string') cursor.skipStrings(1, what);
  else if (type === 'array') skipArray(cursor, what, depth + 1);
  else cursor.skip(scalarSizeBytes(type), what);
}

function skipArray(cursor: HeaderCursor, what: string, depth: number): void {
  const offset = cursor.position;
  if (depth > MAX_ARRAY_DEPTH) {
    throw badGguf(cursor.source.path, offset, `${what} nests arrays more than ${MAX_ARRAY_DEPTH} deep`);
  }
  const type = readValueType(cursor, what);
  const count = cursor.uint64(`the length of ${what}`);
  const minimumBytes = type === 'string' ? 8 : type === 'array' ? 12 : scalarSizeBytes(type);
  cursor.checkCount(count, minimumBytes, offset, `${what} claims ${count} elements`);
  if (type === 'string') cursor.skipStrings(count, what);
  else if (type === 'array') for (let index = 0; index < count; index += 1) skipArray(cursor, what, depth + 1);
  else cursor.skip(count * minimumBytes, what);
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A key or tensor name: short, valid UTF-8 and without control characters, so that it reads back as it was written. */
function readName(cursor: HeaderCursor, what: string, limitBytes: number): string {
  const offset = cursor.position;
  const length = cursor.uint64(`the length of ${what}`);
  if (length === 0) throw badGguf(cursor.source.path, offset, `${what} is empty`);
  if (length > limitBytes) {
    throw badGguf(cursor.source.path, offset, `${what} has ${length} bytes, and at most ${limitBytes} are allowed`);
  }
  const bytes = cursor.bytes(length, what);
  let name: string;
  try {
    name = strictUtf8.decode(bytes);
  } catch {
    throw badGguf(cursor.source.path, offset + 8, `${what} is not valid UTF-8`);
  }
  if (/\p{Cc}/u.test(name)) throw badGguf(cursor.source.path, offset + 8, `${what} holds control characters`);
  return name;
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

interface TensorDraft {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: string;
  /** From the start of the data. */
  readonly dataPosition: number;
  readonly sizeBytes: number;
  /** Where the table speaks of it. */
  readonly entryOffset: number;
}

function readTensorTable(cursor: HeaderCursor, count: number, alignment: number): TensorDraft[] {
  const drafts: TensorDraft[] = [];
  const names = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    const draft = readTensor(cursor, index, alignment);
    if (names.has(draft.name)) {
      throw badGguf(cursor.source.path, draft.entryOffset, `tensor ${quoted(draft.name)} occurs twice`);
    }
    names.add(draft.name);
    drafts.push(draft);
  }
  return drafts;
}

function readTensor(cursor: HeaderCursor, index: number, alignment: number): TensorDraft {
  const { path } = cursor.source;
  const entryOffset = cursor.position;
  const name = readName(cursor, `the name of tensor ${index}`, MAX_NAME_BYTES);
  const what = `tensor ${quoted(name)}`;
  const shape = readShape(cursor, what);
  const { type, sizeBytes } = readTensorType(cursor, what, shape);
  const offset = cursor.position;
  const dataPosition = cursor.uint64(`the offset of ${what}`);
  if (dataPosition % alignment !== 0) {
    throw badGguf(
      path,
      offset,
      `${what} starts at ${dataPosition}, which is no multiple of the alignment ${alignment}`,
    );
  }
  return { name, shape, type, dataPosition, sizeBytes, entryOffset };
}

function readShape(cursor: HeaderCursor, what: string): number[] {
  const offset = cursor.position;
  const dimensions = cursor.uint32(`the number of dimensions of ${what}`);
  if (dimensions === 0 || dimensions > MAX_DIMENSIONS) {
    throw badGguf(
      cursor.source.path,
      offset,
      `${what} has ${dimensions} dimensions, and 1 to ${MAX_DIMENSIONS} are possible`,
    );
  }
  const shape: number[] = [];
  let valueCount = 1;
  for (let index = 0; index < dimensions; index += 1) {
    const position = cursor.position;
    const length = cursor.uint64(`the shape of ${what}`);
    valueCount *= length;
    if (length === 0) throw badGguf(cursor.source.path, position, `${what} has a dimension of 0`);
    if (length > Number.MAX_SAFE_INTEGER || valueCount > Number.MAX_SAFE_INTEGER) {
      throw badGguf(
        cursor.source.path,
        position,
        `${what} has more values than can be counted (a dimension of ${length})`,
      );
    }
    shape.push(length);
  }
  return shape;
}

function readTensorType(
  cursor: HeaderCursor,
  what: string,
  shape: readonly number[],
): { type: string; sizeBytes: number } {
  const { path } = cursor.source;
  const offset = cursor.position;
  const id = cursor.uint32(`the type of ${what}`);
  const type = ggmlTypeById(id);
  if (type === undefined) {
    const removed = REMOVED_GGML_TYPES.get(id);
    if (removed !== undefined) {
      throw badGguf(
        path,
        offset,
        `${what} is of type ${removed}, which llama.cpp has dropped`,
        'Quantize the model again.',
      );
    }
    throw badGguf(path, offset, `${what} has the unknown type ${id}`, 'Is it damaged, or newer than this Whittle?');
  }
  const rowWidth = shape[0] ?? 0;
  if (rowWidth % type.blockSize !== 0) {
    throw badGguf(
      path,
      offset,
      `${what} of type ${type.name} has rows of ${rowWidth}, no multiple of ${type.blockSize}`,
    );
  }
  const valueCount = shape.reduce((product, length) => product * length, 1);
  const sizeBytes = ggmlSizeBytes(type, valueCount) ?? Number.POSITIVE_INFINITY;
  if (sizeBytes > cursor.source.sizeBytes) {
    throw badGguf(path, offset, `${what} would have ${sizeBytes} bytes, more than the whole file`);
  }
  return { type: type.name, sizeBytes };
}

/** Absolute offsets; refuses data past the end of the file and data that two tensors share. */
function placeTensors(source: HeaderSource, drafts: readonly TensorDraft[], dataOffset: number): HeaderTensor[] {
  for (const { name, dataPosition, sizeBytes, entryOffset } of drafts) {
    const end = dataOffset + dataPosition + sizeBytes;
    if (end > source.sizeBytes) {
      const reason = `the data of tensor ${quoted(name)} ends at ${end}, and the file has ${source.sizeBytes} bytes`;
      throw badGguf(source.path, entryOffset, reason, 'It is probably a download that was cut off: download it again.');
    }
  }
  const byPosition = [...drafts].sort((a, b) => a.dataPosition - b.dataPosition);
  for (const [index, draft] of byPosition.entries()) {
    const previous = byPosition[index - 1];
    if (previous !== undefined && previous.dataPosition + previous.sizeBytes > draft.dataPosition) {
      const reason = `tensors ${quoted(previous.name)} and ${quoted(draft.name)} share data`;
      throw badGguf(source.path, draft.entryOffset, reason);
    }
  }
  return drafts.map(({ name, shape, type, dataPosition, sizeBytes }) => ({
    name,
    shape,
    type,
    offset: dataOffset + dataPosition,
    sizeBytes,
  }));
}
