// Adds up C = 2/n sum z d^T over calibration tokens on a ggml backend: what the inputs z of a matrix behind compressed layers tell of a
// difference d to the dense model.
import type { DeviceMatrix } from '../native/device-matrix.ts';
import type { LinearAlgebra } from '../native/linear-algebra.ts';
import { TokenColumns } from './token-columns.ts';

/** Rows of C computed by one matmul, so that its result stays small. */
const PANEL = 192;

export class CrossSum {
  readonly columns: number;
  tokenCount = 0;
  readonly #algebra: LinearAlgebra;
  readonly #sum: DeviceMatrix;
  readonly #inputs: TokenColumns;
  readonly #differences: TokenColumns;

  constructor(algebra: LinearAlgebra, columns: number, width: number) {
    this.#algebra = algebra;
    this.columns = columns;
    this.#sum = algebra.matrix(columns, width);
    this.#inputs = new TokenColumns(algebra, columns);
    this.#differences = new TokenColumns(algebra, width);
  }

  /** `values` z are (tokens, columns) row-major, `differences` d (tokens, width) of the same tokens. */
  add(values: Float32Array, differences: Float32Array): void {
    const tokens = values.length / this.columns;
    for (let from = 0; from < tokens; ) {
      const count = Math.min(tokens - from, this.#inputs.room);
      this.#inputs.add(values, from, count);
      this.#differences.add(differences, from, count);
      from += count;
      if (this.#inputs.room === 0) this.#flush();
    }
    this.tokenCount += tokens;
  }

  #flush(): void {
    const tokens = this.#inputs.paddedCount();
    if (tokens === 0) return;
    this.#differences.paddedCount();
    const { paddedRows: size, paddedColumns: width } = this.#sum;
    this.#algebra.run((graph) => {
      const added = [];
      for (let row = 0; row < size; row += PANEL) {
        const rows = Math.min(PANEL, size - row);
        const own = graph.contiguous(graph.view(this.#inputs.matrix, row, rows, 0, tokens));
        const product = graph.product(graph.view(this.#differences.matrix, 0, width, 0, tokens), own);
        added.push(graph.addInto(graph.view(this.#sum, row, rows, 0, width), product));
      }
      graph.compute(...added);
    });
    this.#inputs.count = 0;
    this.#differences.count = 0;
  }

  /** (columns, width) row-major. */
  toMatrix(): Float32Array {
    this.#flush();
    const factor = this.tokenCount === 0 ? 0 : 2 / this.tokenCount;
    return this.#sum.toDense().map((value) => value * factor);
  }

  free(): void {
    this.#sum.free();
    this.#inputs.free();
    this.#differences.free();
  }
}
