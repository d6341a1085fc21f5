// Dense float32 linear algebra as small ggml graphs, on the CPU or a GPU alike: what calibration and error feedback stand on.
import koffi from 'koffi';
import { WorkbenchError } from '../../../shared/errors.ts';
import { GGML_BACKEND_DEV_TYPE, GGML_PREC, GGML_STATUS, type NativeFunctions } from './abi.generated.ts';
import { DeviceMatrix } from './device-matrix.ts';
import { selectGpu } from './gpu-backend.ts';
import { nativeFunctions } from './libraries.ts';
import type { GpuChoice } from './library-path.ts';

export interface LinearAlgebraOptions {
  readonly threads: number;
  /** Default `none`: the CPU. */
  readonly gpu?: GpuChoice;
}

/** Node of a graph: a view or a result. */
export type Node = bigint;

/** Multiplications that one thread does in a third of a millisecond: with less, a second one did not help where this was tried. */
const SMALL_WORK = 4_000_000;
/** Room for the structs of a graph of a few dozen nodes beside the graph itself. */
const GRAPH_BYTES = 1024 * 1024;
const FLOAT_BYTES = 4;
const MOST_VIEWS = 64;

/** Makes nodes; nothing is computed before `compute`. Shapes are (rows, columns) row-major throughout. */
export class AlgebraGraph {
  readonly #f: NativeFunctions;
  readonly #backend: bigint;
  readonly #context: bigint;
  readonly #views: MemoryViews;
  #buffer: bigint | null = null;

  constructor(f: NativeFunctions, backend: bigint, context: bigint, views: MemoryViews) {
    this.#f = f;
    this.#backend = backend;
    this.#context = context;
    this.#views = views;
  }

  /** A rectangle of a matrix, without a copy. */
  view(matrix: DeviceMatrix, row: number, rows: number, column: number, columns: number): Node {
    const f = this.#f;
    const offset = (row * matrix.stride + column) * FLOAT_BYTES;
    const view = made(f.ggml_view_2d(this.#context, matrix.tensor, columns, rows, matrix.stride * FLOAT_BYTES, offset));
    f.ggml_backend_view_init(view);
    return view;
  }

  /** a (m, k), b (n, k) -> b a^T (n, m), in float32 throughout. Fast when b is contiguous and m, k are whole vectors. */
  product(a: Node, b: Node): Node {
    const product = made(this.#f.ggml_mul_mat(this.#context, a, b));
    this.#f.ggml_prec_set_acc(product, GGML_PREC.F32);
    return product;
  }

  contiguous(a: Node): Node {
    return made(this.#f.ggml_cont(this.#context, a));
  }

  transposed(a: Node): Node {
    return this.contiguous(made(this.#f.ggml_transpose(this.#context, a)));
  }

  subtract(a: Node, b: Node): Node {
    return made(this.#f.ggml_sub(this.#context, a, b));
  }

  /** target += b, where target is a view. */
  addInto(target: Node, b: Node): Node {
    return made(this.#f.ggml_add_inplace(this.#context, target, b));
  }

  copyInto(target: Node, a: Node): Node {
    return made(this.#f.ggml_cpy(this.#context, a, target));
  }

  /** Computes the nodes in this order, with everything they need. At most once a graph. */
  compute(...nodes: readonly Node[]): void {
    const f = this.#f;
    this.#buffer = f.ggml_backend_alloc_ctx_tensors(this.#context, this.#backend);
    const graph = f.ggml_new_graph(this.#context);
    for (const node of nodes) f.ggml_build_forward_expand(graph, node);
    const status = f.ggml_backend_graph_compute(this.#backend, graph);
    if (status === GGML_STATUS.SUCCESS) return;
    throw new WorkbenchError('NATIVE_FAILED', `A ggml graph failed with status ${status}.`, { status });
  }

  /** A computed node's floats, valid while the graph lives: the memory itself on the CPU, elsewhere a copy. */
  read(node: Node, count: number): Float32Array {
    if (this.#buffer !== null && this.#f.ggml_backend_buffer_is_host(this.#buffer)) {
      return this.#views.floats(this.#f.ggml_get_data(node) ?? 0n, count);
    }
    const copy = new Float32Array(count);
    this.#f.ggml_backend_tensor_get(node, copy, 0, count * FLOAT_BYTES);
    return copy;
  }

  free(): void {
    if (this.#buffer !== null) this.#f.ggml_backend_buffer_free(this.#buffer);
    this.#f.ggml_free(this.#context);
  }
}

/** Making a view of native memory costs up to 0.3 ms, and graphs of the same shapes mostly get the same memory again. */
class MemoryViews {
  readonly #views = new Map<bigint, Float32Array>();

  floats(pointer: bigint, count: number): Float32Array {
    const known = this.#views.get(pointer);
    if (known !== undefined && known.length >= count) return known.subarray(0, count);
    if (this.#views.size >= MOST_VIEWS) this.#views.clear();
    const view = new Float32Array(koffi.view(pointer, count * FLOAT_BYTES));
    this.#views.set(pointer, view);
    return view;
  }
}

function made(node: bigint | null): Node {
  if (node === null) throw new WorkbenchError('NATIVE_FAILED', 'ggml could not make a node of a graph: out of memory.');
  return node;
}

export class LinearAlgebra {
  readonly #f: NativeFunctions;
  readonly #backend: bigint;
  readonly #setThreads: (count: number) => void;
  readonly #threads: number;
  readonly #views = new MemoryViews();

  private constructor(f: NativeFunctions, backend: bigint, threads: number, setThreads: (count: number) => void) {
    this.#f = f;
    this.#backend = backend;
    this.#threads = threads;
    this.#setThreads = setThreads;
    setThreads(threads);
  }

  /** Throws BACKEND_FAILED. A GPU that cannot be used is replaced by the CPU, as for models. */
  static open({ threads, gpu = 'none' }: LinearAlgebraOptions): LinearAlgebra {
    const f = nativeFunctions();
    const isCpu = selectGpu(gpu).gpu === 'none';
    const type = isCpu ? GGML_BACKEND_DEV_TYPE.CPU : GGML_BACKEND_DEV_TYPE.GPU;
    const backend = f.ggml_backend_init_by_type(type, null);
    if (backend === null) throw new WorkbenchError('BACKEND_FAILED', 'No backend of ggml could be started.');
    return new LinearAlgebra(f, backend, threads, isCpu ? threadSetter(f, backend) : () => {});
  }

  /** All zero; the caller frees it. */
  matrix(rows: number, columns: number): DeviceMatrix {
    return new DeviceMatrix(this.#f, this.#backend, rows, columns);
  }

  /**
   * Everything made in the graph is freed when `build` returns. `multiplications`: how many the graph does, so that little work is left to
   * one thread: starting others would cost more than they save, and far more on a machine in use.
   */
  run<Result>(build: (graph: AlgebraGraph) => Result, multiplications = Number.POSITIVE_INFINITY): Result {
    const context = made(this.#f.ggml_init({ mem_size: GRAPH_BYTES, mem_buffer: null, no_alloc: true }));
    const graph = new AlgebraGraph(this.#f, this.#backend, context, this.#views);
    const isSmall = multiplications < SMALL_WORK && this.#threads > 1;
    if (isSmall) this.#setThreads(1);
    try {
      return build(graph);
    } finally {
      if (isSmall) this.#setThreads(this.#threads);
      graph.free();
    }
  }

  close(): void {
    this.#f.ggml_backend_free(this.#backend);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function threadSetter(f: NativeFunctions, backend: bigint): (count: number) => void {
  const registry = f.ggml_backend_dev_backend_reg(f.ggml_backend_get_device(backend));
  const pointer = f.ggml_backend_reg_get_proc_address(registry, 'ggml_backend_set_n_threads');
  const set: (backend: bigint, count: number) => void = koffi.decode(pointer, 'ggml_backend_set_n_threads_t');
  return (count) => set(backend, count);
}
