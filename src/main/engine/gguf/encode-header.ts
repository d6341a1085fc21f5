// Version, metadata and tensor table -> the bytes in front of the data, and where each tensor's data goes. The inverse of parse-header.ts.
import { WorkbenchError } from '../../../shared/errors.ts';
import { findGgmlType, ggmlSizeBytes } from '../../../shared/ggml-types.ts';
import type { GgufValue } from './gguf-value.ts';
import { encodeString, valueTypeId } from './value-bytes.ts';

export interface TensorSpec {
  readonly name: string;
  /** ggml order: `shape[0]` is the row width. */
  readonly shape: readonly number[];
  /** ggml's spelling: `F16`, `Q4_K`. */
  readonly type: string;
  /** From the start of the data; by default right behind the tensor before. Only for copies of what is laid out already. */
  readonly dataPosition?: number;
}

export interface HeaderSpec {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly TensorSpec[];
  /** A power of two; must agree with `general.alignment` where the metadata has it. */
  readonly alignment?: number;
  readonly version?: number;
}

export interface HeaderLayout {
  /** With the padding behind it, where tensors follow. */
  readonly header: Buffer;
  readonly alignment: number;
  /** Offsets in the file and sizes, in order. */
  readonly places: readonly { readonly offset: number; readonly sizeBytes: number }[];
  /** Size of the whole file with padding behind the last tensor. */
  readonly fileSizeBytes: number;
}

const ALIGNMENT_KEY = 'general.alignment';

/** Tensors lie one behind the other in the order given, each padded to the alignment, as llama.cpp demands. */
export function encodeHeader(spec: HeaderSpec): HeaderLayout {
  const alignment = chooseAlignment(spec);
  const sizes = spec.tensors.map(tensorSizeBytes);
  const parts: Buffer[] = [encodeStart(spec)];
  for (const [key, value] of spec.metadata) parts.push(encodeString(key), uint32(valueTypeId(value.type)), value.raw);
  let dataEnd = 0;
  const positions: number[] = [];
  for (const [index, tensor] of spec.tensors.entries()) {
    const position = tensor.dataPosition ?? dataEnd;
    positions.push(position);
    parts.push(encodeTensor(tensor, position));
    dataEnd = padTo(position + (sizes[index] ?? 0), alignment);
  }
  const headerSizeBytes = parts.reduce((sum, part) => sum + part.length, 0);
  const dataOffset = spec.tensors.length === 0 ? headerSizeBytes : padTo(headerSizeBytes, alignment);
  parts.push(Buffer.alloc(dataOffset - headerSizeBytes));
  return {
    header: Buffer.concat(parts),
    alignment,
    places: positions.map((position, index) => ({ offset: dataOffset + position, sizeBytes: sizes[index] ?? 0 })),
    fileSizeBytes: dataOffset + dataEnd,
  };
}

export function padTo(position: number, alignment: number): number {
  return Math.ceil(position / alignment) * alignment;
}

function chooseAlignment(spec: HeaderSpec): number {
  const inMetadata = spec.metadata.get(ALIGNMENT_KEY)?.asNumber();
  const alignment = spec.alignment ?? inMetadata ?? 32;
  if (alignment !== (inMetadata ?? 32)) {
    throw new WorkbenchError('INTERNAL', `Alignment ${alignment} needs ${ALIGNMENT_KEY} to say so.`, { alignment });
  }
  return alignment;
}

function tensorSizeBytes({ name, shape, type }: TensorSpec): number {
  const ggmlType = findGgmlType(type);
  if (ggmlType === undefined) throw new WorkbenchError('UNKNOWN_TYPE', `Tensor ${name} has the unknown type ${type}.`);
  const valueCount = shape.reduce((product, length) => product * length, 1);
  const sizeBytes = ggmlSizeBytes(ggmlType, valueCount);
  if (sizeBytes === undefined || (shape[0] ?? 0) % ggmlType.blockSize !== 0 || !Number.isSafeInteger(sizeBytes)) {
    throw new WorkbenchError('INTERNAL', `Tensor ${name} of shape ${shape.join(' x ')} cannot be stored as ${type}.`);
  }
  return sizeBytes;
}

function encodeStart(spec: HeaderSpec): Buffer {
  const out = Buffer.alloc(24);
  out.write('GGUF', 0, 'latin1');
  out.writeUInt32LE(spec.version ?? 3, 4);
  out.writeBigUInt64LE(BigInt(spec.tensors.length), 8);
  out.writeBigUInt64LE(BigInt(spec.metadata.size), 16);
  return out;
}

function encodeTensor({ name, shape, type }: TensorSpec, dataPosition: number): Buffer {
  const tail = Buffer.alloc(4 + shape.length * 8 + 12);
  tail.writeUInt32LE(shape.length, 0);
  for (const [index, length] of shape.entries()) tail.writeBigUInt64LE(BigInt(length), 4 + index * 8);
  const end = 4 + shape.length * 8;
  tail.writeUInt32LE(findGgmlType(type)?.id ?? 0, end);
  tail.writeBigUInt64LE(BigInt(dataPosition), end + 4);
  return Buffer.concat([encodeString(name), tail]);
}

function uint32(value: number): Buffer {
  const out = Buffer.allocUnsafe(4);
  out.writeUInt32LE(value, 0);
  return out;
}
