// The tensor table of a GGUF header: shapes, types and places, each checked against the file's size and against all others.
import { ggmlSizeBytes, ggmlTypeById, REMOVED_GGML_TYPES } from '../../../shared/ggml-types.ts';
import { badGguf, quoted } from './bad-gguf.ts';
import type { HeaderCursor, HeaderSource } from './header-cursor.ts';
import { readName } from './read-name.ts';

/** llama.cpp keeps names in 64 bytes with a zero at the end (GGML_MAX_NAME) and refuses longer ones. */
const MAX_NAME_BYTES = 63;
/** GGML_MAX_DIMS. */
const MAX_DIMENSIONS = 4;

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

export interface TensorDraft {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: string;
  /** From the start of the data. */
  readonly dataPosition: number;
  readonly sizeBytes: number;
  /** Where the table speaks of it. */
  readonly entryOffset: number;
}

export function readTensorTable(cursor: HeaderCursor, count: number, alignment: number): TensorDraft[] {
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
export function placeTensors(source: HeaderSource, drafts: readonly TensorDraft[], dataOffset: number): HeaderTensor[] {
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
