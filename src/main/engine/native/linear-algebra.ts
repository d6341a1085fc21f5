// Dense float32 linear algebra as small ggml graphs, on the CPU or a GPU alike: what calibration and error feedback stand on.
import { WorkbenchError } from '../../../shared/errors.ts';
import { GGML_BACKEND_DEV_TYPE, GGML_PREC, GGML_STATUS, type NativeFunctions } from './abi.generated.ts';
import { setBackendThreads } from './cpu-threads.ts';
import { DeviceMatrix } from './device-matrix.ts';
import { selectGpu } from './gpu-backend.ts';
import { nativeFunctions } from './libraries.ts';
import type { GpuChoice } from './library-path.ts';
import { MemoryViews } from './memory-views.ts';

export interface LinearAlgebraOptions {
  readonly threads: number;
  /** Default `none`: the CPU. */
  readonly gpu?: GpuChoice;
}

/** Node of a graph: a view or a result. */
export type Node = bigint;

/** Room for the structs of a graph of a few dozen nodes beside the graph itself. */
const GRAPH_BYTES = 1024 * 1024;
const FLOAT_BYTES = 4;

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

function made(node: bigint | null): Node {
  if (node === null) throw new WorkbenchError('NATIVE_FAILED', 'ggml could not make a node of a graph: out of memory.');
  return node;
}

export class LinearAlgebra {
  readonly #f: NativeFunctions;
  readonly #backend: bigint;
  readonly #views = new MemoryViews();

  private constructor(f: NativeFunctions, backend: bigint) {
    this.#f = f;
    this.#backend = backend;
  }

  /** Throws BACKEND_FAILED. A GPU that cannot be used is replaced by the CPU, as for models. */
  static open({ threads, gpu = 'none' }: LinearAlgebraOptions): LinearAlgebra {
    const f = nativeFunctions();
    const isCpu = selectGpu(gpu).gpu === 'none';
    const type = isCpu ? GGML_BACKEND_DEV_TYPE.CPU : GGML_BACKEND_DEV_TYPE.GPU;
    const backend = f.ggml_backend_init_by_type(type, null);
    if (backend === null) throw new WorkbenchError('BACKEND_FAILED', 'No backend of ggml could be started.');
    if (isCpu) setBackendThreads(f, backend, threads);
    return new LinearAlgebra(f, backend);
  }

  /** All zero; the caller frees it. */
  matrix(rows: number, columns: number): DeviceMatrix {
    return new DeviceMatrix(this.#f, this.#backend, rows, columns);
  }

  /** Everything made in the graph is freed when `build` returns. */
  run<Result>(build: (graph: AlgebraGraph) => Result): Result {
    const context = made(this.#f.ggml_init({ mem_size: GRAPH_BYTES, mem_buffer: null, no_alloc: true }));
    const graph = new AlgebraGraph(this.#f, this.#backend, context, this.#views);
    try {
      return build(graph);
    } finally {
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
