// Inputs of tokens on a ggml backend, transposed, until there are enough of them to pay for one large matmul. For the sums over all tokens.
import { type DeviceMatrix, padToVector } from '../native/device-matrix.ts';
import type { LinearAlgebra } from '../native/linear-algebra.ts';

/** Tokens of one step: long sums pay for reading and writing their result once a step. */
export const STEP_TOKENS = 1024;

export class TokenColumns {
  /** (columns, STEP_TOKENS). */
  readonly matrix: DeviceMatrix;
  count = 0;

  constructor(algebra: LinearAlgebra, columns: number) {
    this.matrix = algebra.matrix(columns, STEP_TOKENS);
  }

  get room(): number {
    return STEP_TOKENS - this.count;
  }

  /** Takes tokens from..from + count of `values`, (tokens, columns) row-major: four at a time, so that a line of the target is met less often. */
  add(values: Float32Array, from: number, count: number): void {
    const { rows: columns, stride } = this.matrix;
    const target = this.matrix.values();
    let token = 0;
    for (; token + 4 <= count; token += 4) {
      const first = (from + token) * columns;
      const second = first + columns;
      const third = second + columns;
      const fourth = third + columns;
      for (let column = 0, to = this.count + token; column < columns; column++, to += stride) {
        target[to] = values[first + column]!;
        target[to + 1] = values[second + column]!;
        target[to + 2] = values[third + column]!;
        target[to + 3] = values[fourth + column]!;
      }
    }
    for (; token < count; token++) {
      const start = (from + token) * columns;
      for (let column = 0, to = this.count + token; column < columns; column++, to += stride) {
        target[to] = values[start + column]!;
      }
    }
    this.matrix.put(target);
    this.count += count;
  }

  /** Tokens that a matmul is to read: zeros stand behind the last one up to a whole vector. */
  paddedCount(): number {
    const tokens = padToVector(this.count);
    if (tokens === this.count) return tokens;
    const { rows, stride } = this.matrix;
    const values = this.matrix.values();
    for (let row = 0; row < rows; row++) values.fill(0, row * stride + this.count, row * stride + tokens);
    this.matrix.put(values);
    return tokens;
  }

  free(): void {
    this.matrix.free();
  }
}
