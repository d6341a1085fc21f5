// Time left of a running job, from its own progress: the speed of the last minute, so that a pause or a slow start does not last.
import type { Progress } from '../../../shared/progress.ts';

const WINDOW_MS = 60_000;
/** Less says nothing yet. */
const MIN_SPAN_MS = 1500;

interface Mark {
  readonly atMs: number;
  readonly done: number;
}

export interface Estimate {
  readonly remainingMs: number | undefined;
  readonly unitsPerSecond: number | undefined;
}

export class RemainingTime {
  #marks: Mark[] = [];
  #stage = '';

  /** `nowMs` is monotonic. A new unit starts anew; `done` that falls back (a second pass) too. */
  add(progress: Progress, nowMs: number): Estimate {
    const key = `${progress.unit}/${progress.total}`;
    const last = this.#marks.at(-1);
    if (key !== this.#stage || (last !== undefined && progress.done < last.done)) {
      this.#marks = [];
      this.#stage = key;
    }
    this.#marks.push({ atMs: nowMs, done: progress.done });
    while (this.#marks.length > 2 && nowMs - this.#marks[0]!.atMs > WINDOW_MS) this.#marks.shift();
    const first = this.#marks[0]!;
    const spanMs = nowMs - first.atMs;
    const doneInSpan = progress.done - first.done;
    if (spanMs < MIN_SPAN_MS || doneInSpan <= 0) return { remainingMs: undefined, unitsPerSecond: undefined };
    const unitsPerSecond = (doneInSpan / spanMs) * 1000;
    const left = progress.total === undefined ? undefined : Math.max(0, progress.total - progress.done);
    return { unitsPerSecond, remainingMs: left === undefined ? undefined : (left / unitsPerSecond) * 1000 };
  }
}
