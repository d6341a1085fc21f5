// The metadata of a GGUF header: finds where every value starts and ends and checks that it can be decoded, without decoding it.
import { badGguf, quoted } from './bad-gguf.ts';
import type { HeaderCursor } from './header-cursor.ts';
import { readName } from './read-name.ts';
import { GGUF_VALUE_TYPES, type GgufValueType, scalarSizeBytes } from './value-bytes.ts';

/** The format's own limit. */
const MAX_KEY_BYTES = 65_535;
/** llama.cpp reads flat arrays only; a little nesting is kept for files of other programs. Bounds the recursion. */
const MAX_ARRAY_DEPTH = 4;

export interface ValueSpan {
  readonly type: GgufValueType;
  readonly start: number;
  readonly end: number;
}

/** Only places are noted while the buffer still grows; the values are cut from it at the end. */
export function readMetadata(cursor: HeaderCursor, count: number): Map<string, ValueSpan> {
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
