// Scores that know nothing of the weights: the control that every pruning method has to beat.
import { createHash } from 'node:crypto';

/** Uniform in [0, 1), in single precision; the same for the same seed and name. Mixing: https://nullprogram.com/blog/2018/07/31/ */
export function randomScores(seed: number, name: string, count: number): Float32Array {
  const start = createHash('sha256').update(`${seed} ${name}`).digest().readUInt32LE();
  const scores = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let x = (start + Math.imul(i, 0x9e3779b1)) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    scores[i] = ((x ^ (x >>> 15)) >>> 8) / 2 ** 24;
  }
  return scores;
}
