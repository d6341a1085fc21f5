// One metadata value of a GGUF: its bytes as they stand in the file, decoded only when asked. What is never touched is written back
// byte for byte, and a vocabulary of 150,000 tokens costs no JavaScript strings until somebody wants them.

import {
  encodeNumber,
  encodeString,
  GGUF_VALUE_TYPES,
  type GgufNumberType,
  type GgufValueType,
  isNumberType,
  readLength,
  readNumber,
  scalarSizeBytes,
  valueTypeId,
} from './value-bytes.ts';

/** Type of the elements and their number. */
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

function arrayOf(type: GgufValueType, elements: readonly Buffer[]): GgufValue {
  const head = Buffer.allocUnsafe(ARRAY_HEAD_BYTES);
  head.writeUInt32LE(valueTypeId(type), 0);
  head.writeBigUInt64LE(BigInt(elements.length), 4);
  return new GgufValue('array', Buffer.concat([head, ...elements]));
}
