// The codebook types of ggml (IQ1 to IQ3): eight weights share a code, an index into a table and signs. Finds the tables by letting ggml
// dequantize every index, reads the scales of blocks and writes other codes into them. Beside block-codec.ts, for types without free codes.
import { WorkbenchError } from '../../../shared/errors.ts';
import { dequantize, ggmlTypeId, quantizeRows } from './ggml-convert.ts';
import { nativeFunctions } from './libraries.ts';

/** Weights that share a code. */
export const UNIT = 8;

/** Of one unit of a block; a place is 8 x byte + bit. */
interface UnitBits {
  /** Bits of each index, lowest first: one index for eight weights, or two for four each. */
  readonly indices: readonly (readonly number[])[];
  readonly signs: readonly number[];
}

interface Layout {
  readonly bits: (unit: number) => UnitBits;
  /** `even`: the eighth sign makes the number of minus signs even. */
  readonly signs: 'none' | 'free' | 'even';
  /** Place of the bit that chooses between the unit's two tables and counts as part of its scale. */
  readonly variant?: (unit: number) => number;
}

const run = (byte: number, bit: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => 8 * byte + bit + i);

/** `unit` is 0 to 31, four of them a sub-block. Source: https://github.com/ggml-org/llama.cpp/blob/v0.5.0/ggml/src/ggml-common.h */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  IQ2_XXS: {
    bits: (unit) => ({
      indices: [run(2 + 8 * (unit >> 2) + (unit & 3), 0, 8)],
      signs: run(6 + 8 * (unit >> 2), 7 * (unit & 3), 7),
    }),
    signs: 'even',
  },
  IQ2_XS: {
    bits: (unit) => ({ indices: [run(2 + 2 * unit, 0, 9)], signs: run(2 + 2 * unit, 9, 7) }),
    signs: 'even',
  },
  IQ2_S: {
    bits: (unit) => ({
      indices: [[...run(2 + unit, 0, 8), ...run(66 + (unit >> 2), 2 * (unit & 3), 2)]],
      signs: run(34 + unit, 0, 8),
    }),
    signs: 'free',
  },
  IQ3_XXS: {
    bits: (unit) => ({
      indices: [run(2 + 2 * unit, 0, 8), run(3 + 2 * unit, 0, 8)],
      signs: run(66 + 4 * (unit >> 2), 7 * (unit & 3), 7),
    }),
    signs: 'even',
  },
  IQ3_S: {
    bits: (unit) => ({
      indices: [0, 1].map((half) => [
        ...run(2 + 2 * unit + half, 0, 8),
        ...run(66 + (unit >> 2), 2 * (unit & 3) + half, 1),
      ]),
      signs: run(74 + unit, 0, 8),
    }),
    signs: 'free',
  },
  IQ1_S: {
    bits: (unit) => ({
      indices: [[...run(2 + unit, 0, 8), ...run(34 + 2 * (unit >> 2), 3 * (unit & 3), 3)]],
      signs: [],
    }),
    signs: 'none',
    variant: (unit) => 8 * (34 + 2 * (unit >> 2)) + 15,
  },
  IQ1_M: {
    bits: (unit) => ({ indices: [[...run(unit, 0, 8), ...run(32 + (unit >> 1), 4 * (unit & 1), 4)]], signs: [] }),
    signs: 'none',
  },
};

/** A table of codes: what stands at index i, in multiples of the unit's scale. */
export interface Codebook {
  readonly entryCount: number;
  /** Weights of an entry: 8 or 4. */
  readonly width: number;
  /** (entryCount, width). */
  readonly values: Float32Array;
}

export interface UnitScales {
  /** One a unit: the value that index 0 without signs gives its first weight. 0: all its weights are 0. */
  readonly scales: Float32Array;
  /** One a unit: which of the codec's books it reads. */
  readonly variants: Uint8Array;
}

export class CodebookCodec {
  readonly type: string;
  readonly blockSize: number;
  readonly blockBytes: number;
  readonly signs: Layout['signs'];
  /** Indices of a unit: 1 or 2. */
  readonly indexCount: number;
  readonly books: readonly Codebook[];
  readonly #layout: Layout;
  readonly #units: readonly UnitBits[];

  static readonly #known = new Map<string, CodebookCodec>();

  static has(type: string): boolean {
    return Object.hasOwn(LAYOUTS, type);
  }

  static of(type: string): CodebookCodec {
    const known = CodebookCodec.#known.get(type) ?? new CodebookCodec(type);
    CodebookCodec.#known.set(type, known);
    return known;
  }

  private constructor(type: string) {
    const layout = Object.hasOwn(LAYOUTS, type) ? LAYOUTS[type] : undefined;
    if (layout === undefined) throw new WorkbenchError('UNKNOWN_TYPE', `${type} has no codebook.`, { type });
    const f = nativeFunctions();
    this.type = type;
    this.blockSize = f.ggml_blck_size(ggmlTypeId(type));
    this.blockBytes = f.ggml_type_size(ggmlTypeId(type));
    this.#layout = layout;
    this.#units = Array.from({ length: this.blockSize / UNIT }, (_, unit) => layout.bits(unit));
    this.signs = layout.signs;
    this.indexCount = this.#units[0]!.indices.length;
    this.books = layout.variant === undefined ? [this.#readBook(0)] : [this.#readBook(0), this.#readBook(1)];
  }

  /** Writes every index into the first unit of a block and reads what it stands for. */
  #readBook(variant: number): Codebook {
    const sample = Float32Array.from({ length: this.blockSize }, (_, i) => Math.sin(i * i + 1) * 3);
    const block = quantizeRows(this.type, sample, this.blockSize, new Float32Array(this.blockSize).fill(1));
    const places = this.#units[0]!.indices[0]!;
    const entryCount = 2 ** places.length;
    const width = UNIT / this.indexCount;
    const bytes = new Uint8Array(entryCount * this.blockBytes);
    for (let entry = 0; entry < entryCount; entry++) {
      const own = bytes.subarray(entry * this.blockBytes, (entry + 1) * this.blockBytes);
      own.set(block);
      clearBits(own, this.#units[0]!.signs);
      writeBits(own, places, entry);
      if (this.#layout.variant !== undefined) writeBits(own, [this.#layout.variant(0)], variant);
    }
    const dequantized = dequantize(this.type, bytes, entryCount * this.blockSize);
    const scale = dequantized[0]!;
    const values = Float32Array.from({ length: entryCount * width }, (_, i) => {
      return dequantized[Math.floor(i / width) * this.blockSize + (i % width)]! / scale;
    });
    if (!values.every(Number.isFinite)) {
      const message = `The blocks of ${this.type} are not laid out as expected.`;
      throw new WorkbenchError('ABI_MISMATCH', message, { type: this.type });
    }
    return { entryCount, width, values };
  }

  /** Of all units of `bytes`, in order. */
  scales(bytes: Uint8Array): UnitScales {
    const cleared = bytes.slice();
    const unitCount = (bytes.length / this.blockBytes) * this.#units.length;
    const variants = new Uint8Array(unitCount);
    for (let unit = 0, start = 0; start < bytes.length; start += this.blockBytes) {
      const block = cleared.subarray(start, start + this.blockBytes);
      for (const [place, { indices, signs }] of this.#units.entries()) {
        for (const bits of indices) clearBits(block, bits);
        clearBits(block, signs);
        variants[unit++] = this.#layout.variant === undefined ? 0 : readBit(block, this.#layout.variant(place));
      }
    }
    const values = dequantize(this.type, cleared, unitCount * UNIT);
    return { scales: Float32Array.from({ length: unitCount }, (_, unit) => values[unit * UNIT]!), variants };
  }

  /** Writes codes over those of `bytes`; scales stay. `indices` is (units, indexCount), `signs` (units): bit j set makes weight j negative. */
  pack(bytes: Uint8Array, indices: Uint16Array, signs: Uint8Array): void {
    for (let unit = 0, start = 0; start < bytes.length; start += this.blockBytes) {
      const block = bytes.subarray(start, start + this.blockBytes);
      for (const places of this.#units) {
        for (let i = 0; i < this.indexCount; i++) {
          clearBits(block, places.indices[i]!);
          writeBits(block, places.indices[i]!, indices[unit * this.indexCount + i]!);
        }
        clearBits(block, places.signs);
        writeBits(block, places.signs, signs[unit]!);
        unit += 1;
      }
    }
  }
}

function clearBits(block: Uint8Array, places: readonly number[]): void {
  for (let i = 0; i < places.length; i++) block[places[i]! >> 3]! &= ~(1 << (places[i]! & 7));
}

function writeBits(block: Uint8Array, places: readonly number[], value: number): void {
  clearBits(block, places);
  for (let i = 0; i < places.length; i++) block[places[i]! >> 3]! |= ((value >>> i) & 1) << (places[i]! & 7);
}

function readBit(block: Uint8Array, place: number): number {
  return (block[place >> 3]! >> (place & 7)) & 1;
}
