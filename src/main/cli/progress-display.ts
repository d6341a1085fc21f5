// Progress on stderr: a bar that is drawn over itself on a terminal, a plain line every few seconds elsewhere.
import type { Progress } from '../../shared/progress.ts';

const PLAIN_LINE_EVERY_MS = 4000;
const REDRAW_EVERY_MS = 100;
const BAR_WIDTH = 24;

export class ProgressDisplay {
  readonly #stream: NodeJS.WriteStream;
  readonly #isTerminal: boolean;
  readonly #isQuiet: boolean;
  #lastAtMs = -Infinity;
  #hasBar = false;

  constructor(stream: NodeJS.WriteStream, isQuiet: boolean) {
    this.#stream = stream;
    this.#isTerminal = stream.isTTY === true && process.env['TERM'] !== 'dumb';
    this.#isQuiet = isQuiet;
    this.#lastAtMs = this.#isTerminal ? -Infinity : performance.now();
  }

  update(progress: Progress): void {
    if (this.#isQuiet) return;
    const now = performance.now();
    if (now - this.#lastAtMs < (this.#isTerminal ? REDRAW_EVERY_MS : PLAIN_LINE_EVERY_MS)) return;
    this.#lastAtMs = now;
    if (this.#isTerminal) this.#draw(progress);
    else this.#stream.write(`${describeProgress(progress)}\n`);
  }

  /** A line that stays, above the bar. */
  line(text: string): void {
    this.clear();
    this.#stream.write(`${text}\n`);
  }

  clear(): void {
    if (this.#hasBar) this.#stream.write('\r\u001b[K');
    this.#hasBar = false;
  }

  #draw(progress: Progress): void {
    const width = Math.max(20, this.#stream.columns || 80);
    const text = `${drawBar(progress)}${describeProgress(progress)}`;
    this.#stream.write(`\r${text.slice(0, width - 1)}\u001b[K`);
    this.#hasBar = true;
  }
}

function drawBar({ done, total }: Progress): string {
  if (total === undefined || total <= 0) return '';
  const filled = Math.round(Math.min(1, done / total) * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}] `;
}

/** `quantizing blk.3.ffn_up.weight: 12 of 57 tensors`. */
export function describeProgress({ stage, done, total, unit }: Progress): string {
  if (total === undefined) return done > 0 ? `${stage}: ${done} ${unit}` : stage;
  return `${stage}: ${done} of ${total} ${unit}`;
}
