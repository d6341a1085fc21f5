// Weights for the pruning tests.
import { randomNormals } from '../../support/random-weights.ts';

export function gaussianValues(count: number, seed: number): Float32Array {
  const random = randomNormals(seed);
  return Float32Array.from({ length: count }, random);
}

/** Few distinct values, zeros and signs among them: ties everywhere. */
export function coarseValues(count: number, seed: number): Float32Array {
  return gaussianValues(count, seed).map((value) => Math.round(value * 4) / 4);
}
