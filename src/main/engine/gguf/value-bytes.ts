// How metadata values lie in a GGUF: type ids, sizes, numbers, strings; all little-endian.

/** In order of the ids in the file. https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */
export const GGUF_VALUE_TYPES = [
  'uint8',
  'int8',
  'uint16',
  'int16',
  'uint32',
  'int32',
  'float32',
  'bool',
  'string',
  'array',
  'uint64',
  'int64',
  'float64',
] as const;

export type GgufValueType = (typeof GGUF_VALUE_TYPES)[number];
export type GgufNumberType = Exclude<GgufValueType, 'string' | 'array' | 'bool'>;

const SCALAR_BYTES: Readonly<Record<GgufValueType, number>> = {
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  uint32: 4,
  int32: 4,
  float32: 4,
  bool: 1,
  string: 0,
  array: 0,
  uint64: 8,
  int64: 8,
  float64: 8,
};

/** Bytes of one value; 0 for strings and arrays, whose size is written beside them. */
export function scalarSizeBytes(type: GgufValueType): number {
  return SCALAR_BYTES[type];
}

export function valueTypeId(type: GgufValueType): number {
  return GGUF_VALUE_TYPES.indexOf(type);
}

/** 64-bit length as a double: exact below 2^53, and never rounded below it, so that comparing with a limit is right. */
export function readLength(bytes: Buffer, offset: number): number {
  return bytes.readUInt32LE(offset + 4) * 2 ** 32 + bytes.readUInt32LE(offset);
}

export function encodeString(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const out = Buffer.allocUnsafe(8 + bytes.length);
  out.writeBigUInt64LE(BigInt(bytes.length), 0);
  bytes.copy(out, 8);
  return out;
}

export function isNumberType(type: GgufValueType): type is GgufNumberType {
  return type !== 'string' && type !== 'array' && type !== 'bool';
}

export function readNumber(type: GgufNumberType, bytes: Buffer, offset: number): number | undefined {
  switch (type) {
    case 'uint8':
      return bytes.readUInt8(offset);
    case 'int8':
      return bytes.readInt8(offset);
    case 'uint16':
      return bytes.readUInt16LE(offset);
    case 'int16':
      return bytes.readInt16LE(offset);
    case 'uint32':
      return bytes.readUInt32LE(offset);
    case 'int32':
      return bytes.readInt32LE(offset);
    case 'float32':
      return bytes.readFloatLE(offset);
    case 'float64':
      return bytes.readDoubleLE(offset);
    case 'uint64':
      return exactNumber(bytes.readBigUInt64LE(offset));
    case 'int64':
      return exactNumber(bytes.readBigInt64LE(offset));
  }
}

function exactNumber(value: bigint): number | undefined {
  const rounded = Number(value);
  return Number.isSafeInteger(rounded) ? rounded : undefined;
}

export function encodeNumber(type: GgufNumberType, value: number | bigint): Buffer {
  const out = Buffer.allocUnsafe(scalarSizeBytes(type));
  const number = Number(value);
  switch (type) {
    case 'uint8':
      out.writeUInt8(number);
      break;
    case 'int8':
      out.writeInt8(number);
      break;
    case 'uint16':
      out.writeUInt16LE(number);
      break;
    case 'int16':
      out.writeInt16LE(number);
      break;
    case 'uint32':
      out.writeUInt32LE(number);
      break;
    case 'int32':
      out.writeInt32LE(number);
      break;
    case 'float32':
      out.writeFloatLE(number);
      break;
    case 'float64':
      out.writeDoubleLE(number);
      break;
    case 'uint64':
      out.writeBigUInt64LE(BigInt(value));
      break;
    case 'int64':
      out.writeBigInt64LE(BigInt(value));
      break;
  }
  return out;
}
