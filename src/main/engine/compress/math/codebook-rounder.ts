// Rounds a sweep's columns, eight at a time, to the codes of ggml's codebook types (IQ1 to IQ3) once their scales are set: the nearest
// code by what the columns not yet rounded can make good. For feedback-sweep.ts, beside block-rounder.ts.
import { type Codebook, type CodebookCodec, UNIT } from '../../native/codebook-codec.ts';
import { invertUpper } from './factor-block.ts';
import type { ColumnRounder, SweepBlock } from './feedback-sweep.ts';
import { NearestCode } from './nearest-code.ts';
import type { UnitCodes } from './refine-units.ts';

export interface CodebookRounderOptions {
  readonly codec: CodebookCodec;
  /** The blocks of (rows, columns) with their scales set. */
  readonly bytes: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  /** The sweep's k-th column is the matrix's order[k]-th; units of eight columns stay together. */
  readonly order: Int32Array;
  /** As sweep-factor.ts leaves it, with its stride. */
  readonly factor: { readonly stride: number; values(): Float32Array };
}

export class CodebookRounder implements ColumnRounder, UnitCodes {
  readonly #options: CodebookRounderOptions;
  readonly #scales: Float32Array;
  readonly #variants: Uint8Array;
  readonly #nearest: readonly NearestCode[];
  readonly #indices: Uint16Array;
  readonly #signs: Uint8Array;
  /** (UNIT, rows): what the unit in hand became. */
  readonly #rounded: Float32Array;

  constructor(options: CodebookRounderOptions) {
    const { codec, bytes, rows, columns } = options;
    this.#options = options;
    const { scales, variants } = codec.scales(bytes);
    this.#scales = scales;
    this.#variants = variants;
    this.#nearest = codec.books.map((book: Codebook) => new NearestCode(book, codec.signs));
    const unitCount = (rows * columns) / UNIT;
    this.#indices = new Uint16Array(unitCount * codec.indexCount);
    this.#signs = new Uint8Array(unitCount);
    this.#rounded = new Float32Array(UNIT * rows);
  }

  round: ColumnRounder['round'] = (block, k, rounded) => {
    if (k % UNIT === 0) this.#roundUnit(block, k);
    const { rows } = this.#options;
    const from = (k % UNIT) * rows;
    rounded.set(this.#rounded.subarray(from, from + rows));
  };

  #roundUnit({ start, current }: SweepBlock, k: number): void {
    const { rows, columns, order, codec } = this.#options;
    const metric = this.#metricOf(start + k);
    const unit = Math.floor(order[start + k]! / UNIT);
    const wanted = new Float64Array(UNIT);
    const found = new Float64Array(UNIT);
    for (const nearest of this.#nearest) nearest.setMetric(metric);
    for (let row = 0; row < rows; row++) {
      const at = row * (columns / UNIT) + unit;
      for (let j = 0; j < UNIT; j++) wanted[j] = current[(k + j) * rows + row]!;
      const nearest = this.#nearest[this.#variants[at]!]!;
      nearest.find(wanted, this.#scales[at]!, found);
      for (let i = 0; i < codec.indexCount; i++) this.#indices[at * codec.indexCount + i] = nearest.indices[i]!;
      this.#signs[at] = nearest.signs;
      for (let j = 0; j < UNIT; j++) this.#rounded[j * rows + row] = found[j]!;
    }
  }

  improveUnit(unit: number, metric: Float64Array, wanted: Float64Array, present: Float64Array): void {
    const { rows, columns, codec } = this.#options;
    const found = new Float64Array(UNIT);
    for (const nearest of this.#nearest) nearest.setMetric(metric);
    for (let row = 0; row < rows; row++) {
      const at = row * (columns / UNIT) + unit;
      const own = wanted.subarray(row * UNIT, (row + 1) * UNIT);
      const before = present.subarray(row * UNIT, (row + 1) * UNIT);
      const nearest = this.#nearest[this.#variants[at]!]!;
      nearest.find(own, this.#scales[at]!, found);
      if (costOf(metric, own, found) >= costOf(metric, own, before)) continue;
      for (let i = 0; i < codec.indexCount; i++) this.#indices[at * codec.indexCount + i] = nearest.indices[i]!;
      this.#signs[at] = nearest.signs;
      before.set(found);
    }
  }

  /** R R^T of the unit's own block of R, H = R R^T: what an error of the unit costs when all later columns do their best. */
  #metricOf(first: number): Float64Array {
    const { factor } = this.#options;
    const values = factor.values();
    const upper = new Float64Array(UNIT * UNIT);
    // What lies on the diagonal of the prepared factor is U_bb^T.
    for (let i = 0; i < UNIT; i++) {
      for (let j = i; j < UNIT; j++) {
        upper[i * UNIT + j] = values[(first + j) * factor.stride + first + i]!;
      }
    }
    const root = invertUpper(upper, UNIT);
    const metric = new Float64Array(UNIT * UNIT);
    for (let i = 0; i < UNIT; i++) {
      for (let j = 0; j < UNIT; j++) {
        let sum = 0;
        for (let m = Math.max(i, j); m < UNIT; m++) sum += root[i * UNIT + m]! * root[j * UNIT + m]!;
        metric[i * UNIT + j] = sum;
      }
    }
    return metric;
  }

  /** Writes the codes into blocks whose scales are those given. */
  pack(bytes: Uint8Array): void {
    this.#options.codec.pack(bytes, this.#indices, this.#signs);
  }
}

/** e M e^T, e = wanted - found. */
function costOf(metric: Float64Array, wanted: Float64Array, found: Float64Array): number {
  let cost = 0;
  for (let i = 0; i < UNIT; i++) {
    let gradient = 0;
    for (let j = 0; j < UNIT; j++) gradient += metric[i * UNIT + j]! * (wanted[j]! - found[j]!);
    cost += gradient * (wanted[i]! - found[i]!);
  }
  return cost;
}
