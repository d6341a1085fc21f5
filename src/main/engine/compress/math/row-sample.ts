// A share of a matrix's rows that stands for all: rows are alike enough to compare candidates by some of them.

/** Indices of at most `most` rows of `rows`, evenly spaced. */
export function spreadRows(rows: number, most: number): Int32Array {
  const taken = Math.min(rows, most);
  return Int32Array.from({ length: taken }, (_, i) => Math.floor((i * rows) / taken));
}

/** A copy of some rows of (rows, width) row-major. */
export function takeRows<Values extends Float32Array | Uint8Array>(
  values: Values,
  width: number,
  rows: Int32Array,
): Values {
  const taken = values.slice(0, rows.length * width) as Values;
  for (const [i, row] of rows.entries()) taken.set(values.subarray(row * width, (row + 1) * width), i * width);
  return taken;
}

/** A copy of some columns of (rows, width) row-major. */
export function takeColumns(values: Float32Array, width: number, columns: Int32Array): Float32Array {
  const taken = new Float32Array((values.length / width) * columns.length);
  for (let row = 0, at = 0; row < values.length; row += width) {
    for (let k = 0; k < columns.length; k++) taken[at++] = values[row + columns[k]!]!;
  }
  return taken;
}
