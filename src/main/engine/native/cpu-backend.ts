// Runs small ggml graphs on the CPU backend over memory that is already there: tensors are placed, not copied.
import { WorkbenchError } from '../../../shared/errors.ts';
import { GGML_BACKEND_DEV_TYPE, GGML_STATUS, GGML_TYPE, type NativeFunctions } from './abi.generated.ts';
import { setBackendThreads } from './cpu-threads.ts';

/** Room for the structs of a graph with a handful of nodes; ggml_new_graph itself reserves for 2048. */
const GRAPH_BYTES = 1024 * 1024;
/** ggml asks for it of a buffer's start, not of the tensors in it. */
const BUFFER_ALIGNMENT = 64n;

/** Tensors of one graph, while it is built. */
export interface GraphBuilder {
  readonly context: bigint;
  /** A float32 tensor of `rows` x `width` values (row-major) on memory of the caller. */
  readonly place: (pointer: bigint, width: number, rows: number) => bigint;
  /** A row of `count` values of any type on memory of the caller. */
  readonly placeData: (type: number, pointer: bigint, count: number) => bigint;
  /** Puts the result of an operation into memory of the caller. */
  readonly placeResult: (tensor: bigint | null, pointer: bigint, sizeBytes: number) => bigint;
  readonly compute: (...tensors: readonly bigint[]) => void;
}

export class CpuBackend {
  readonly #f: NativeFunctions;
  readonly #backend: bigint;

  constructor(f: NativeFunctions, threads: number) {
    const backend = f.ggml_backend_init_by_type(GGML_BACKEND_DEV_TYPE.CPU, null);
    if (backend === null) throw new WorkbenchError('BACKEND_FAILED', 'The CPU backend of ggml could not be started.');
    this.#f = f;
    this.#backend = backend;
    this.setThreads(threads);
  }

  setThreads(threads: number): void {
    setBackendThreads(this.#f, this.#backend, threads);
  }

  /** Builds and computes a graph; everything made for it is freed when `build` returns. */
  run(build: (builder: GraphBuilder) => void): void {
    const f = this.#f;
    const context = f.ggml_init({ mem_size: GRAPH_BYTES, mem_buffer: null, no_alloc: true });
    if (context === null) throw new WorkbenchError('NATIVE_FAILED', 'ggml could not set up a graph: out of memory.');
    const buffers: (bigint | null)[] = [];
    const placeResult = (tensor: bigint | null, pointer: bigint, sizeBytes: number): bigint => {
      const start = pointer - (pointer % BUFFER_ALIGNMENT);
      const buffer = f.ggml_backend_cpu_buffer_from_ptr(start, Number(pointer - start) + sizeBytes);
      buffers.push(buffer);
      f.ggml_backend_tensor_alloc(buffer, tensor, pointer);
      return tensor ?? 0n;
    };
    try {
      build({
        context,
        place: (pointer, width, rows) =>
          placeResult(f.ggml_new_tensor_2d(context, GGML_TYPE.F32, width, rows), pointer, width * rows * 4),
        placeData: (type, pointer, count) =>
          placeResult(f.ggml_new_tensor_1d(context, type, count), pointer, f.ggml_row_size(type, count)),
        placeResult,
        compute: (...tensors) => this.#compute(context, tensors),
      });
    } finally {
      for (const buffer of buffers) f.ggml_backend_buffer_free(buffer);
      f.ggml_free(context);
    }
  }

  #compute(context: bigint, tensors: readonly bigint[]): void {
    const graph = this.#f.ggml_new_graph(context);
    for (const tensor of tensors) this.#f.ggml_build_forward_expand(graph, tensor);
    const status = this.#f.ggml_backend_graph_compute(this.#backend, graph);
    if (status !== GGML_STATUS.SUCCESS)
      throw new WorkbenchError('NATIVE_FAILED', `A ggml graph failed with status ${status}.`, { status });
  }

  free(): void {
    this.#f.ggml_backend_free(this.#backend);
  }
}
