// Chooses how many threads evaluate a model, by trying: ggml's threads wait for each other at every node, so on a machine in use
// "all cores" can be several times slower than one.
import { availableParallelism } from 'node:os';
import type { ModelSession } from './model-session.ts';

interface ThreadTrial {
  readonly threads: number;
  readonly tokensPerSecond: number;
}

export interface ThreadChoice {
  readonly threads: number;
  readonly trials: readonly ThreadTrial[];
}

/** A trial lasts about this long, within the bounds below: a large model must not be tried for minutes. */
const TRIAL_MS = 100;
const FEWEST_TOKENS = 8;
const MOST_TOKENS = 64;
/** More threads must win by this much: their gain is lost again when the machine gets busy. */
const WORTHWHILE_GAIN = 1.05;
/** A trial this much slower than the best is not repeated. */
const HOPELESS_FACTOR = 1.5;

/**
 * Measures the session with 1, 2, 4, ... up to `most` threads and sets it to the best, which then follows the machine's load. Clears its sequences. Of two trials the
 * faster counts, so that a short disturbance decides nothing.
 */
export function chooseThreads(session: ModelSession, most = availableParallelism()): ThreadChoice {
  const counts = threadCounts(most);
  const [fewest = 1] = counts;
  // The first decode reads the weights from disk, the second tells how much work fits into a trial.
  decodeMs(session, FEWEST_TOKENS, fewest);
  const probeMs = decodeMs(session, FEWEST_TOKENS, fewest);
  const tokens = Math.round(
    Math.min(MOST_TOKENS, session.batchSize, Math.max(FEWEST_TOKENS, (FEWEST_TOKENS * TRIAL_MS) / probeMs)),
  );
  const trials: ThreadTrial[] = [];
  let best: ThreadTrial | undefined;
  for (const threads of counts) {
    let elapsedMs = decodeMs(session, tokens, threads);
    const bestMs = best === undefined ? Number.POSITIVE_INFINITY : (tokens / best.tokensPerSecond) * 1000;
    if (elapsedMs < bestMs * HOPELESS_FACTOR) elapsedMs = Math.min(elapsedMs, decodeMs(session, tokens, threads));
    const trial = { threads, tokensPerSecond: (tokens / elapsedMs) * 1000 };
    trials.push(trial);
    if (best === undefined || trial.tokensPerSecond > best.tokensPerSecond * WORTHWHILE_GAIN) best = trial;
    // Waiting threads only get worse with more of them.
    else if (elapsedMs > bestMs * HOPELESS_FACTOR) break;
  }
  const threads = best?.threads ?? fewest;
  session.clear();
  session.adaptThreads(threads, most);
  return { threads, trials };
}

function decodeMs(session: ModelSession, count: number, threads: number): number {
  const tokens = Int32Array.from(
    { length: Math.min(count, session.batchSize) },
    (_, i) => (i * 7919 + 11) % session.vocabularySize,
  );
  session.setThreads(threads);
  session.clear();
  const startMs = performance.now();
  session.decodeRun(tokens, { logits: 'last' });
  session.argmax(tokens.length - 1);
  return performance.now() - startMs;
}

/** 1, 2, 4, ... and the most itself. */
export function threadCounts(most: number): readonly number[] {
  const counts: number[] = [];
  for (let threads = 1; threads < most; threads *= 2) counts.push(threads);
  return [...counts, Math.max(1, most)];
}
