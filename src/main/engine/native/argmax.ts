// Greedy choice over a row of logits.

/** Index of the largest value; the lowest index among equals. */
export function argmax(values: Float32Array): number {
  let best = 0;
  let largest = values[0] ?? Number.NEGATIVE_INFINITY;
  for (let i = 1; i < values.length; i += 1) {
    const value = values[i]!;
    if (value > largest) {
      largest = value;
      best = i;
    }
  }
  return best;
}
