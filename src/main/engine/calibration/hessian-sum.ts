// Adds up H = 2/n sum z z^T over calibration tokens on a ggml backend, the statistics that SparseGPT, GPTQ and feedback stand on, and beside it
// what the inputs z of a matrix behind compressed layers tell of differences to the dense model.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { Shifts } from '../compress/method.ts';
import type { DeviceMatrix } from '../native/device-matrix.ts';
import type { AlgebraGraph, LinearAlgebra, Node } from '../native/linear-algebra.ts';
import { TokenColumns } from './token-columns.ts';

/** Rows computed by one matmul, so that its result stays small; what lies left of them in H is mirrored instead: half the work falls away. */
const PANEL = 96;

/** (tokens, width) row-major, by what they differ in. */
export type Differences = Readonly<Partial<Record<keyof Shifts, Float32Array | undefined>>>;

/** Of 2/n sum z d^T. */
interface CrossSum {
  readonly differences: TokenColumns;
  /** (columns, width). */
  readonly sum: DeviceMatrix;
}

export class HessianSum {
  readonly columns: number;
  tokenCount = 0;
  readonly #algebra: LinearAlgebra;
  readonly #sum: DeviceMatrix;
  /** Of the tokens that are not added yet. */
  readonly #inputs: TokenColumns;
  readonly #crosses = new Map<keyof Shifts, CrossSum>();

  constructor(algebra: LinearAlgebra, columns: number) {
    this.#algebra = algebra;
    this.columns = columns;
    this.#sum = algebra.matrix(columns, columns);
    this.#inputs = new TokenColumns(algebra, columns);
  }

  /** `values` z is (tokens, columns) row-major, each d of `differences` (tokens, width) of the same tokens; the same ones in every call. */
  add(values: Float32Array, differences: Differences = {}): void {
    const tokens = values.length / this.columns;
    for (let from = 0; from < tokens; ) {
      const count = Math.min(tokens - from, this.#inputs.room);
      this.#inputs.add(values, from, count);
      for (const name of ['inputs', 'stream'] as const) {
        const difference = differences[name];
        if (difference !== undefined) {
          this.#crossOf(name, difference.length / tokens).differences.add(difference, from, count);
        }
      }
      from += count;
      if (this.#inputs.room === 0) this.#flush();
    }
    this.tokenCount += tokens;
  }

  #crossOf(name: keyof Shifts, width: number): CrossSum {
    const known = this.#crosses.get(name);
    if (known !== undefined) return known;
    const algebra = this.#algebra;
    const cross = { differences: new TokenColumns(algebra, width), sum: algebra.matrix(this.columns, width) };
    this.#crosses.set(name, cross);
    return cross;
  }

  #flush(): void {
    const tokens = this.#inputs.paddedCount();
    if (tokens === 0) return;
    for (const { differences } of this.#crosses.values()) differences.paddedCount();
    const size = this.#sum.paddedColumns;
    this.#algebra.run((graph) => {
      const added: Node[] = [];
      for (let row = 0; row < size; row += PANEL) added.push(...this.#addPanel(graph, row, tokens));
      graph.compute(...added);
    });
    this.#inputs.count = 0;
    for (const { differences } of this.#crosses.values()) differences.count = 0;
  }

  #addPanel(graph: AlgebraGraph, row: number, tokens: number): Node[] {
    const size = this.#sum.paddedColumns;
    const rows = Math.min(PANEL, size - row);
    const inputs = this.#inputs.matrix;
    const own = graph.contiguous(graph.view(inputs, row, rows, 0, tokens));
    const product = graph.product(graph.view(inputs, row, size - row, 0, tokens), own);
    const added = [graph.addInto(graph.view(this.#sum, row, rows, row, size - row), product)];
    for (const { differences, sum } of this.#crosses.values()) {
      const width = sum.paddedColumns;
      const crossed = graph.product(graph.view(differences.matrix, 0, width, 0, tokens), own);
      added.push(graph.addInto(graph.view(sum, row, rows, 0, width), crossed));
    }
    return added;
  }

  /** (columns, columns) row-major, symmetric: 2/n sum z z^T. Throws BAD_DATA when an input was no finite number. */
  toHessian(): Float32Array {
    this.#flush();
    const { columns } = this;
    const { stride } = this.#sum;
    const sums = this.#sum.values();
    const factor = this.#factor;
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

  /** 2/n sum z d^T, (columns, width) row-major each; undefined when no differences were added. */
  toShifts(): Shifts | undefined {
    if (this.#crosses.size === 0) return undefined;
    this.#flush();
    return { inputs: this.#toShift('inputs'), stream: this.#toShift('stream') };
  }

  #toShift(name: keyof Shifts): Float32Array | undefined {
    const shift = this.#crosses.get(name)?.sum.toDense();
    const factor = this.#factor;
    if (shift !== undefined) for (let i = 0; i < shift.length; i++) shift[i]! *= factor;
    return shift;
  }

  get #factor(): number {
    return this.tokenCount === 0 ? 0 : 2 / this.tokenCount;
  }

  free(): void {
    this.#sum.free();
    this.#inputs.free();
    for (const { differences, sum } of this.#crosses.values()) {
      differences.free();
      sum.free();
    }
  }
}

function notFinite(column: number): WorkbenchError {
  return new WorkbenchError(
    'BAD_DATA',
    `The calibration gave an input ${column} that is no finite number; the model cannot be evaluated on this text.`,
    { column },
  );
}
