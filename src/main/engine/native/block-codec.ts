// Reads and writes the codes inside ggml's blocks without knowing their layout: what a bit does is found by flipping it and letting ggml
// dequantize the block. Between a quantizer of ours and the bytes that every llama.cpp reads.
import { WorkbenchError } from '../../../shared/errors.ts';
import { dequantize, ggmlTypeId, quantizeRows } from './ggml-convert.ts';
import { nativeFunctions } from './libraries.ts';

/**
 * Bytes of a block that hold codes; all others hold scales. `signed`: each code is a signed byte, used from -127 to 127.
 * Source: the block structs of https://github.com/ggml-org/llama.cpp/blob/v0.5.0/ggml/src/ggml-common.h
 */
const CODE_BYTES: Readonly<Record<string, { from: number; to: number; levels: number; signed?: true }>> = {
  Q4_0: { from: 2, to: 18, levels: 16 },
  Q4_1: { from: 4, to: 20, levels: 16 },
  Q5_0: { from: 2, to: 22, levels: 32 },
  Q5_1: { from: 4, to: 24, levels: 32 },
  Q8_0: { from: 2, to: 34, levels: 255, signed: true },
  Q2_K: { from: 16, to: 80, levels: 4 },
  Q3_K: { from: 0, to: 96, levels: 8 },
  Q4_K: { from: 16, to: 144, levels: 16 },
  Q5_K: { from: 16, to: 176, levels: 32 },
  Q6_K: { from: 0, to: 192, levels: 64 },
  IQ4_NL: { from: 2, to: 18, levels: 16 },
  IQ4_XS: { from: 8, to: 136, levels: 16 },
};

/** Every weight's levels: value = low + step * shape[level]. */
export interface BlockGrid {
  readonly low: Float32Array;
  readonly step: Float32Array;
}

interface CodeBit {
  /** Index of the value in the block. */
  readonly value: number;
  /** The bit's place in the value's level. */
  readonly shift: number;
}

export class BlockCodec {
  readonly type: string;
  readonly blockSize: number;
  readonly blockBytes: number;
  readonly levelCount: number;
  /** (levelCount): 0, 1, 2, ... for evenly spaced types; a table between for the others. Rising. */
  readonly shape: Float32Array;
  readonly isEven: boolean;
  readonly #from: number;
  readonly #to: number;
  readonly #signed: boolean;
  /** For each bit of each code byte, as in CodeBit. */
  readonly #bitValues: Uint16Array;
  readonly #bitShifts: Uint8Array;

  private constructor(type: string) {
    const spec = CODE_BYTES[type];
    if (spec === undefined)
      throw new WorkbenchError('UNKNOWN_TYPE', `The codes of ${type} cannot be chosen one by one.`);
    const f = nativeFunctions();
    this.type = type;
    this.blockSize = f.ggml_blck_size(ggmlTypeId(type));
    this.blockBytes = f.ggml_type_size(ggmlTypeId(type));
    this.levelCount = spec.levels;
    this.#from = spec.from;
    this.#to = spec.to;
    this.#signed = spec.signed === true;
    const sample = this.#sampleBlock();
    this.shape = this.#findShape(sample);
    this.isEven = this.shape.every((value, level) => Math.abs(value - level) < 1e-3);
    const bits = this.#signed ? [] : this.#findBits(sample);
    this.#bitValues = Uint16Array.from(bits, ({ value }) => value);
    this.#bitShifts = Uint8Array.from(bits, ({ shift }) => shift);
  }

  static readonly #known = new Map<string, BlockCodec>();

  static has(type: string): boolean {
    return Object.hasOwn(CODE_BYTES, type);
  }

  /** Throws UNKNOWN_TYPE for types whose codes stand for several weights at once (codebooks). */
  static of(type: string): BlockCodec {
    const known = BlockCodec.#known.get(type) ?? new BlockCodec(type);
    BlockCodec.#known.set(type, known);
    return known;
  }

  /** A block none of whose scales is zero. */
  #sampleBlock(): Uint8Array {
    const values = Float32Array.from({ length: this.blockSize }, (_, i) => Math.sin(i * i + 1) * 3 + Math.cos(i * 7));
    return quantizeRows(this.type, values, this.blockSize);
  }

  #dequantize(bytes: Uint8Array): Float32Array {
    return dequantize(this.type, bytes, (bytes.length / this.blockBytes) * this.blockSize);
  }

  /** The same blocks with every code byte set. */
  #withCodes(bytes: Uint8Array, code: number): Uint8Array {
    const filled = bytes.slice();
    for (let start = 0; start < filled.length; start += this.blockBytes) {
      filled.fill(code, start + this.#from, start + this.#to);
    }
    return filled;
  }

  /** Types with a table: the values that nibbles 0 to 15 stand for. Their codes are plain nibbles, so all bytes may be alike. */
  #findShape(sample: Uint8Array): Float32Array {
    const even = Float32Array.from({ length: this.levelCount }, (_, level) => level);
    if (this.levelCount !== 16) return even;
    const first = Array.from({ length: 16 }, (_, code) => this.#dequantize(this.#withCodes(sample, code * 17))[0] ?? 0);
    const [low, high] = [first[0] ?? 0, first[15] ?? 0];
    return Float32Array.from(first, (value) => ((value - low) / (high - low)) * 15);
  }

  /** Flips each bit of a block whose codes are zero: which value moves, and by how many levels. */
  #findBits(sample: Uint8Array): CodeBit[] {
    const zero = this.#withCodes(sample, 0);
    const { low, step } = this.grid(sample);
    const lowest = this.#dequantize(zero);
    const bits: CodeBit[] = [];
    for (let byte = this.#from; byte < this.#to; byte++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = zero.slice();
        flipped[byte] = 1 << bit;
        const values = this.#dequantize(flipped);
        const value = values.findIndex((moved, i) => moved !== lowest[i]);
        const place = ((values[value] ?? Number.NaN) - (low[value] ?? 0)) / (step[value] ?? 0);
        bits.push({ value, shift: Math.round(Math.log2(this.#nearestLevel(place))) });
      }
    }
    const perValue = Math.log2(this.levelCount);
    if (
      bits.length !== perValue * this.blockSize ||
      bits.some(({ value, shift }) => value < 0 || !(shift < perValue))
    ) {
      throw new WorkbenchError('ABI_MISMATCH', `The blocks of ${this.type} are not laid out as expected.`, {
        type: this.type,
      });
    }
    return bits;
  }

  #nearestLevel(place: number): number {
    let nearest = 0;
    for (let level = 1; level < this.levelCount; level++) {
      if (Math.abs(this.shape[level]! - place) < Math.abs(this.shape[nearest]! - place)) nearest = level;
    }
    return nearest;
  }

  /** Lowest level and distance of levels of each value, from the scales that the blocks hold. A step of 0: the value has one level. */
  grid(bytes: Uint8Array): BlockGrid {
    const [first, last] = this.#signed ? [0x81, 0x7f] : [0x00, 0xff];
    const low = this.#dequantize(this.#withCodes(bytes, first));
    const step = this.#dequantize(this.#withCodes(bytes, last));
    for (let i = 0; i < low.length; i++) step[i] = (step[i]! - low[i]!) / (this.levelCount - 1);
    return { low, step };
  }

  /** Writes levels (one a value, in order) over the codes of `bytes`; its scales stay. */
  pack(bytes: Uint8Array, levels: Uint8Array): void {
    const codeBytes = this.#to - this.#from;
    const values = this.#bitValues;
    const shifts = this.#bitShifts;
    for (let block = 0; block * this.blockBytes < bytes.length; block++) {
      const target = block * this.blockBytes + this.#from;
      const source = block * this.blockSize;
      if (this.#signed) {
        for (let i = 0; i < codeBytes; i++) bytes[target + i] = levels[source + i]! - 127;
        continue;
      }
      for (let i = 0, at = 0; i < codeBytes; i++) {
        let code = 0;
        for (let bit = 0; bit < 8; bit++, at++) {
          code |= ((levels[source + values[at]!]! >>> shifts[at]!) & 1) << bit;
        }
        bytes[target + i] = code;
      }
    }
  }
}
