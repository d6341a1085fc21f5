// Inputs of tokens on a ggml backend, transposed, until there are enough of them to pay for one large matmul. For the sums over all tokens.
import { type DeviceMatrix, padToVector } from '../native/device-matrix.ts';
import type { LinearAlgebra } from '../native/linear-algebra.ts';

/** Tokens of one step: long sums pay for reading and writing their result once a step. */
export const STEP_TOKENS = 1024;
const TILE = 16;

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

  /** Takes tokens from..from + count of `values`, (tokens, columns) row-major: tile by tile, so that both sides stay in the cache. */
  add(values: Float32Array, from: number, count: number): void {
    const { rows: columns, stride } = this.matrix;
    const target = this.matrix.values();
    const start = this.count;
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
