// Chooses how many threads evaluate a model, by trying: ggml's threads wait for each other at every node, so on a machine in use
// "all cores" can be several times slower than one.
import { availableParallelism } from 'node:os';
import type { ModelSession } from './model-session.ts';

export interface ThreadTrial {
  readonly threads: number;
  readonly tokensPerSecond: number;
}

export interface ThreadChoice {
  readonly threads: number;
  readonly trials: readonly ThreadTrial[];
}

/** Tokens of one trial: enough for the matmuls to weigh more than the start of the threads, a fraction of a second on small models. */
const TRIAL_TOKENS = 64;
const TRIALS_EACH = 2;
/** More threads must win by this much: their gain is lost again when the machine gets busy. */
const WORTHWHILE_GAIN = 1.05;

/**
 * Measures the session with 1, 2, 4, ... up to `most` threads and sets it to the best. Clears its sequences. The best of two
 * decodes counts, so that a short disturbance decides nothing.
 */
export function chooseThreads(session: ModelSession, most = availableParallelism()): ThreadChoice {
  const tokens = Int32Array.from(
    { length: Math.min(TRIAL_TOKENS, session.batchSize) },
    (_, i) => (i * 7919 + 11) % session.vocabularySize,
  );
  const trials: ThreadTrial[] = [];
  let best: ThreadTrial | undefined;
  for (const threads of threadCounts(most)) {
    const trial = { threads, tokensPerSecond: measure(session, tokens, threads) };
    trials.push(trial);
    if (best === undefined || trial.tokensPerSecond > best.tokensPerSecond * WORTHWHILE_GAIN) best = trial;
    // Waiting threads only get worse with more of them.
    else if (trial.tokensPerSecond < best.tokensPerSecond / 2) break;
  }
  const threads = best?.threads ?? 1;
  session.setThreads(threads);
  session.clear();
  return { threads, trials };
}

function measure(session: ModelSession, tokens: Int32Array, threads: number): number {
  session.setThreads(threads);
  let bestMs = Number.POSITIVE_INFINITY;
  for (let trial = 0; trial <= TRIALS_EACH; trial += 1) {
    session.clear();
    const startMs = performance.now();
    session.decodeRun(tokens, { logits: 'last' });
    session.argmax(tokens.length - 1);
    // The first one reads the weights from disk.
    if (trial > 0) bestMs = Math.min(bestMs, performance.now() - startMs);
  }
  return (tokens.length / bestMs) * 1000;
}

/** 1, 2, 4, ... and the most itself. */
export function threadCounts(most: number): readonly number[] {
  const counts: number[] = [];
  for (let threads = 1; threads < most; threads *= 2) counts.push(threads);
  return [...counts, Math.max(1, most)];
}
