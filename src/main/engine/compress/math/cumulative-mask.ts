// Wanda's variant: rows lose the same share of their summed scores instead of the same number of weights.

const FIRST_SHARE = 0.4;
const MOST_SHARE = 0.8;
const CLOSE_ENOUGH = 0.001;

/**
 * `scores` is (rows, columns) row-major, none negative. In each row every score up to the largest one whose running sum in rising order is
 * at most share * (sum of the row) is marked; one share for all rows is searched by halving, until the marked part of all is
 * within 0.001 of `sparsityRatio`. A row in which nothing qualifies keeps all. Source: return_given_alpha of https://github.com/locuslab/wanda
 */
export function cumulativeMask(scores: Float32Array, columns: number, sparsityRatio: number): Uint8Array {
  const sorted = scores.slice();
  for (let start = 0; start < sorted.length; start += columns) sorted.subarray(start, start + columns).sort();
  let [low, high, share] = [0, MOST_SHARE, FIRST_SHARE];
  let thresholds = thresholdsOf(sorted, columns, share);
  let marked = markedRatio(sorted, columns, thresholds);
  while (Math.abs(marked - sparsityRatio) > CLOSE_ENOUGH && high - low >= CLOSE_ENOUGH) {
    if (marked > sparsityRatio) high = share;
    else low = share;
    share = (low + high) / 2;
    thresholds = thresholdsOf(sorted, columns, share);
    marked = markedRatio(sorted, columns, thresholds);
  }
  return Uint8Array.from(scores, (score, i) => (score <= thresholds[Math.floor(i / columns)]! ? 1 : 0));
}

/** By row: the largest score that goes; -1 when none does. */
function thresholdsOf(sorted: Float32Array, columns: number, share: number): Float64Array {
  const thresholds = new Float64Array(sorted.length / columns);
  for (let row = 0; row < thresholds.length; row++) {
    const values = sorted.subarray(row * columns, (row + 1) * columns);
    const limit = share * values.reduce((sum, value) => sum + value, 0);
    let running = 0;
    let threshold = -1;
    for (const value of values) {
      running += value;
      if (running > limit) break;
      threshold = value;
    }
    thresholds[row] = threshold;
  }
  return thresholds;
}

function markedRatio(sorted: Float32Array, columns: number, thresholds: Float64Array): number {
  let marked = 0;
  for (const [row, threshold] of thresholds.entries()) {
    for (let i = row * columns; i < (row + 1) * columns && sorted[i]! <= threshold; i++) marked += 1;
  }
  return marked / sorted.length;
}
