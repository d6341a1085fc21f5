// Shows the input of every matmul with a weight while a model is evaluated (cb_eval): the data that imatrix, Wanda and GPTQ stand on.
import koffi from 'koffi';
import { WorkbenchError } from '../../../shared/errors.ts';
import { GGML_OP, GGML_TYPE, type NativeFunctions, STRUCTS } from './abi.generated.ts';
import { MemoryViews } from './memory-views.ts';

/** One matmul's input. Valid only during the call. */
export interface MatmulInput {
  /** `blk.0.attn_q.weight` */
  readonly weightName: string;
  /** Row width of the weight = length of one input vector. */
  readonly columns: number;
  readonly tokens: number;
  /** (tokens, columns) row-major float32; a view that is overwritten by the next call. */
  readonly values: () => Float32Array;
  /** The matmul before it that read the very same input (q, k and v do; gate and up do). */
  readonly sharedWith?: string;
  /** Mixture of experts: which experts each row went to. */
  readonly experts?: ExpertRows;
  /** A weight of several matrices, one for each head: which of them each row met. */
  readonly stack?: MatrixStack;
}

export interface MatrixStack {
  readonly matrixCount: number;
  readonly matrixOf: (row: number) => number;
}

export interface ExpertRows {
  readonly expertCount: number;
  /** Experts used per token. */
  readonly usedCount: number;
  /** (tokens, usedCount): expert ids. */
  readonly ids: () => Int32Array;
  /** Input vectors per token: `usedCount` when each chosen expert has its own input (down), else 1 (gate and up). */
  readonly rowsPerToken: number;
}

export interface MatmulObserver {
  /** Which weights to show; default those of the layers (`blk.*`). Each one shown interrupts the graph. */
  readonly wants?: (weightName: string) => boolean;
  readonly observe: (input: MatmulInput) => void;
  /** Asked after each observed weight: true leaves out the rest of the graph, for example the large output matrix. */
  readonly isDone?: (weightName: string) => boolean;
  /** True when only the input of this weight is wanted and nothing behind it: once the graph's node that makes it is known, the rest is left out. */
  readonly isLast?: (weightName: string) => boolean;
  /** Shows the value of nodes of the graph by their name, such as a layer's output `l_out-3`. */
  readonly results?: ResultObserver;
}

export interface ResultObserver {
  readonly wants: (nodeName: string) => boolean;
  /** `values` is (rows, columns) row-major float32, valid only during the call. False leaves out the rest of the graph. */
  readonly observe: (nodeName: string, values: Float32Array, columns: number) => boolean;
}

export interface RegisteredObserver {
  readonly callback: bigint;
  readonly unregister: () => void;
  /** Throws what the observer threw during the last decode, if it did. */
  readonly rethrow: () => void;
}

/** Fields are read one by one at these offsets: decoding the whole struct at each node would cost more than the rest. */
const OFFSET = fieldOffsets(['type', 'buffer', 'ne', 'nb', 'op', 'src', 'data', 'name']);

function fieldOffsets<Field extends keyof typeof STRUCTS.ggml_tensor>(fields: readonly Field[]): Record<Field, bigint> {
  const layout = koffi.struct(STRUCTS.ggml_tensor);
  const entries = fields.map((field) => [field, BigInt(koffi.offsetof(layout, field))]);
  return Object.fromEntries(entries);
}

const isLayerWeight = (name: string): boolean => name.startsWith('blk.');

/** Makes the native callback for `observer`. An exception in it stops the graph; `rethrow` hands it on after the decode. */
export function registerObserver(f: NativeFunctions, observer: MatmulObserver): RegisteredObserver {
  const reader = new InputReader(f, observer.wants ?? isLayerWeight);
  let failure: unknown;
  let last: LastInput | undefined;
  const callback = koffi.register((node: bigint, ask: boolean): boolean => {
    try {
      const { results } = observer;
      const name = results === undefined && last === undefined ? '' : reader.nodeName(node);
      const isResult = results?.wants(name) === true;
      const isLastInput = name === last?.nodeName && observer.isLast?.(last.weightName) === true;
      if (ask) return isResult || isLastInput || reader.isWeightMatmul(node);
      if (last !== undefined && isLastInput) {
        observer.observe(reader.resultAsInput(node, last.weightName));
        return false;
      }
      if (results !== undefined && isResult) return results.observe(name, reader.result(node), reader.columnsOf(node));
      const input = reader.read(node);
      observer.observe(input);
      if (observer.isLast?.(input.weightName)) last = reader.makerOf(node, input);
      return observer.isDone?.(input.weightName) !== true;
    } catch (error) {
      failure ??= error;
      return false;
    }
  }, koffi.pointer('ggml_backend_sched_eval_callback'));
  return {
    callback,
    unregister: () => koffi.unregister(callback),
    rethrow: () => {
      const error = failure;
      failure = undefined;
      if (error !== undefined) throw error;
    },
  };
}

/** The node whose result is the input of the last weight. */
interface LastInput {
  readonly weightName: string;
  readonly nodeName: string;
}

class InputReader {
  readonly #f: NativeFunctions;
  readonly #wants: (weightName: string) => boolean;
  readonly #views = new MemoryViews();
  #scratch = new Float32Array();
  #previousInput = 0n;
  #previousWeight = '';

  constructor(f: NativeFunctions, wants: (weightName: string) => boolean) {
    this.#f = f;
    this.#wants = wants;
  }

  isWeightMatmul(node: bigint): boolean {
    const op = koffi.decode.int32(node + OFFSET.op);
    if (op !== GGML_OP.MUL_MAT && op !== GGML_OP.MUL_MAT_ID) return false;
    if (koffi.decode.int32(this.#source(node, 1) + OFFSET.type) !== GGML_TYPE.F32) return false;
    const name = this.#nameOf(this.#source(node, 0));
    return name.endsWith('.weight') && this.#wants(name);
  }

  /** A weight copied to another device for the matmul is called `CUDA0#blk.0.attn_q.weight#0` there. */
  #nameOf(tensor: bigint): string {
    const name = koffi.decode.string(tensor + OFFSET.name);
    return name.includes('#') ? (/#([^#]+)#/.exec(name)?.[1] ?? name) : name;
  }

  nodeName(node: bigint): string {
    return koffi.decode.string(node + OFFSET.name);
  }

  columnsOf(node: bigint): number {
    return this.#dimension(node, 0);
  }

  result(node: bigint): Float32Array {
    const rows = this.#dimension(node, 1) * this.#dimension(node, 2) * this.#dimension(node, 3);
    return this.#values(node, this.#dimension(node, 0), rows);
  }

  /** Undefined where the input of the matmul `node` is more than one matrix. */
  makerOf(node: bigint, { weightName, experts, stack, sharedWith }: MatmulInput): LastInput | undefined {
    if (experts !== undefined || stack !== undefined || sharedWith !== undefined) return undefined;
    return { weightName, nodeName: this.nodeName(this.#source(node, 1)) };
  }

  /** What `makerOf` named, as the weight's matmul would read it. */
  resultAsInput(node: bigint, weightName: string): MatmulInput {
    const columns = this.#dimension(node, 0);
    const rows = this.#dimension(node, 1) * this.#dimension(node, 2) * this.#dimension(node, 3);
    this.#previousInput = 0n;
    return { weightName, columns, tokens: rows, values: () => this.#values(node, columns, rows) };
  }

  #source(node: bigint, index: number): bigint {
    return this.#pointer(node, OFFSET.src + BigInt(index * 8));
  }

  #dimension(tensor: bigint, index: number): number {
    return Number(koffi.decode.int64(tensor + OFFSET.ne + BigInt(index * 8)));
  }

  read(node: bigint): MatmulInput {
    const weight = this.#source(node, 0);
    const input = this.#source(node, 1);
    const weightName = this.#nameOf(weight);
    const columns = this.#dimension(input, 0);
    const rows = this.#dimension(input, 1) * this.#dimension(input, 2) * this.#dimension(input, 3);
    const isShared = input === this.#previousInput;
    const sharedWith = isShared ? { sharedWith: this.#previousWeight } : {};
    if (!isShared) this.#previousWeight = weightName;
    this.#previousInput = input;
    const experts =
      koffi.decode.int32(node + OFFSET.op) === GGML_OP.MUL_MAT_ID
        ? { experts: this.#experts(node, weight, input) }
        : {};
    const tokens = 'experts' in experts ? this.#dimension(input, 2) : rows;
    const stack = 'experts' in experts ? {} : this.#stack(weight, input);
    return {
      weightName,
      columns,
      tokens,
      values: () => this.#values(input, columns, rows),
      ...sharedWith,
      ...experts,
      ...stack,
    };
  }

  /** ggml repeats the weight's matrices over the input's third and fourth dimension. */
  #stack(weight: bigint, input: bigint): { stack?: MatrixStack } {
    const [height, depth] = [this.#dimension(weight, 2), this.#dimension(weight, 3)];
    if (height * depth === 1) return {};
    const [rows, inputHeight] = [this.#dimension(input, 1), this.#dimension(input, 2)];
    const matrixOf = (row: number): number => {
      const plane = Math.floor(row / rows);
      return (Math.floor(plane / inputHeight) % depth) * height + ((plane % inputHeight) % height);
    };
    return { stack: { matrixCount: height * depth, matrixOf } };
  }

  #experts(node: bigint, weight: bigint, input: bigint): ExpertRows {
    const ids = this.#source(node, 2);
    const usedCount = this.#dimension(ids, 0);
    const tokens = this.#dimension(ids, 1);
    return {
      expertCount: this.#dimension(weight, 2),
      usedCount,
      rowsPerToken: this.#dimension(input, 1),
      ids: () => this.#ids(ids, usedCount, tokens),
    };
  }

  /** Host memory is looked at where it is; another device's is copied. */
  #values(input: bigint, columns: number, rows: number): Float32Array {
    const sizeBytes = rows * columns * 4;
    const buffer = this.#pointer(input, OFFSET.buffer);
    const isContiguous = this.#f.ggml_is_contiguous(input);
    if (isContiguous && buffer !== 0n && this.#f.ggml_backend_buffer_is_host(buffer)) {
      return this.#views.floats(this.#pointer(input, OFFSET.data), rows * columns);
    }
    if (!isContiguous)
      throw new WorkbenchError(
        'UNSUPPORTED_MODEL',
        'The input of a matmul is not contiguous; this architecture is not supported.',
      );
    if (this.#scratch.length < rows * columns) this.#scratch = new Float32Array(rows * columns);
    this.#f.ggml_backend_tensor_get(input, this.#scratch, 0, sizeBytes);
    return this.#scratch.subarray(0, rows * columns);
  }

  #pointer(tensor: bigint, offset: bigint): bigint {
    return BigInt(koffi.decode.uint64(tensor + offset));
  }

  /** The ids are a view of the first `usedCount` columns of a wider tensor: rows are read by their stride. */
  #ids(ids: bigint, usedCount: number, tokens: number): Int32Array {
    const stride = Number(koffi.decode.uint64(ids + OFFSET.nb + 8n));
    const bytes = new Uint8Array(stride * (tokens - 1) + usedCount * 4);
    this.#f.ggml_backend_tensor_get(ids, bytes, 0, bytes.length);
    const all = new Int32Array(bytes.buffer);
    return Int32Array.from(
      { length: tokens * usedCount },
      (_, i) => all[Math.floor(i / usedCount) * (stride / 4) + (i % usedCount)] ?? 0,
    );
  }
}
