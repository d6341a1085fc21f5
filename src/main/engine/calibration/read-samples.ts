// Lets a model read token samples while a collector watches: shared by the importance matrix and the statistics of pruning.

import { yieldToEvents } from '../models/yield-to-events.ts';
import type { GpuChoice } from '../native/library-path.ts';
import { ModelSession } from '../native/model-session.ts';
import { chooseThreads } from '../native/thread-count.ts';
import type { InputSumCollector } from './input-sums.ts';

/** Tokens that go through the model at once; short samples are read side by side up to here. */
const BATCH_TOKENS = 512;

export interface ReaderOptions {
  readonly modelPath: string;
  /** Tokens of every sample. */
  readonly sampleLength: number;
  readonly gpu: GpuChoice;
  /** Default: the fastest by a short trial. */
  readonly threads?: number | undefined;
}

export class SampleReader {
  readonly session: ModelSession;
  readonly #collector: InputSumCollector;
  readonly #sampleLength: number;
  readonly #samplesPerBatch: number;

  constructor(options: ReaderOptions, collector: InputSumCollector) {
    const { modelPath, sampleLength, gpu, threads } = options;
    this.#collector = collector;
    this.#sampleLength = sampleLength;
    this.#samplesPerBatch = Math.max(1, Math.floor(BATCH_TOKENS / sampleLength));
    this.session = ModelSession.open({
      modelPath,
      contextSize: this.#samplesPerBatch * sampleLength,
      batchSize: this.#samplesPerBatch * sampleLength,
      microBatchSize: BATCH_TOKENS,
      sequences: this.#samplesPerBatch,
      gpu,
      matmulObserver: collector,
      ...(threads === undefined ? {} : { threads }),
    });
    if (threads === undefined) this.#chooseThreads();
  }

  #chooseThreads(): void {
    this.#collector.isListening = false;
    chooseThreads(this.session);
    this.#collector.isListening = true;
  }

  /**
   * Reads samples in order, each as a text of its own; `onRead` hears how many are done. Throws CANCELLED between two batches.
   * All rows are asked for, since llama.cpp would compute the last layer for the asked ones alone; the output matrix is left out.
   */
  async read(
    samples: readonly Int32Array[],
    signal: AbortSignal,
    onRead: (doneCount: number) => void | Promise<void>,
  ): Promise<void> {
    for (let start = 0; start < samples.length; start += this.#samplesPerBatch) {
      const batch = samples.slice(start, start + this.#samplesPerBatch);
      this.session.clear();
      this.session.decode(
        batch.flatMap((tokens, sequence) =>
          Array.from(tokens, (token, position) => ({ token, position, sequences: [sequence], wantLogits: true })),
        ),
      );
      this.#collector.stopAfterLastSeen();
      await onRead(Math.min(samples.length, start + batch.length));
      await yieldToEvents(signal);
    }
  }

  get batchTokens(): number {
    return this.#samplesPerBatch * this.#sampleLength;
  }

  close(): void {
    this.session.close();
  }
}
