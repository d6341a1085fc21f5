// Softmax over rows of logits with ggml's vectorized, threaded code: what perplexity, likelihoods and KL divergence are made of.
import koffi from 'koffi';
import type { NativeFunctions } from './abi.generated.ts';
import { argmax } from './argmax.ts';
import { CpuBackend } from './cpu-backend.ts';

export interface RowComparison {
  /** KL(this || other) of each row, in nats; errors below 1e-5, so that a tiny value may come out below 0. */
  readonly klDivergence: Float64Array;
  readonly topTokens: Int32Array;
  readonly otherTopTokens: Int32Array;
}

/** Scratch memory for one graph; rows are taken in chunks that fit. */
const SCRATCH_BYTES = 48 * 1024 * 1024;
/** Tensors of the scratch memory in a comparison: both softmaxes, the weighted difference, and its row sums. */
const COMPARISON_TENSORS = 3;
/** A float32 probability below this has lost digits: the row's largest logit is used instead. */
const SMALLEST_PRECISE = 1e-30;

/** Rows that lie one behind the other in memory. */
interface Run {
  readonly first: number;
  readonly count: number;
}

export class LogitRows {
  readonly #f: NativeFunctions;
  readonly #width: number;
  readonly #rowBytes: number;
  readonly #views = new Map<bigint, Float32Array>();
  #threads: number;
  #backend: CpuBackend | undefined;
  #scratch: bigint | undefined;
  #scratchView = new Float32Array();

  constructor(f: NativeFunctions, width: number, threads: number) {
    this.#f = f;
    this.#width = width;
    this.#rowBytes = width * 4;
    this.#threads = threads;
  }

  row(pointer: bigint): Float32Array {
    let view = this.#views.get(pointer);
    if (view === undefined) {
      view = new Float32Array(koffi.view(pointer, this.#rowBytes));
      this.#views.set(pointer, view);
    }
    return view;
  }

  /** log(exp(x[target]) / sum exp(x)) of each row x of float32 logits; errors below 2e-6. */
  logProbabilities(pointers: readonly bigint[], targets: ArrayLike<number>): Float64Array {
    const result = new Float64Array(pointers.length);
    const { backend, scratch, view } = this.#prepare();
    for (const { first, count } of this.#runs(pointers, undefined, 1)) {
      backend.run(({ context, place, placeResult, compute }) => {
        const logits = place(pointers[first]!, this.#width, count);
        compute(placeResult(this.#f.ggml_soft_max(context, logits), scratch, count * this.#rowBytes));
      });
      for (let i = 0; i < count; i += 1) {
        const target = targets[first + i]!;
        const probability = view[i * this.#width + target]!;
        result[first + i] =
          probability > SMALLEST_PRECISE
            ? Math.log(probability)
            : this.row(pointers[first + i]!)[target]! - this.#logSumExp(pointers[first + i]!, view, i).value;
      }
    }
    return result;
  }

  /** Log of the sum of exponentials, from a row of logits and the same row's softmax in the scratch memory. */
  #logSumExp(
    pointer: bigint,
    softmax: Float32Array,
    softmaxRow: number,
  ): { readonly value: number; readonly top: number } {
    const logits = this.row(pointer);
    const top = argmax(logits);
    return { value: logits[top]! - Math.log(softmax[softmaxRow * this.#width + top]!), top };
  }

  /**
   * KL divergence in nats and most likely tokens, row by row: sum p (x - y) - logsumexp(x) + logsumexp(y), where p = softmax(x),
   * x and y (width) are the rows of logits.
   */
  compare(pointers: readonly bigint[], others: readonly bigint[]): RowComparison {
    const klDivergence = new Float64Array(pointers.length);
    const topTokens = new Int32Array(pointers.length);
    const otherTopTokens = new Int32Array(pointers.length);
    const { backend, scratch, view } = this.#prepare();
    const f = this.#f;
    for (const { first, count } of this.#runs(pointers, others, COMPARISON_TENSORS)) {
      const chunkBytes = count * this.#rowBytes;
      const at = (tensor: number): bigint => scratch + BigInt(tensor * chunkBytes);
      backend.run(({ context, place, placeResult, compute }) => {
        const x = place(pointers[first]!, this.#width, count);
        const y = place(others[first]!, this.#width, count);
        const p = placeResult(f.ggml_soft_max(context, x), at(0), chunkBytes);
        compute(placeResult(f.ggml_soft_max(context, y), at(1), chunkBytes));
        const difference = placeResult(f.ggml_sub(context, x, y), at(2), chunkBytes);
        const weighted = placeResult(f.ggml_mul(context, p, difference), at(2), chunkBytes);
        compute(placeResult(f.ggml_sum_rows(context, weighted), at(COMPARISON_TENSORS), count * 4));
      });
      for (let i = 0; i < count; i += 1) {
        const mine = this.#logSumExp(pointers[first + i]!, view, i);
        const theirs = this.#logSumExp(others[first + i]!, view, count + i);
        klDivergence[first + i] = view[COMPARISON_TENSORS * count * this.#width + i]! - mine.value + theirs.value;
        topTokens[first + i] = mine.top;
        otherTopTokens[first + i] = theirs.top;
      }
    }
    return { klDivergence, topTokens, otherTopTokens };
  }

  /** Cuts rows into stretches that are contiguous in memory (on both sides) and fit the scratch memory. */
  *#runs(pointers: readonly bigint[], others: readonly bigint[] | undefined, tensors: number): Generator<Run> {
    const step = BigInt(this.#rowBytes);
    const most = Math.max(1, Math.floor((SCRATCH_BYTES - 4096) / (tensors * this.#rowBytes + 4)));
    let first = 0;
    for (let i = 1; i <= pointers.length; i += 1) {
      const isContinued =
        i < pointers.length &&
        i - first < most &&
        pointers[i] === pointers[i - 1]! + step &&
        (others === undefined || others[i] === others[i - 1]! + step);
      if (isContinued) continue;
      yield { first, count: i - first };
      first = i;
    }
  }

  #prepare(): { readonly backend: CpuBackend; readonly scratch: bigint; readonly view: Float32Array } {
    this.#backend ??= new CpuBackend(this.#f, this.#threads);
    if (this.#scratch === undefined) {
      const sizeBytes = Math.max(SCRATCH_BYTES, (COMPARISON_TENSORS + 1) * this.#rowBytes);
      const scratch: bigint = koffi.alloc('uint8_t', sizeBytes);
      this.#scratch = scratch;
      this.#scratchView = new Float32Array(koffi.view(scratch, sizeBytes));
    }
    return { backend: this.#backend, scratch: this.#scratch, view: this.#scratchView };
  }

  setThreads(threads: number): void {
    this.#threads = threads;
    this.#backend?.setThreads(threads);
  }

  free(): void {
    this.#views.clear();
    this.#backend?.free();
    if (this.#scratch !== undefined) koffi.free(this.#scratch);
    this.#scratch = undefined;
    this.#backend = undefined;
  }
}
