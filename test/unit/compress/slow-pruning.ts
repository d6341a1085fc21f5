// Slow references for the pruning tests, written from the papers and the reference code: full sorts, no cleverness.

/** Indexes of `values` in ascending order; equal values keep their order. */
function stableOrder(values: readonly number[]): number[] {
  return values.map((_, index) => index).sort((a, b) => values[a]! - values[b]! || a - b);
}

/** Exactly floor(n * sparsity) of the smallest |w| of the whole matrix become zero. */
export function slowMagnitude(weights: readonly number[], sparsity: number): number[] {
  const result = [...weights];
  const order = stableOrder(weights.map(Math.abs));
  for (const index of order.slice(0, Math.floor(weights.length * sparsity))) result[index] = 0;
  return result;
}

/** thresh = sort(|W|)[int(n * ratio)]; every |w| <= thresh becomes zero. */
export function slowPaperMagnitude(weights: readonly number[], sparsity: number): number[] {
  const sorted = weights.map(Math.abs).sort((a, b) => a - b);
  const threshold = sorted[Math.min(Math.floor(weights.length * sparsity), sorted.length - 1)]!;
  return weights.map((w) => (Math.abs(w) <= threshold ? 0 : w));
}

/** One threshold for all matrices of a layer: the smallest |w| of the floor(n * (1 - ratio)) largest; every |w| <= it goes. */
export function slowPaperLayer(matrices: readonly (readonly number[])[], sparsity: number): number[][] {
  const falling = matrices
    .flat()
    .map(Math.abs)
    .sort((a, b) => b - a);
  const threshold = falling[Math.max(0, Math.floor(falling.length * (1 - sparsity)) - 1)]!;
  return matrices.map((weights) => weights.map((w) => (Math.abs(w) <= threshold ? 0 : w)));
}

/** N smallest scores of every M consecutive entries; ties by index. */
export function slowPattern(weights: readonly number[], scores: readonly number[], n: number, m: number): number[] {
  const result = [...weights];
  for (let start = 0; start < weights.length; start += m) {
    for (const index of stableOrder(scores.slice(start, start + m)).slice(0, n)) result[start + index] = 0;
  }
  return result;
}

/** |W_ij| * sqrt(xSq_j) in single precision. */
export function wandaScores(weights: readonly number[], columns: number, meanSquares: readonly number[]): number[] {
  return weights.map((w, i) => Math.fround(Math.abs(w) * Math.fround(Math.sqrt(meanSquares[i % columns]!))));
}

/** Exactly floor(columns * sparsity) of the smallest scores of every row; ties by index. */
export function slowWanda(
  weights: readonly number[],
  columns: number,
  meanSquares: readonly number[],
  sparsity: number,
): number[] {
  const scores = wandaScores(weights, columns, meanSquares);
  const result = [...weights];
  for (let start = 0; start < weights.length; start += columns) {
    const order = stableOrder(scores.slice(start, start + columns));
    for (const index of order.slice(0, Math.floor(columns * sparsity))) result[start + index] = 0;
  }
  return result;
}
