// Adds up squares of activations per column: the whole cost of an imatrix beyond the decode itself.

/**
 * sums[c] += sum over rows r of values[r, c]^2. `values` is (rows, sums.length) row-major; `sums` is float64, so that millions of
 * tokens lose nothing. Rows are taken four at a time, which halves the loads and stores of `sums`.
 */
export function addColumnSquares(sums: Float64Array, values: Float32Array): void {
  const columns = sums.length;
  const end = values.length;
  let row = 0;
  for (; row + 4 * columns <= end; row += 4 * columns) {
    const row1 = row + columns;
    const row2 = row1 + columns;
    const row3 = row2 + columns;
    for (let c = 0; c < columns; c += 1) {
      const a = values[row + c]!;
      const b = values[row1 + c]!;
      const d = values[row2 + c]!;
      const e = values[row3 + c]!;
      sums[c]! += a * a + b * b + (d * d + e * e);
    }
  }
  for (; row < end; row += columns) addRowSquares(sums, values, row);
}

/** As `addColumnSquares` for the one row that starts at `values[start]`. */
export function addRowSquares(sums: Float64Array, values: Float32Array, start: number): void {
  for (let c = 0; c < sums.length; c += 1) {
    const x = values[start + c]!;
    sums[c]! += x * x;
  }
}
