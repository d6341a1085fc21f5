// Exact zeros among the stored values of a tensor. A quantized value is zero when it reads as zero after dequantization.
import { WorkbenchError } from '../../../shared/errors.ts';
import { findGgmlType } from '../../../shared/ggml-types.ts';

/** ggml's own conversion, passed in so that this folder stays free of native code. */
export type Dequantize = (type: string, data: Uint8Array, valueCount: number) => Float32Array;

/** `bytes` is a whole number of the type's blocks. Both zeros of the float formats count. */
export function countZeros(type: string, bytes: Uint8Array, dequantize: Dequantize | undefined): number {
  switch (type) {
    case 'F32':
      return countMasked(words(bytes, Uint32Array), 0x7fffffff);
    case 'F16':
    case 'BF16':
      return countMasked(words(bytes, Uint16Array), 0x7fff);
    case 'F64':
      return countNumbers(words(bytes, Float64Array));
    case 'I8':
      return countMasked(bytes, 0xff);
    case 'I16':
      return countMasked(words(bytes, Uint16Array), 0xffff);
    case 'I32':
      return countMasked(words(bytes, Uint32Array), 0xffffffff);
    case 'I64':
      return words(bytes, BigInt64Array).reduce((count, value) => (value === 0n ? count + 1 : count), 0);
    default:
      return countNumbers(dequantized(type, bytes, dequantize));
  }
}

function dequantized(type: string, bytes: Uint8Array, dequantize: Dequantize | undefined): Float32Array {
  const ggmlType = findGgmlType(type);
  if (ggmlType === undefined || dequantize === undefined) {
    throw new WorkbenchError('INTERNAL', `Zeros of type ${type} cannot be counted without its dequantization.`);
  }
  return dequantize(type, bytes, (bytes.length / ggmlType.blockBytes) * ggmlType.blockSize);
}

interface WordArray<Words> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Words;
}

function words<Words>(bytes: Uint8Array, Type: WordArray<Words>): Words {
  const aligned = bytes.byteOffset % Type.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  return new Type(aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / Type.BYTES_PER_ELEMENT));
}

function countMasked(values: Uint8Array | Uint16Array | Uint32Array, mask: number): number {
  let count = 0;
  for (let index = 0; index < values.length; index += 1) if (((values[index] as number) & mask) === 0) count += 1;
  return count;
}

function countNumbers(values: Float32Array | Float64Array): number {
  let count = 0;
  for (let index = 0; index < values.length; index += 1) if (values[index] === 0) count += 1;
  return count;
}
