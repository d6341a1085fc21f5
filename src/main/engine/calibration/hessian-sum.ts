// Adds up H = 2/n sum x x^T over calibration tokens on a ggml backend: the statistics that SparseGPT, GPTQ and feedback stand on.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { DeviceMatrix } from '../native/device-matrix.ts';
import type { LinearAlgebra } from '../native/linear-algebra.ts';
import { TokenColumns } from './token-columns.ts';

/** Rows of H computed by one matmul; what lies left of it is mirrored instead, so that half the work falls away. */
const PANEL = 192;

export class HessianSum {
  readonly columns: number;
  tokenCount = 0;
  readonly #algebra: LinearAlgebra;
  readonly #sum: DeviceMatrix;
  /** Of the tokens that are not added yet. */
  readonly #inputs: TokenColumns;

  constructor(algebra: LinearAlgebra, columns: number) {
    this.#algebra = algebra;
    this.columns = columns;
    this.#sum = algebra.matrix(columns, columns);
    this.#inputs = new TokenColumns(algebra, columns);
  }

  /** `values` is (tokens, columns) row-major. */
  add(values: Float32Array): void {
    const tokens = values.length / this.columns;
    for (let from = 0; from < tokens; ) {
      const count = Math.min(tokens - from, this.#inputs.room);
      this.#inputs.add(values, from, count);
      from += count;
      if (this.#inputs.room === 0) this.#flush();
    }
    this.tokenCount += tokens;
  }

  #flush(): void {
    const tokens = this.#inputs.paddedCount();
    if (tokens === 0) return;
    const size = this.#sum.paddedColumns;
    const inputs = this.#inputs.matrix;
    this.#algebra.run((graph) => {
      const added = [];
      for (let row = 0; row < size; row += PANEL) {
        const rows = Math.min(PANEL, size - row);
        const own = graph.contiguous(graph.view(inputs, row, rows, 0, tokens));
        const product = graph.product(graph.view(inputs, row, size - row, 0, tokens), own);
        added.push(graph.addInto(graph.view(this.#sum, row, rows, row, size - row), product));
      }
      graph.compute(...added);
    });
    this.#inputs.count = 0;
  }

  /** (columns, columns) row-major, symmetric: 2/n sum x x^T. Throws BAD_DATA when an input was no finite number. */
  toHessian(): Float32Array {
    this.#flush();
    const { columns } = this;
    const { stride } = this.#sum;
    const sums = this.#sum.values();
    const factor = this.tokenCount === 0 ? 0 : 2 / this.tokenCount;
    const hessian = new Float32Array(columns * columns);
    for (let i = 0; i < columns; i++) {
      for (let j = i; j < columns; j++) {
        const value = sums[i * stride + j]! * factor;
        hessian[i * columns + j] = value;
        hessian[j * columns + i] = value;
      }
      if (!Number.isFinite(hessian[i * columns + i]!)) throw notFinite(i);
    }
    return hessian;
  }

  free(): void {
    this.#sum.free();
    this.#inputs.free();
  }
}

function notFinite(column: number): WorkbenchError {
  return new WorkbenchError(
    'BAD_DATA',
    `The calibration gave an input ${column} that is no finite number; the model cannot be evaluated on this text.`,
    { column },
  );
}
