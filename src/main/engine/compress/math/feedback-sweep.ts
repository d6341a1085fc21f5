// Error feedback over the columns of one matrix: what rounding or zeroing a column costs is made good by the columns after it.
// The common core of SparseGPT, GPTQ and feedback; a ColumnRounder says what each column may become.
import { type DeviceMatrix, VECTOR_FLOATS } from '../../native/device-matrix.ts';
import type { LinearAlgebra } from '../../native/linear-algebra.ts';
import { SWEEP_BLOCK } from './sweep-factor.ts';

/** Columns of the sweep's present block, column by column: entry (k, row) stands at k * rows + row. */
export interface SweepBlock {
  /** Index of the block's first column in the sweep's order. */
  readonly start: number;
  readonly width: number;
  readonly rows: number;
  /** The weights with the feedback of all columns before; kept up to date as the block's own columns are done. */
  readonly current: Float32Array;
  /** (width): U_kk of the upper Cholesky factor U of inv(H) = U^T U. */
  readonly diagonal: Float32Array;
}

export interface ColumnRounder {
  /** Feedback among this many columns is applied at once, the rest in steps. Default a vector; a multiple of it that divides the block. */
  readonly stepColumns?: number;
  startBlock?(block: SweepBlock): void;
  /** Writes into `rounded` (rows) what column k of the block becomes. */
  round(block: SweepBlock, k: number, rounded: Float32Array): void;
}

export interface SweepMatrix {
  readonly rows: number;
  readonly columns: number;
  /** (rows, columns) row-major. */
  readonly weights: Float32Array;
}

/**
 * `factor` (columns, columns) is as sweep-factor.ts leaves it. Returns Q (rows, columns) that makes tr((W - Q) H (W - Q)^T) small, column after
 * column: each takes the feedback of all before it and then what the rounder makes of it. Sums run in float32. Inside a block this is
 * GPTQ's update with U; across blocks its equal that keeps W - Q, so that a block takes all its feedback in one matmul. Sources:
 * GPTQ, arXiv 2210.17323; QuIP, arXiv 2307.13304 (the two forms are equal).
 */
export function sweepColumns(
  algebra: LinearAlgebra,
  factor: DeviceMatrix,
  matrix: SweepMatrix,
  rounder: ColumnRounder,
): Float32Array {
  const { rows, columns } = matrix;
  const differences = algebra.matrix(rows, columns);
  const errors = algebra.matrix(rows, SWEEP_BLOCK);
  const sweep = new Sweep(algebra, factor, matrix, rounder, differences, errors);
  try {
    for (let start = 0; start < columns; start += SWEEP_BLOCK) {
      sweep.runBlock(start, Math.min(SWEEP_BLOCK, columns - start));
    }
    return sweep.result;
  } finally {
    differences.free();
    errors.free();
  }
}

interface Feedback {
  readonly done: DeviceMatrix;
  readonly length: number;
  readonly row: number;
  readonly column: number;
  readonly from: number;
  readonly count: number;
  readonly sign: 1 | -1;
}

class Sweep {
  readonly result: Float32Array;
  readonly #algebra: LinearAlgebra;
  readonly #factor: DeviceMatrix;
  readonly #matrix: SweepMatrix;
  readonly #rounder: ColumnRounder;
  /** W - Q of the blocks that are done, zero beyond. */
  readonly #differences: DeviceMatrix;
  /** (current - Q) / U_kk of the block's steps that are done. */
  readonly #errors: DeviceMatrix;
  /** Column by column, as in SweepBlock. */
  readonly #current: Float32Array;
  readonly #rounded: Float32Array;
  readonly #columnErrors: Float32Array;
  readonly #diagonal = new Float32Array(SWEEP_BLOCK);

  constructor(
    algebra: LinearAlgebra,
    factor: DeviceMatrix,
    matrix: SweepMatrix,
    rounder: ColumnRounder,
    differences: DeviceMatrix,
    errors: DeviceMatrix,
  ) {
    this.#algebra = algebra;
    this.#factor = factor;
    this.#matrix = matrix;
    this.#rounder = rounder;
    this.#differences = differences;
    this.#errors = errors;
    const blockLength = SWEEP_BLOCK * matrix.rows;
    this.#current = new Float32Array(blockLength);
    this.#rounded = new Float32Array(blockLength);
    this.#columnErrors = new Float32Array(blockLength);
    this.result = new Float32Array(matrix.weights.length);
  }

  runBlock(start: number, width: number): void {
    const { rows } = this.#matrix;
    const { stride } = this.#factor;
    const factor = this.#factor.values();
    for (let k = 0; k < width; k++) this.#diagonal[k] = factor[(start + k) * stride + start + k]!;
    this.#load(start, width);
    if (start > 0) {
      this.#addFeedback({
        done: this.#differences,
        length: start,
        column: 0,
        row: start,
        from: 0,
        count: width,
        sign: 1,
      });
    }
    const block: SweepBlock = { start, width, rows, current: this.#current, diagonal: this.#diagonal };
    this.#rounder.startBlock?.(block);
    const step = this.#rounder.stepColumns ?? VECTOR_FLOATS;
    for (let from = 0; from < width; from += step) {
      const to = Math.min(width, from + step);
      if (from > 0) {
        const count = to - from;
        this.#addFeedback({
          done: this.#errors,
          length: from,
          column: start,
          row: start + from,
          from,
          count,
          sign: -1,
        });
      }
      for (let k = from; k < to; k++) this.#roundColumn(block, factor, k, to);
      if (to < width) this.#storeErrors(from, to);
    }
    this.#storeRounded(start, width);
  }

  /** Transposes the block's weights. */
  #load(start: number, width: number): void {
    const { rows, columns, weights } = this.#matrix;
    const current = this.#current;
    for (let row = 0; row < rows; row += VECTOR_FLOATS) {
      const rowEnd = Math.min(rows, row + VECTOR_FLOATS);
      for (let k = 0; k < width; k++) {
        for (let r = row; r < rowEnd; r++) current[k * rows + r] = weights[r * columns + start + k]!;
      }
    }
  }

  /** current[from..from + count] += sign times the first `length` columns of `done` times the factor at (row, column)^T. */
  #addFeedback({ done, length, row, column, from, count, sign }: Feedback): void {
    const { rows } = this.#matrix;
    const { paddedRows } = done;
    this.#algebra.run((graph) => {
      const own = graph.contiguous(graph.view(this.#factor, row, count, column, length));
      const product = graph.product(graph.view(done, 0, paddedRows, 0, length), own);
      graph.compute(product);
      const feedback = graph.read(product, count * paddedRows);
      for (let k = 0; k < count; k++) {
        const source = k * paddedRows;
        const target = (from + k) * rows;
        for (let r = 0; r < rows; r++) this.#current[target + r]! += sign * feedback[source + r]!;
      }
    });
  }

  /** Rounds column k and feeds its error to the columns of the same step after it. */
  #roundColumn(block: SweepBlock, factor: Float32Array, k: number, stepEnd: number): void {
    const { rows, start } = block;
    const current = this.#current;
    const at = k * rows;
    const rounded = this.#rounded.subarray(at, at + rows);
    const errors = this.#columnErrors.subarray(at, at + rows);
    this.#rounder.round(block, k, rounded);
    const scale = 1 / this.#diagonal[k]!;
    for (let r = 0; r < rows; r++) errors[r] = (current[at + r]! - rounded[r]!) * scale;
    for (let j = k + 1; j < stepEnd; j++) {
      const weight = factor[(start + j) * this.#factor.stride + start + k]!;
      const target = j * rows;
      for (let r = 0; r < rows; r++) current[target + r]! -= errors[r]! * weight;
    }
  }

  #storeErrors(from: number, to: number): void {
    const { rows } = this.#matrix;
    const values = this.#errors.values();
    for (let row = 0; row < rows; row++) {
      const target = row * this.#errors.stride;
      for (let k = from; k < to; k++) values[target + k] = this.#columnErrors[k * rows + row]!;
    }
    this.#errors.put(values);
  }

  #storeRounded(start: number, width: number): void {
    const { rows, columns, weights } = this.#matrix;
    const differences = this.#differences.values();
    const { stride } = this.#differences;
    const { result } = this;
    const rounded = this.#rounded;
    // Tile by tile: one side is read, the other written along its rows.
    for (let row = 0; row < rows; row += VECTOR_FLOATS) {
      const rowEnd = Math.min(rows, row + VECTOR_FLOATS);
      for (let column = 0; column < width; column += VECTOR_FLOATS) {
        const columnEnd = Math.min(width, column + VECTOR_FLOATS);
        for (let r = row; r < rowEnd; r++) {
          const target = r * columns + start;
          const difference = r * stride + start;
          for (let k = column; k < columnEnd; k++) {
            const value = rounded[k * rows + r]!;
            result[target + k] = value;
            differences[difference + k] = weights[target + k]! - value;
          }
        }
      }
    }
    this.#differences.put(differences);
  }
}
