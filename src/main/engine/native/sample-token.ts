// Chooses the next token from a row of logits. Pure: the same logits, options and random numbers give the same token.
import { argmax } from './argmax.ts';

export interface SamplingOptions {
  /** 0 chooses the most likely token. */
  readonly temperature: number;
  /** Only the k most likely tokens; 0 or absent: all. */
  readonly topK?: number;
  /** Only the smallest set of most likely tokens whose probabilities reach p. */
  readonly topP?: number;
}

/** `random` gives numbers in [0, 1). Order as in llama.cpp's chain: top-k, top-p on the plain softmax, then temperature. */
export function sampleToken(logits: Float32Array, options: SamplingOptions, random: () => number): number {
  if (options.temperature <= 0) return argmax(logits);
  let candidates = mostLikely(logits, options.topK ?? 0);
  const { topP = 1 } = options;
  if (topP < 1) candidates = candidates.slice(0, nucleusSize(softmax(logits, candidates, 1), topP));
  const probabilities = softmax(logits, candidates, options.temperature);
  let left = random();
  for (let i = 0; i < candidates.length; i += 1) {
    left -= probabilities[i]!;
    if (left < 0) return candidates[i]!;
  }
  return candidates[candidates.length - 1]!;
}

/** Token ids from most to least likely, at most `limit` when that is positive; lower ids first among equals. */
function mostLikely(logits: Float32Array, limit: number): Int32Array {
  const ids = Int32Array.from(logits, (_, id) => id);
  ids.sort((a, b) => logits[b]! - logits[a]! || a - b);
  return limit > 0 ? ids.slice(0, limit) : ids;
}

/** Candidates are sorted, so the first holds the largest logit. */
function softmax(logits: Float32Array, candidates: Int32Array, temperature: number): Float64Array {
  const largest = logits[candidates[0]!]!;
  const weights = Float64Array.from(candidates, (id) => Math.exp((logits[id]! - largest) / temperature));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

function nucleusSize(probabilities: Float64Array, topP: number): number {
  let sum = 0;
  for (let i = 0; i < probabilities.length; i += 1) {
    sum += probabilities[i]!;
    if (sum >= topP) return i + 1;
  }
  return probabilities.length;
}

/** Random numbers in [0, 1) from a seed: Marsaglia's xorshift with 32 bits of state. Source: https://doi.org/10.18637/jss.v008.i14 */
export function seededRandom(seed: number): () => number {
  // Neighbouring seeds start far apart; a state of zero would stay zero.
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
