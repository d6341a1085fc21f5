// Runs the prompts of one wave through the model: shared runs first, copied to the sequences that go on from them.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { ModelSession } from '../native/model-session.ts';
import type { BatchToken } from '../native/token-batch.ts';
import { PASS_TOKENS } from './open-session.ts';
import type { Wave } from './plan-batches.ts';

/** One row of logits that can be read until the next decode. */
export interface LogitRow {
  /** Index of the sequence in the wave. */
  readonly sequence: number;
  readonly position: number;
  readonly batchIndex: number;
}

export type RowReader = (rows: readonly LogitRow[]) => void;

/** Leaves are sequences 0.., shared runs follow, the companion is last. */
export class WaveDecoder {
  readonly #session: ModelSession;
  readonly #signal: AbortSignal;
  readonly #companion: number;
  #companionPosition = 0;

  constructor(session: ModelSession, companionSequence: number, signal: AbortSignal) {
    this.#session = session;
    this.#companion = companionSequence;
    this.#signal = signal;
  }

  /** Starts from an empty cache. `readRows` is called after each pass that made logits. */
  async decodePrompts(wave: Wave, readRows: RowReader): Promise<void> {
    this.#session.clear();
    this.#companionPosition = 0;
    const { runs, leaves } = wave.tree;
    const sequenceOfRun = (run: number): number => wave.sequences.length + run;
    const depth = Math.max(0, ...runs.map((run) => run.depth + 1));
    for (let level = 0; level < depth; level++) {
      const steps: Step[] = [];
      runs.forEach((run, index) => {
        if (run.depth !== level) return;
        if (run.parent >= 0) this.#session.copySequence(sequenceOfRun(run.parent), sequenceOfRun(index));
        for (let position = run.from; position < run.to; position++) {
          steps.push({ token: run.tokens[position]!, position, sequence: sequenceOfRun(index), row: undefined });
        }
      });
      await this.decode(steps, readRows);
    }
    const steps: Step[] = [];
    wave.sequences.forEach(({ tokens, ownFrom, logitsTo }, sequence) => {
      const leaf = leaves[sequence]!;
      if (leaf.parent >= 0) this.#session.copySequence(sequenceOfRun(leaf.parent), sequence);
      for (let position = leaf.from; position < tokens.length; position++) {
        const row = position >= ownFrom && position < logitsTo ? sequence : undefined;
        steps.push({ token: tokens[position]!, position, sequence, row });
      }
    });
    await this.decode(steps, readRows);
  }

  /**
   * Decodes tokens in passes of at most 512. No pass is a single token: there ggml's attention sums in as many parts as it has
   * threads, and results would depend on their number. A lone token gets a companion in a sequence of its own.
   */
  async decode(steps: readonly Step[], readRows: RowReader): Promise<void> {
    for (let start = 0; start < steps.length; ) {
      const left = steps.length - start;
      const size = left - PASS_TOKENS === 1 ? PASS_TOKENS - 1 : Math.min(left, PASS_TOKENS);
      this.#decodePass(steps.slice(start, start + size), readRows);
      start += size;
      await this.#breathe();
    }
  }

  #decodePass(steps: readonly Step[], readRows: RowReader): void {
    const batch: BatchToken[] = steps.map(({ token, position, sequence, row }) => ({
      token,
      position,
      sequences: [sequence],
      wantLogits: row !== undefined,
    }));
    if (batch.length === 1) {
      const position = this.#companionPosition++;
      batch.push({ token: batch[0]!.token, position, sequences: [this.#companion], wantLogits: false });
    }
    this.#session.decode(batch);
    const rows = steps.flatMap(({ position, row }, batchIndex) =>
      row === undefined ? [] : [{ sequence: row, position, batchIndex }],
    );
    if (rows.length > 0) readRows(rows);
  }

  /** Lets messages in between passes, and stops when the job was cancelled. */
  async #breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#signal.aborted) throw new WorkbenchError('CANCELLED', 'The run was cancelled.');
  }
}

export interface Step {
  readonly token: number;
  readonly position: number;
  readonly sequence: number;
  /** Index of the wave's sequence that reads the logits; undefined: nobody does. */
  readonly row: number | undefined;
}
