// Adds up H = 2/n sum x x^T over calibration tokens on a ggml backend: the statistics that SparseGPT, GPTQ and feedback stand on.
import { WorkbenchError } from '../../../shared/errors.ts';
import { type DeviceMatrix, padToVector } from '../native/device-matrix.ts';
import type { LinearAlgebra } from '../native/linear-algebra.ts';

/** Rows of H computed by one matmul; what lies left of it is mirrored instead, so that half the work falls away. */
const PANEL = 192;
/** Tokens of one step: long sums pay for reading and writing H once a step. */
const STEP_TOKENS = 1024;
const TILE = 16;

export class HessianSum {
  readonly columns: number;
  tokenCount = 0;
  readonly #algebra: LinearAlgebra;
  readonly #sum: DeviceMatrix;
  /** (columns, STEP_TOKENS): inputs of the tokens that are not added yet. */
  readonly #inputs: DeviceMatrix;
  #pending = 0;

  constructor(algebra: LinearAlgebra, columns: number) {
    this.#algebra = algebra;
    this.columns = columns;
    this.#sum = algebra.matrix(columns, columns);
    this.#inputs = algebra.matrix(columns, STEP_TOKENS);
  }

  /** `values` is (tokens, columns) row-major. */
  add(values: Float32Array): void {
    const tokens = values.length / this.columns;
    for (let from = 0; from < tokens; ) {
      const count = Math.min(tokens - from, STEP_TOKENS - this.#pending);
      this.#collect(values, from, count);
      from += count;
      if (this.#pending === STEP_TOKENS) this.#flush();
    }
    this.tokenCount += tokens;
  }

  /** Transposes tokens from..from + count behind the pending ones, tile by tile so that both sides stay in the cache. */
  #collect(values: Float32Array, from: number, count: number): void {
    const { columns } = this;
    const { stride } = this.#inputs;
    const target = this.#inputs.values();
    const start = this.#pending;
    for (let token = 0; token < count; token += TILE) {
      const tokenEnd = Math.min(count, token + TILE);
      for (let column = 0; column < columns; column += TILE) {
        const columnEnd = Math.min(columns, column + TILE);
        for (let c = column; c < columnEnd; c++) {
          const to = c * stride + start;
          for (let t = token; t < tokenEnd; t++) target[to + t] = values[(from + t) * columns + c]!;
        }
      }
    }
    this.#inputs.put(target);
    this.#pending += count;
  }

  #flush(): void {
    if (this.#pending === 0) return;
    const tokens = padToVector(this.#pending);
    this.#clearTail(tokens);
    const size = this.#sum.paddedColumns;
    const inputs = this.#inputs;
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
    this.#pending = 0;
  }

  /** Zeros behind the last pending token, where the padding of this step reads. */
  #clearTail(tokens: number): void {
    if (tokens === this.#pending) return;
    const values = this.#inputs.values();
    for (let row = 0; row < this.columns; row++) {
      values.fill(0, row * this.#inputs.stride + this.#pending, row * this.#inputs.stride + tokens);
    }
    this.#inputs.put(values);
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
