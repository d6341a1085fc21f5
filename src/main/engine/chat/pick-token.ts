// Logits -> the next token: the likeliest at temperature 0, else drawn from the softmax with a seeded generator.

/** Uniform numbers in [0, 1), equal for equal seeds. Source: sfc32, from PractRand by C. Doty-Humphrey (public domain). */
export function seededRandom(seed: number): () => number {
  let a = 0x9e3779b9 ^ seed;
  let b = 0x243f6a88;
  let c = 0xb7e15162;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 16; i += 1) next();
  return next;
}

/**
 * `logits` is (vocabulary). With `temperature` t > 0 token i has probability exp(logit_i / t) / sum; `random` is in [0, 1).
 * Among equal logits at t = 0 the lowest id is taken.
 */
export function pickToken(logits: Float32Array, temperature: number, random: number): number {
  let best = 0;
  for (let i = 1; i < logits.length; i += 1) if (logits[i]! > logits[best]!) best = i;
  if (temperature === 0) return best;
  const largest = logits[best]!;
  let sum = 0;
  for (const logit of logits) sum += Math.exp((logit - largest) / temperature);
  let left = random * sum;
  for (let i = 0; i < logits.length; i += 1) {
    left -= Math.exp((logits[i]! - largest) / temperature);
    if (left < 0) return i;
  }
  return best;
}
