// Runs one window of text through a model and hands out its logits piece by piece, for perplexity and for comparing two models.
import type { ModelSession } from '../native/model-session.ts';
import { PASS_TOKENS } from './open-session.ts';

/** Rows of logits that are there until the next piece: row i predicts `targets[i]`. */
export interface WindowPiece {
  readonly batchIndices: readonly number[];
  readonly targets: readonly number[];
}

/** Starts from an empty cache. Yields the pieces that hold scored positions: those that predict tokens `scoreFrom` and later. */
export function* decodeWindow(session: ModelSession, tokens: Int32Array, scoreFrom: number): Generator<WindowPiece> {
  session.clear();
  for (let start = 0; start < tokens.length; ) {
    const left = tokens.length - start;
    // Never a single token at the end: its attention is summed in as many parts as there are threads.
    const size = left - PASS_TOKENS === 1 ? PASS_TOKENS - 1 : Math.min(left, PASS_TOKENS);
    const first = Math.max(0, scoreFrom - 1 - start);
    session.decodeRun(tokens.subarray(start, start + size), {
      startPosition: start,
      logits: first < size ? first : 'none',
    });
    const end = Math.min(size, tokens.length - 1 - start);
    if (first < end) {
      const batchIndices = Array.from({ length: end - first }, (_, offset) => first + offset);
      yield { batchIndices, targets: batchIndices.map((index) => tokens[start + index + 1]!) };
    }
    start += size;
  }
}
