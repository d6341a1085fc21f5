// A float32 matrix in the memory of a ggml backend, padded so that ggml's fast matmul kernels take every view of it.
import koffi from 'koffi';
import { WorkbenchError } from '../../../shared/errors.ts';
import { GGML_TYPE, type NativeFunctions } from './abi.generated.ts';

/** ggml's CPU kernels want inner lengths and row counts that are whole vectors (16 floats with AVX-512); others fall back to a slow path. */
export const VECTOR_FLOATS = 16;
/** Rows a multiple of this many bytes apart fall into the same few cache sets. */
const CONFLICT_FLOATS = 256;

export const padToVector = (count: number): number => Math.ceil(count / VECTOR_FLOATS) * VECTOR_FLOATS;

export class DeviceMatrix {
  /** Without padding. */
  readonly rows: number;
  readonly columns: number;
  readonly paddedRows: number;
  readonly paddedColumns: number;
  /** Floats from one row to the next. */
  readonly stride: number;
  readonly tensor: bigint;
  readonly #f: NativeFunctions;
  readonly #context: bigint;
  readonly #buffer: bigint;
  readonly #hostValues: Float32Array | undefined;

  /** All zero. Throws NATIVE_FAILED when the backend has no room. */
  constructor(f: NativeFunctions, backend: bigint, rows: number, columns: number) {
    this.rows = rows;
    this.columns = columns;
    this.paddedRows = padToVector(rows);
    this.paddedColumns = padToVector(columns);
    this.stride = this.paddedColumns + (this.paddedColumns % CONFLICT_FLOATS === 0 ? VECTOR_FLOATS : 0);
    this.#f = f;
    const context = f.ggml_init({ mem_size: 4096, mem_buffer: null, no_alloc: true });
    const tensor = f.ggml_new_tensor_2d(context, GGML_TYPE.F32, this.stride, this.paddedRows);
    const buffer = f.ggml_backend_alloc_ctx_tensors(context, backend);
    if (context === null || tensor === null || buffer === null) {
      if (context !== null) f.ggml_free(context);
      throw new WorkbenchError('NATIVE_FAILED', `There is no memory for a matrix of ${rows} x ${columns}.`, {
        rows,
        columns,
        sizeBytes: this.sizeBytes,
      });
    }
    this.#context = context;
    this.tensor = tensor;
    this.#buffer = buffer;
    this.#hostValues = f.ggml_backend_buffer_is_host(buffer)
      ? new Float32Array(koffi.view(f.ggml_get_data(tensor) ?? 0n, this.sizeBytes))
      : undefined;
    this.fill(0);
  }

  get sizeBytes(): number {
    return this.stride * this.paddedRows * 4;
  }

  /** All floats with their padding: the memory itself on the CPU, elsewhere a copy that `put` writes back. */
  values(): Float32Array {
    if (this.#hostValues !== undefined) return this.#hostValues;
    const copy = new Float32Array(this.sizeBytes / 4);
    this.#f.ggml_backend_tensor_get(this.tensor, copy, 0, this.sizeBytes);
    return copy;
  }

  /** Takes what `values` gave after it was changed. */
  put(values: Float32Array): void {
    if (values === this.#hostValues) return;
    this.#f.ggml_backend_tensor_set(this.tensor, values, 0, this.sizeBytes);
  }

  fill(value: number): void {
    const values = this.#hostValues ?? new Float32Array(this.sizeBytes / 4);
    values.fill(value);
    this.put(values);
  }

  /** `dense` is (rows, columns) row-major. */
  setDense(dense: Float32Array): void {
    const values = this.values();
    for (let row = 0; row < this.rows; row++) {
      values.set(dense.subarray(row * this.columns, (row + 1) * this.columns), row * this.stride);
    }
    this.put(values);
  }

  /** (rows, columns) row-major, without padding; a copy. */
  toDense(): Float32Array {
    const values = this.values();
    const dense = new Float32Array(this.rows * this.columns);
    for (let row = 0; row < this.rows; row++) {
      const start = row * this.stride;
      dense.set(values.subarray(start, start + this.columns), row * this.columns);
    }
    return dense;
  }

  free(): void {
    this.#f.ggml_backend_buffer_free(this.#buffer);
    this.#f.ggml_free(this.#context);
  }
}
