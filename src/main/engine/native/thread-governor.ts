// Changes the number of threads while a job runs. ggml's threads wait for each other at every node of the graph: as soon as another
// program takes a core, two threads can be many times slower than one. Only speed is touched, never a result.
import { cpus } from 'node:os';

/** Passes in a row that must be slow before fewer threads are tried: one slow pass is an accident. */
const SLOW_PASSES = 3;
const SLOW_FACTOR = 2;
/** Passes that a try lasts; the fastest counts. */
const TRY_PASSES = 2;
/** The other count must be this much faster to be kept. */
const WORTHWHILE_GAIN = 1.1;
/** How often to look whether more threads have room. */
const LOOK_MS = 5000;
/** Share of each further thread's core that must have been idle since the last look. */
const FREE_CORE_SHARE = 0.8;

export interface GovernorOptions {
  readonly threads: number;
  readonly most: number;
  readonly setThreads: (threads: number) => void;
  readonly now?: () => number;
  /** Cores that did nothing, on average, since the last call. */
  readonly freeCores?: () => number;
}

interface Try {
  readonly threads: number;
  readonly bucket: number;
  readonly rateBefore: number;
  rate: number;
  passes: number;
}

export class ThreadGovernor {
  readonly #most: number;
  readonly #setThreads: (threads: number) => void;
  readonly #now: () => number;
  readonly #freeCores: () => number;
  /** Fastest tokens per ms so far at the present count, by the power of two of the pass's length. */
  readonly #bestRates = new Map<number, number>();
  #threads: number;
  #slowPasses = 0;
  #try: Try | undefined;
  #lastLookMs: number;

  constructor({ threads, most, setThreads, now = () => performance.now(), freeCores = idleCores() }: GovernorOptions) {
    this.#threads = threads;
    this.#most = most;
    this.#setThreads = setThreads;
    this.#now = now;
    this.#freeCores = freeCores;
    this.#lastLookMs = now();
  }

  /** After each pass through the model. */
  note(tokens: number, elapsedMs: number): void {
    if (this.#most === 1 || tokens === 0) return;
    const bucket = Math.floor(Math.log2(tokens));
    const rate = tokens / Math.max(elapsedMs, 0.01);
    if (this.#try === undefined) this.#watch(bucket, rate);
    else this.#judge(this.#try, bucket, rate);
  }

  #watch(bucket: number, rate: number): void {
    const best = Math.max(rate, this.#bestRates.get(bucket) ?? 0);
    this.#bestRates.set(bucket, best);
    this.#slowPasses = rate * SLOW_FACTOR < best ? this.#slowPasses + 1 : 0;
    if (this.#slowPasses >= SLOW_PASSES && this.#threads > 1) {
      this.#begin(Math.floor(this.#threads / 2), bucket, rate);
    } else if (this.#threads < this.#most && this.#now() - this.#lastLookMs >= LOOK_MS) {
      this.#lastLookMs = this.#now();
      const threads = Math.min(this.#most, this.#threads * 2);
      if (this.#freeCores() >= (threads - this.#threads) * FREE_CORE_SHARE) this.#begin(threads, bucket, rate);
    }
  }

  #begin(threads: number, bucket: number, rateBefore: number): void {
    this.#try = { threads, bucket, rateBefore, rate: 0, passes: 0 };
    this.#setThreads(threads);
  }

  #judge(current: Try, bucket: number, rate: number): void {
    if (bucket !== current.bucket) return;
    current.rate = Math.max(current.rate, rate);
    current.passes += 1;
    // A first pass that is slower than before settles it.
    if (current.passes < TRY_PASSES && rate > current.rateBefore) return;
    if (current.rate > current.rateBefore * WORTHWHILE_GAIN) this.#threads = current.threads;
    else this.#setThreads(this.#threads);
    this.#try = undefined;
    this.#slowPasses = 0;
    this.#bestRates.clear();
    this.#lastLookMs = this.#now();
    this.#freeCores();
  }
}

/** Reads the system's own count of idle time. */
function idleCores(): () => number {
  let before = idleTimes();
  return () => {
    const after = idleTimes();
    const cores = ((after.idle - before.idle) / Math.max(1, after.total - before.total)) * after.count;
    before = after;
    return cores;
  };
}

function idleTimes(): { readonly idle: number; readonly total: number; readonly count: number } {
  const times = cpus().map((cpu) => cpu.times);
  const totals = times.map(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq);
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  return { idle: sum(times.map(({ idle }) => idle)), total: sum(totals), count: times.length };
}
