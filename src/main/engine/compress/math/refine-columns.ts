// Coordinate descent after a sweep: each column takes the levels that are best given all other columns as they are now. A sweep fixes
// its first columns before it knows what the later ones become; this pass does.
import { type DeviceMatrix, VECTOR_FLOATS } from '../../native/device-matrix.ts';
import type { AlgebraGraph, LinearAlgebra } from '../../native/linear-algebra.ts';
import type { SweepMatrix } from './feedback-sweep.ts';

/** Columns whose gradients come from one matmul; inside, each column corrects those after it. A multiple of a vector. */
const STEP = 32;

export interface ColumnLevels {
  /** Writes into `rounded` (rows) the nearest levels of column `column` to `wanted` (rows). */
  roundColumn(column: number, wanted: Float32Array, rounded: Float32Array): void;
  /** Writes into `values` (rows) what column `column` was rounded to last. */
  readColumn(column: number, values: Float32Array): void;
}

/**
 * `hessian` (columns, columns) is symmetric with a positive diagonal; `changed` is Q (rows, columns), changed in place so that
 * tr((W - Q) H (W - Q)^T) falls or stays: q_j becomes the level nearest to q_j + ((W - Q) H)_j / H_jj, column after column, once.
 */
export function refineColumns(
  algebra: LinearAlgebra,
  hessian: DeviceMatrix,
  matrix: SweepMatrix,
  changed: Float32Array,
  levels: ColumnLevels,
): void {
  const differences = algebra.matrix(matrix.rows, matrix.columns);
  try {
    const refinement = new Refinement(algebra, hessian, differences, changed, levels);
    refinement.start(matrix.weights);
    for (let start = 0; start < matrix.columns; start += STEP) {
      refinement.runStep(start, Math.min(STEP, matrix.columns - start));
    }
  } finally {
    differences.free();
  }
}

class Refinement {
  readonly #algebra: LinearAlgebra;
  readonly #hessian: DeviceMatrix;
  /** W - Q. */
  readonly #differences: DeviceMatrix;
  readonly #changed: Float32Array;
  readonly #levels: ColumnLevels;
  /** (STEP, rows), column by column. */
  readonly #present: Float32Array;
  readonly #moved: Float32Array;
  readonly #wanted: Float32Array;
  readonly #rounded: Float32Array;
  /** Few of them move: most were right the first time. */
  readonly #movedRows: Int32Array;

  constructor(
    algebra: LinearAlgebra,
    hessian: DeviceMatrix,
    differences: DeviceMatrix,
    changed: Float32Array,
    levels: ColumnLevels,
  ) {
    this.#algebra = algebra;
    this.#hessian = hessian;
    this.#differences = differences;
    this.#changed = changed;
    this.#levels = levels;
    const { rows } = differences;
    this.#present = new Float32Array(STEP * rows);
    this.#moved = new Float32Array(STEP * rows);
    this.#wanted = new Float32Array(rows);
    this.#rounded = new Float32Array(rows);
    this.#movedRows = new Int32Array(rows);
  }

  start(weights: Float32Array): void {
    const { rows, columns, stride } = this.#differences;
    const values = this.#differences.values();
    for (let row = 0; row < rows; row++) {
      const from = row * columns;
      const to = row * stride;
      for (let j = 0; j < columns; j++) values[to + j] = weights[from + j]! - this.#changed[from + j]!;
    }
    this.#differences.put(values);
  }

  runStep(start: number, width: number): void {
    this.#algebra.run((graph) => {
      const gradients = this.#readGradients(graph, start, width);
      this.#moved.fill(0);
      const h = this.#hessian.values();
      for (let k = 0; k < width; k++) this.#moveColumn(h, gradients, start, k, width);
      this.#store(start, width);
    });
  }

  /** ((W - Q) H)^T of the step's columns: (width, padded rows). */
  #readGradients(graph: AlgebraGraph, start: number, width: number): Float32Array {
    const { paddedRows, paddedColumns } = this.#differences;
    const own = graph.contiguous(graph.view(this.#hessian, start, width, 0, paddedColumns));
    const product = graph.product(graph.view(this.#differences, 0, paddedRows, 0, paddedColumns), own);
    graph.compute(product);
    return graph.read(product, width * paddedRows);
  }

  /** Column k of the step; its moves change the gradients of those after it. */
  #moveColumn(h: Float32Array, gradients: Float32Array, start: number, k: number, width: number): void {
    const { rows, paddedRows } = this.#differences;
    const { stride } = this.#hessian;
    const wanted = this.#wanted;
    const rounded = this.#rounded;
    const movedRows = this.#movedRows;
    const column = start + k;
    const own = this.#present.subarray(k * rows, (k + 1) * rows);
    const moves = this.#moved.subarray(k * rows, (k + 1) * rows);
    const scale = 1 / h[column * stride + column]!;
    this.#levels.readColumn(column, own);
    for (let r = 0; r < rows; r++) wanted[r] = own[r]! + gradients[k * paddedRows + r]! * scale;
    this.#levels.roundColumn(column, wanted, rounded);
    let movedCount = 0;
    for (let r = 0; r < rows; r++) {
      const move = rounded[r]! - own[r]!;
      if (move === 0) continue;
      moves[r] = move;
      movedRows[movedCount++] = r;
    }
    own.set(rounded);
    for (let j = k + 1; j < width; j++) {
      const weight = h[column * stride + start + j]!;
      const at = j * paddedRows;
      for (let i = 0; i < movedCount; i++) {
        const row = movedRows[i]!;
        gradients[at + row]! -= moves[row]! * weight;
      }
    }
  }

  #store(start: number, width: number): void {
    const { rows, columns, stride } = this.#differences;
    const values = this.#differences.values();
    // Tile by tile: one side is read, the other written along its rows.
    for (let row = 0; row < rows; row += VECTOR_FLOATS) {
      const rowEnd = Math.min(rows, row + VECTOR_FLOATS);
      for (let k = 0; k < width; k++) {
        for (let r = row; r < rowEnd; r++) {
          this.#changed[r * columns + start + k] = this.#present[k * rows + r]!;
          values[r * stride + start + k]! -= this.#moved[k * rows + r]!;
        }
      }
    }
    this.#differences.put(values);
  }
}
