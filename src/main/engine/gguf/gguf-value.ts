// One metadata value of a GGUF: its bytes as they stand in the file, decoded only when asked. What is never touched is written back
// byte for byte, and a vocabulary of 150,000 tokens costs no JavaScript strings until somebody wants them.

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

const ARRAY_HEAD_BYTES = 12;

export class GgufValue {
  readonly type: GgufValueType;
  /** The value as in the file, little-endian, without its type id. */
  readonly raw: Buffer;

  constructor(type: GgufValueType, raw: Uint8Array) {
    this.type = type;
    this.raw = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  }

  static string(text: string): GgufValue {
    return new GgufValue('string', encodeString(text));
  }

  static bool(value: boolean): GgufValue {
    return new GgufValue('bool', Buffer.from([value ? 1 : 0]));
  }

  /** Throws RangeError when the value does not fit the type. */
  static number(type: GgufNumberType, value: number | bigint): GgufValue {
    return new GgufValue(type, encodeNumber(type, value));
  }

  static uint32(value: number): GgufValue {
    return GgufValue.number('uint32', value);
  }

  static float32(value: number): GgufValue {
    return GgufValue.number('float32', value);
  }

  static strings(values: readonly string[]): GgufValue {
    return arrayOf('string', values.map(encodeString));
  }

  static numbers(type: GgufNumberType, values: readonly (number | bigint)[]): GgufValue {
    return arrayOf(
      type,
      values.map((value) => encodeNumber(type, value)),
    );
  }

  /** Type of the elements; undefined unless this is an array. */
  get elementType(): GgufValueType | undefined {
    return this.type === 'array' ? GGUF_VALUE_TYPES[this.raw.readUInt32LE(0)] : undefined;
  }

  /** Elements of an array; 1 for everything else. */
  get count(): number {
    return this.type === 'array' ? readLength(this.raw, 4) : 1;
  }

  asString(): string | undefined {
    return this.type === 'string' ? this.raw.toString('utf8', 8) : undefined;
  }

  asBoolean(): boolean | undefined {
    return this.type === 'bool' ? this.raw[0] !== 0 : undefined;
  }

  /** Any numeric scalar; undefined for 64-bit integers that a double cannot hold (see asBigInt). */
  asNumber(): number | undefined {
    return isNumberType(this.type) ? readNumber(this.type, this.raw, 0) : undefined;
  }

  asBigInt(): bigint | undefined {
    if (this.type === 'uint64') return this.raw.readBigUInt64LE(0);
    if (this.type === 'int64') return this.raw.readBigInt64LE(0);
    const value = this.asNumber();
    return value !== undefined && Number.isInteger(value) ? BigInt(value) : undefined;
  }

  /** A numeric array; undefined for other types and when a 64-bit element is not exact as a double. */
  asNumbers(): number[] | undefined {
    const type = this.elementType;
    if (type === undefined || !isNumberType(type)) return undefined;
    const size = scalarSizeBytes(type);
    const values: number[] = [];
    for (let index = 0; index < this.count; index += 1) {
      const value = readNumber(type, this.raw, ARRAY_HEAD_BYTES + index * size);
      if (value === undefined) return undefined;
      values.push(value);
    }
    return values;
  }

  asStrings(): string[] | undefined {
    if (this.elementType !== 'string') return undefined;
    const values: string[] = [];
    let position = ARRAY_HEAD_BYTES;
    for (let index = 0; index < this.count; index += 1) {
      const end = position + 8 + readLength(this.raw, position);
      values.push(this.raw.toString('utf8', position + 8, end));
      position = end;
    }
    return values;
  }

  equals(other: GgufValue): boolean {
    return this.type === other.type && this.raw.equals(other.raw);
  }
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

function arrayOf(type: GgufValueType, elements: readonly Buffer[]): GgufValue {
  const head = Buffer.allocUnsafe(ARRAY_HEAD_BYTES);
  head.writeUInt32LE(valueTypeId(type), 0);
  head.writeBigUInt64LE(BigInt(elements.length), 4);
  return new GgufValue('array', Buffer.concat([head, ...elements]));
}

function isNumberType(type: GgufValueType): type is GgufNumberType {
  return type !== 'string' && type !== 'array' && type !== 'bool';
}

function readNumber(type: GgufNumberType, bytes: Buffer, offset: number): number | undefined {
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

function encodeNumber(type: GgufNumberType, value: number | bigint): Buffer {
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
