// Coordinate descent after a sweep: each column takes the levels that are best given all other columns as they are now. A sweep fixes
// its first columns before it knows what the later ones become; this pass does.
import type { DeviceMatrix } from '../../native/device-matrix.ts';
import type { AlgebraGraph, LinearAlgebra } from '../../native/linear-algebra.ts';
import type { SweepMatrix } from './feedback-sweep.ts';

/** Columns whose gradients come from one matmul; inside, each column corrects those after it. A multiple of a vector. */
const STEP = 32;

export interface ColumnLevels {
  /** Writes into `rounded` (rows) the nearest levels of column `column` to `wanted` (rows). */
  roundColumn(column: number, wanted: Float32Array, rounded: Float32Array): void;
}

/**
 * `hessian` (columns, columns) is symmetric with a positive diagonal; `changed` is Q (rows, columns), changed in place so that
 * tr((W - Q) H (W - Q)^T) falls or stays: q_j becomes the level nearest to q_j + ((W - Q) H)_j / H_jj, column after column, once.
 */
export function refineColumns(
  algebra: LinearAlgebra,
  hessian: DeviceMatrix,
  { rows, columns, weights }: SweepMatrix,
  changed: Float32Array,
  levels: ColumnLevels,
): void {
  const differences = algebra.matrix(rows, columns);
  try {
    setDifferences(differences, weights, changed);
    for (let start = 0; start < columns; start += STEP) {
      refineStep(algebra, hessian, differences, changed, levels, start, Math.min(STEP, columns - start));
    }
  } finally {
    differences.free();
  }
}

function setDifferences(target: DeviceMatrix, weights: Float32Array, changed: Float32Array): void {
  const { rows, columns, stride } = target;
  const values = target.values();
  for (let row = 0; row < rows; row++) {
    const from = row * columns;
    const to = row * stride;
    for (let j = 0; j < columns; j++) values[to + j] = weights[from + j]! - changed[from + j]!;
  }
  target.put(values);
}

function refineStep(
  algebra: LinearAlgebra,
  hessian: DeviceMatrix,
  differences: DeviceMatrix,
  changed: Float32Array,
  levels: ColumnLevels,
  start: number,
  width: number,
): void {
  algebra.run(
    (graph) => {
      const gradients = readGradients(graph, hessian, differences, start, width);
      const h = hessian.values();
      const d = differences.values();
      const { rows, columns, paddedRows, stride } = differences;
      const present = readColumns(changed, { rows, stride: columns, start, width });
      const moved = new Float32Array(width * rows);
      const wanted = new Float32Array(rows);
      const rounded = new Float32Array(rows);
      // Few of them move: most were right the first time.
      const movedRows = new Int32Array(rows);
      for (let k = 0; k < width; k++) {
        const column = start + k;
        const scale = 1 / h[column * hessian.stride + column]!;
        const own = present.subarray(k * rows, (k + 1) * rows);
        const moves = moved.subarray(k * rows, (k + 1) * rows);
        for (let r = 0; r < rows; r++) wanted[r] = own[r]! + gradients[k * paddedRows + r]! * scale;
        levels.roundColumn(column, wanted, rounded);
        let movedCount = 0;
        for (let r = 0; r < rows; r++) {
          const move = rounded[r]! - own[r]!;
          if (move === 0) continue;
          moves[r] = move;
          movedRows[movedCount++] = r;
        }
        own.set(rounded);
        for (let j = k + 1; j < width; j++) {
          const weight = h[column * hessian.stride + start + j]!;
          const at = j * paddedRows;
          for (let i = 0; i < movedCount; i++) gradients[at + movedRows[i]!]! -= moves[movedRows[i]!]! * weight;
        }
      }
      writeColumns(changed, present, { rows, stride: columns, start, width });
      subtractColumns(d, moved, { rows, stride, start, width });
      differences.put(d);
    },
    width * differences.paddedRows * differences.paddedColumns,
  );
}

/** ((W - Q) H)^T of the step's columns: (width, padded rows). */
function readGradients(
  graph: AlgebraGraph,
  hessian: DeviceMatrix,
  differences: DeviceMatrix,
  start: number,
  width: number,
): Float32Array {
  const { paddedRows, paddedColumns } = differences;
  const own = graph.contiguous(graph.view(hessian, start, width, 0, paddedColumns));
  const product = graph.product(graph.view(differences, 0, paddedRows, 0, paddedColumns), own);
  graph.compute(product);
  return graph.read(product, width * paddedRows);
}

interface ColumnRange {
  readonly rows: number;
  /** Floats from one row to the next. */
  readonly stride: number;
  readonly start: number;
  readonly width: number;
}

/** Columns start..start + width of a row-major matrix, column by column. */
function readColumns(values: Float32Array, { rows, stride, start, width }: ColumnRange): Float32Array {
  const columns = new Float32Array(width * rows);
  for (let r = 0; r < rows; r++) {
    const from = r * stride + start;
    for (let k = 0; k < width; k++) columns[k * rows + r] = values[from + k]!;
  }
  return columns;
}

function writeColumns(values: Float32Array, columns: Float32Array, { rows, stride, start, width }: ColumnRange): void {
  for (let r = 0; r < rows; r++) {
    const to = r * stride + start;
    for (let k = 0; k < width; k++) values[to + k] = columns[k * rows + r]!;
  }
}

function subtractColumns(
  values: Float32Array,
  columns: Float32Array,
  { rows, stride, start, width }: ColumnRange,
): void {
  for (let r = 0; r < rows; r++) {
    const to = r * stride + start;
    for (let k = 0; k < width; k++) values[to + k]! -= columns[k * rows + r]!;
  }
}
