// Lets a job report as often as it likes and sends at most ten reports a second; the last one is always sent.
import type { Progress } from '../../../shared/progress.ts';

const INTERVAL_MS = 100;

export class ProgressThrottle {
  readonly #send: (progress: Progress) => void;
  readonly #intervalMs: number;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #waiting: Progress | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(send: (progress: Progress) => void, intervalMs = INTERVAL_MS) {
    this.#send = send;
    this.#intervalMs = intervalMs;
  }

  /** Reports with a `partial` result are never dropped: each is a piece of the whole. */
  report(progress: Progress): void {
    const waitMs = this.#lastSentMs + this.#intervalMs - performance.now();
    if (waitMs <= 0 || progress.partial !== undefined) {
      this.#deliver(progress);
      return;
    }
    this.#waiting = progress;
    this.#timer ??= setTimeout(() => this.flush(), waitMs).unref();
  }

  flush(): void {
    if (this.#waiting !== undefined) this.#deliver(this.#waiting);
  }

  #deliver(progress: Progress): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = undefined;
    this.#lastSentMs = performance.now();
    this.#send(progress);
  }
}
