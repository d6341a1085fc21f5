// Rounds the columns of a sweep to the levels that ggml's blocks offer once their scales are set, for feedback-sweep.ts.
import type { BlockCodec } from '../../native/block-codec.ts';
import type { ColumnRounder } from './feedback-sweep.ts';
import type { ColumnLevels } from './refine-columns.ts';

const TILE = 32;
/** Columns of a row that share a scale in every type: sub-blocks have 16 or 32. */
const SHARED = 16;

export interface BlockRounderOptions {
  readonly codec: BlockCodec;
  /** The blocks of (rows, columns) with their scales set. */
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  /** The sweep's k-th column is the matrix's order[k]-th. */
  readonly order: Int32Array;
  /** (rows, columns): weights that are exactly 0 stay so where the scales leave a level for it. */
  readonly zerosOf?: Float32Array | undefined;
}

export class BlockRounder implements ColumnRounder, ColumnLevels {
  readonly #codec: BlockCodec;
  readonly #rows: number;
  readonly #columns: number;
  readonly #order: Int32Array;
  /** (columns / SHARED, rows): lowest level, distance of levels, and its inverse or 0. */
  readonly #low: Float32Array;
  readonly #step: Float32Array;
  readonly #inverse: Float32Array;
  /** (columns, rows): by storage column. */
  readonly #levels: Uint8Array;
  /** Weights that must stay exactly 0 where a level allows it. */
  readonly #isZero: Uint8Array | undefined;
  /** Between neighbouring levels of a table. */
  readonly #middles: Float32Array;

  constructor({ codec, bytes, rows, columns, order, zerosOf }: BlockRounderOptions) {
    this.#codec = codec;
    this.#rows = rows;
    this.#columns = columns;
    this.#order = order;
    const { low, step } = codec.grid(bytes);
    this.#low = sampleShared(low, rows, columns);
    this.#step = sampleShared(step, rows, columns);
    this.#inverse = this.#step.map((distance) => (distance === 0 ? 0 : 1 / distance));
    this.#levels = new Uint8Array(rows * columns);
    if (zerosOf?.includes(0)) this.#isZero = markZeros(transpose(zerosOf, rows, columns));
    const { shape } = codec;
    this.#middles = Float32Array.from({ length: shape.length - 1 }, (_, i) => (shape[i]! + shape[i + 1]!) / 2);
  }

  round: ColumnRounder['round'] = (block, k, rounded) => {
    const wanted = block.current.subarray(k * this.#rows, (k + 1) * this.#rows);
    this.roundColumn(this.#order[block.start + k]!, wanted, rounded);
  };

  roundColumn(column: number, wanted: Float32Array, rounded: Float32Array): void {
    const rows = this.#rows;
    const { levelCount, shape, isEven } = this.#codec;
    const own = Math.floor(column / SHARED) * rows;
    const low = this.#low.subarray(own, own + rows);
    const step = this.#step.subarray(own, own + rows);
    const inverse = this.#inverse.subarray(own, own + rows);
    const levels = this.#levels.subarray(column * rows, (column + 1) * rows);
    const isZero = this.#isZero?.subarray(column * rows, (column + 1) * rows);
    const most = levelCount - 1;
    for (let row = 0; row < rows; row++) {
      const place = (wanted[row]! - low[row]!) * inverse[row]!;
      let level = isEven ? (place <= 0 ? 0 : place >= most ? most : (place + 0.5) | 0) : this.#nearest(place);
      if (isZero?.[row] === 1) level = this.#zeroLevel(low[row]!, step[row]!, level);
      levels[row] = level;
      rounded[row] = low[row]! + step[row]! * shape[level]!;
    }
  }

  readColumn(column: number, values: Float32Array): void {
    const rows = this.#rows;
    const { shape } = this.#codec;
    const own = Math.floor(column / SHARED) * rows;
    for (let row = 0; row < rows; row++) {
      const level = this.#levels[column * rows + row]!;
      values[row] = this.#low[own + row]! + this.#step[own + row]! * shape[level]!;
    }
  }

  /** The level whose value is exactly 0; else the nearest one. */
  #zeroLevel(low: number, step: number, nearest: number): number {
    const { levelCount, shape, isEven } = this.#codec;
    if (step === 0) return nearest;
    const place = -low / step;
    const level = isEven ? Math.min(levelCount - 1, Math.max(0, Math.round(place))) : this.#nearest(place);
    return low + step * shape[level]! === 0 ? level : nearest;
  }

  /** Binary search over the middles: levels rise. */
  #nearest(place: number): number {
    let from = 0;
    let to = this.#middles.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (place > this.#middles[middle]!) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** (rows, columns) in storage order. */
  levels(): Uint8Array {
    const { length } = this.#levels;
    const levels = new Uint8Array(length);
    const [rows, columns] = [this.#rows, this.#columns];
    for (let row = 0; row < rows; row += TILE) {
      const rowEnd = Math.min(rows, row + TILE);
      for (let j = 0; j < columns; j++) {
        for (let r = row; r < rowEnd; r++) levels[r * columns + j] = this.#levels[j * rows + r]!;
      }
    }
    return levels;
  }
}

/** A plain loop: `from` with a callback costs as much as the whole sweep. */
function markZeros(values: Float32Array): Uint8Array {
  const isZero = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) isZero[i] = values[i] === 0 ? 1 : 0;
  return isZero;
}

/** (rows, columns), equal within every SHARED columns -> (columns / SHARED, rows). */
function sampleShared(values: Float32Array, rows: number, columns: number): Float32Array {
  const groups = columns / SHARED;
  const sampled = new Float32Array(groups * rows);
  for (let row = 0; row < rows; row++) {
    for (let group = 0; group < groups; group++) sampled[group * rows + row] = values[row * columns + group * SHARED]!;
  }
  return sampled;
}

/** (rows, columns) -> (columns, rows). */
function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const transposed = new Float32Array(values.length);
  for (let row = 0; row < rows; row += TILE) {
    const rowEnd = Math.min(rows, row + TILE);
    for (let j = 0; j < columns; j++) {
      for (let r = row; r < rowEnd; r++) transposed[j * rows + r] = values[r * columns + j]!;
    }
  }
  return transposed;
}
