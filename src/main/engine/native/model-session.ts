// A loaded model with a context: tokens in, logits out. One per worker process at a time, freed by `close`.
import { existsSync } from 'node:fs';
import koffi from 'koffi';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { NativeFunctions } from './abi.generated.ts';
import { argmax } from './argmax.ts';
import { type RegisteredObserver, registerObserver } from './capture-inputs.ts';
import { setContextThreads } from './cpu-threads.ts';
import { selectGpu } from './gpu-backend.ts';
import { nativeFunctions } from './libraries.ts';
import type { Gpu } from './library-path.ts';
import { loadModel, makeContext, type SessionOptions } from './load-model.ts';
import { LogitRows, type RowComparison } from './logit-rows.ts';
import { lastNativeLogLines } from './native-log.ts';
import type { StructValue } from './native-types.ts';
import { ThreadGovernor } from './thread-governor.ts';
import { type BatchToken, TokenBatch } from './token-batch.ts';
import { type TokenizeOptions, Vocabulary } from './vocabulary.ts';

export class ModelSession {
  readonly vocabulary: Vocabulary;
  readonly vocabularySize: number;
  readonly addsBos: boolean;
  readonly bosToken: number;
  readonly eosToken: number;
  /** What the model was trained for. */
  readonly contextLength: number;
  readonly contextSize: number;
  readonly batchSize: number;
  readonly gpu: Gpu;
  /** For people; for example which GPU backend failed. */
  readonly warnings: readonly string[];
  readonly #f: NativeFunctions;
  readonly #model: bigint;
  readonly #context: bigint | null;
  readonly #batch: TokenBatch;
  readonly #rows: LogitRows;
  readonly #observer: RegisteredObserver | null;
  #governor: ThreadGovernor | undefined;
  #isClosed = false;

  private constructor(parts: SessionParts) {
    const { f, model, context } = parts;
    this.#f = f;
    this.#model = model;
    this.#context = context;
    this.#observer = parts.observer;
    this.gpu = parts.gpu;
    this.warnings = parts.warnings;
    this.vocabulary = new Vocabulary(f, f.llama_model_get_vocab(model) ?? 0n);
    this.vocabularySize = this.vocabulary.size;
    this.addsBos = this.vocabulary.addsBos;
    this.bosToken = this.vocabulary.bosToken;
    this.eosToken = this.vocabulary.eosToken;
    this.contextLength = f.llama_model_n_ctx_train(model);
    this.contextSize = context === null ? 0 : f.llama_n_ctx(context);
    this.batchSize = context === null ? 0 : f.llama_n_batch(context);
    this.#batch = new TokenBatch(Math.max(1, this.batchSize), context === null ? 1 : f.llama_n_seq_max(context));
    this.#rows = new LogitRows(f, this.vocabularySize, parts.threads);
  }

  /** Throws FILE_NOT_FOUND, or NATIVE_FAILED with the last lines of llama.cpp's log. */
  static open(options: SessionOptions): ModelSession {
    if (!existsSync(options.modelPath)) {
      throw new WorkbenchError('FILE_NOT_FOUND', `There is no file ${options.modelPath}.`, { path: options.modelPath });
    }
    const f = nativeFunctions();
    const { gpu, warnings } = selectGpu(options.vocabOnly ? 'none' : (options.gpu ?? 'auto'));
    const model = loadModel(f, options, gpu);
    const threads = options.threads ?? 1;
    const observer = options.matmulObserver === undefined ? null : registerObserver(f, options.matmulObserver);
    try {
      const context = options.vocabOnly ? null : makeContext(f, model, options, threads, observer);
      return new ModelSession({ f, model, context, threads, gpu, warnings, observer });
    } catch (error) {
      observer?.unregister();
      f.llama_model_free(model);
      throw error;
    }
  }

  tokenize(text: string, options?: TokenizeOptions): Int32Array {
    return this.vocabulary.tokenize(text, options);
  }

  detokenize(tokens: ArrayLike<number>, options?: { special?: boolean }): string {
    return this.vocabulary.detokenize(tokens, options);
  }

  isEndOfGeneration(token: number): boolean {
    return this.vocabulary.isEndOfGeneration(token);
  }

  /** A metadata value of the file as text (scalars and strings only). */
  meta(key: string): string | undefined {
    const length = this.#f.llama_model_meta_val_str(this.#model, key, null, 0);
    if (length < 0) return undefined;
    const text = new Uint8Array(length + 1);
    this.#f.llama_model_meta_val_str(this.#model, key, text, text.length);
    return new TextDecoder().decode(text.subarray(0, length));
  }

  /** The model's own template in Jinja; null when the file carries none. */
  get chatTemplate(): string | null {
    return this.#f.llama_model_chat_template(this.#model, null);
  }

  get architecture(): string {
    return this.meta('general.architecture') ?? '';
  }

  get layerCount(): number {
    return this.#f.llama_model_n_layer(this.#model);
  }

  get embeddingLength(): number {
    return this.#f.llama_model_n_embd(this.#model);
  }

  get parameterCount(): number {
    return this.#f.llama_model_n_params(this.#model);
  }

  /** Whether KV cells can be shared and cut at any position; false for recurrent models, which must decode each text anew. */
  get canShareSequences(): boolean {
    return !this.#f.llama_model_is_recurrent(this.#model) && !this.#f.llama_model_is_hybrid(this.#model);
  }

  /**
   * Whether a token sees only those before it: the file says so, but for diffusion models and gemma-embedding, of which llama.cpp knows.
   * Otherwise it aborts on a batch that is longer than a micro-batch.
   */
  get isCausal(): boolean {
    const isDeclared = this.meta(`${this.architecture}.attention.causal`) !== 'false';
    return isDeclared && !this.#f.llama_model_is_diffusion(this.#model) && this.architecture !== 'gemma-embedding';
  }

  /** Logits asked for are read by the index of their token in this batch, until the next `decode`. */
  decode(tokens: readonly BatchToken[]): void {
    this.#checkLength(tokens.length);
    this.#batch.clear();
    for (const token of tokens) this.#batch.pushShared(token);
    this.#decodeBatch();
  }

  /** One sequence's run of tokens, without an object per token. */
  decodeRun(tokens: ArrayLike<number>, { sequence = 0, startPosition = 0, logits = 'last' }: RunOptions = {}): void {
    this.#checkLength(tokens.length);
    this.#batch.clear();
    for (let i = 0; i < tokens.length; i += 1) {
      const wantLogits =
        logits === 'all' ||
        (logits === 'last' && i === tokens.length - 1) ||
        (typeof logits === 'number' && i >= logits);
      this.#batch.push(tokens[i] ?? 0, startPosition + i, sequence, wantLogits);
    }
    this.#decodeBatch();
  }

  /**
   * A run of one sequence from position 0 whose inputs are hidden states instead of tokens: (tokens, embeddingLength) row-major. All rows
   * are computed to the end.
   */
  decodeHidden(states: Float32Array): void {
    const count = states.length / this.embeddingLength;
    this.#checkLength(count);
    this.#batch.clear();
    for (let i = 0; i < count; i += 1) this.#batch.push(0, i, 0, true);
    this.#decodeBatch({ token: null, embd: koffi.address(states) });
  }

  #checkLength(length: number): void {
    if (length > this.batchSize) {
      throw new WorkbenchError(
        'INTERNAL',
        `A batch of ${length} tokens is larger than the session's ${this.batchSize}.`,
      );
    }
  }

  #decodeBatch(inputs: StructValue = {}): void {
    if (this.#batch.length === 0) return;
    const startMs = performance.now();
    const status = this.#f.llama_decode(this.#context, { ...this.#batch.native(), ...inputs });
    this.#governor?.note(this.#batch.length, performance.now() - startMs);
    this.#observer?.rethrow();
    if (status === 0) return;
    const reason =
      status === 1 ? `no room in the context of ${this.contextSize} tokens` : `llama_decode answered ${status}`;
    throw new WorkbenchError('NATIVE_FAILED', `The model could not be evaluated: ${reason}.`, {
      status,
      log: lastNativeLogLines(10),
    });
  }

  /** A view of native memory, without a copy: valid until the next `decode` or `close`. */
  logits(batchIndex: number): Float32Array {
    return this.#rows.row(this.#logitsPointer(batchIndex));
  }

  #logitsPointer(batchIndex: number): bigint {
    const pointer = this.#f.llama_get_logits_ith(this.#context, batchIndex);
    if (pointer === null)
      throw new WorkbenchError('INTERNAL', `No logits were asked for token ${batchIndex} of the batch.`);
    return pointer;
  }

  /** The token with the largest logit; the lowest id among equals. */
  argmax(batchIndex: number): number {
    return argmax(this.logits(batchIndex));
  }

  /** Natural-log softmax of each row at its target. Errors below 2e-6 of the float32 logits' exact softmax. */
  logProbabilities(batchIndices: ArrayLike<number>, targets: ArrayLike<number>): Float64Array {
    return this.#rows.logProbabilities(this.#pointers(batchIndices), targets);
  }

  /** Compares rows of the last decode with rows of another session over the same vocabulary: see LogitRows.compare. */
  compareRows(batchIndices: ArrayLike<number>, other: ModelSession, otherIndices: ArrayLike<number>): RowComparison {
    if (other.vocabularySize !== this.vocabularySize) {
      throw new WorkbenchError(
        'UNSUPPORTED_MODEL',
        `The models have ${this.vocabularySize} and ${other.vocabularySize} tokens in their vocabularies; they cannot be compared.`,
      );
    }
    return this.#rows.compare(this.#pointers(batchIndices), other.#pointers(otherIndices));
  }

  #pointers(batchIndices: ArrayLike<number>): bigint[] {
    return Array.from(batchIndices, (index) => this.#logitsPointer(index));
  }

  copySequence(from: number, to: number, start = -1, end = -1): void {
    this.#f.llama_memory_seq_cp(this.#memory(), from, to, start, end);
  }

  /** Positions `start` <= p < `end` of a sequence; negative: without bound. */
  removeSequence(sequence: number, start = -1, end = -1): boolean {
    return this.#f.llama_memory_seq_rm(this.#memory(), sequence, start, end);
  }

  clear(): void {
    this.#f.llama_memory_clear(this.#memory(), true);
  }

  #memory(): bigint | null {
    return this.#f.llama_get_memory(this.#context);
  }

  setThreads(threads: number): void {
    this.#governor = undefined;
    this.#applyThreads(threads);
  }

  /** From now on the number of threads follows the speed of `decode`, up to `most`. */
  adaptThreads(threads: number, most: number): void {
    this.#applyThreads(threads);
    this.#governor = new ThreadGovernor({ threads, most, setThreads: (count) => this.#applyThreads(count) });
  }

  #applyThreads(threads: number): void {
    setContextThreads(this.#f, this.#context, threads);
    this.#rows.setThreads(threads);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rows.free();
    this.#batch.free();
    if (this.#context !== null) this.#f.llama_free(this.#context);
    this.#f.llama_model_free(this.#model);
    this.#observer?.unregister();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

export interface RunOptions {
  readonly sequence?: number;
  readonly startPosition?: number;
  /** A number: for the tokens from that index of the run on. */
  readonly logits?: 'all' | 'last' | 'none' | number;
}

interface SessionParts {
  readonly f: NativeFunctions;
  readonly model: bigint;
  readonly context: bigint | null;
  readonly threads: number;
  readonly gpu: Gpu;
  readonly warnings: readonly string[];
  readonly observer: RegisteredObserver | null;
}
