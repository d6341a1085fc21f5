// Ctrl-C: the first cancels and lets outputs be cleaned up, a second one ends the process at once.
import { WorkbenchError } from '../../shared/errors.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
// A launcher and the terminal may both deliver one key press.
const SAME_KEY_PRESS_MS = 400;
// Workers are killed a second after the message; whatever takes longer than this has nothing to clean up.
const LAST_RESORT_MS = 4000;

export class Interruption {
  readonly #controller = new AbortController();
  #firstAtMs: number | undefined;

  constructor() {
    for (const name of SIGNALS) process.on(name, () => this.#interrupt());
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What went wrong, once the user has cancelled, is that the user has cancelled. */
  explain(error: unknown): unknown {
    if (!this.signal.aborted) return error;
    if (error instanceof WorkbenchError && error.code === 'CANCELLED') return error;
    return new WorkbenchError('CANCELLED', 'cancelled by the user', {}, error);
  }

  #interrupt(): void {
    if (this.#firstAtMs === undefined) {
      this.#firstAtMs = performance.now();
      this.#controller.abort();
      setTimeout(() => this.#leave('the command did not stop in time'), LAST_RESORT_MS).unref();
    } else if (performance.now() - this.#firstAtMs > SAME_KEY_PRESS_MS) {
      this.#leave('stopped at once; a partial file may be left behind');
    }
  }

  #leave(why: string): never {
    process.stderr.write(`whittle: CANCELLED: cancelled by the user: ${why}\n`);
    process.exit(130);
  }
}
