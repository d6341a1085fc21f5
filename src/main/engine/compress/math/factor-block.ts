// The small diagonal blocks of a blocked factorization, in double precision; the rest runs as matmuls in factor-hessian.ts.

/**
 * `block` is (size, size) row-major and symmetric, its lower triangle is read. Writes the upper triangular R of block = R R^T into the
 * upper triangle (the lower one is left as it is). Returns false when the block is not positive definite.
 */
export function factorBlock(block: Float64Array, size: number): boolean {
  for (let k = size - 1; k >= 0; k--) {
    let pivot = block[k * size + k]!;
    for (let m = k + 1; m < size; m++) pivot -= block[k * size + m]! ** 2;
    // Also false for a pivot that is no number.
    if (!(pivot > 0) || pivot === Number.POSITIVE_INFINITY) return false;
    const root = Math.sqrt(pivot);
    block[k * size + k] = root;
    for (let i = 0; i < k; i++) {
      let sum = block[k * size + i]!;
      for (let m = k + 1; m < size; m++) sum -= block[k * size + m]! * block[i * size + m]!;
      block[i * size + k] = sum / root;
    }
  }
  return true;
}

/** Inverse of an upper triangular matrix (size, size) row-major; the lower triangle of `upper` is not read. */
export function invertUpper(upper: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  const row = new Float64Array(size);
  for (let i = size - 1; i >= 0; i--) {
    row.fill(0);
    for (let m = i + 1; m < size; m++) {
      const factor = upper[i * size + m]!;
      const from = m * size;
      for (let j = m; j < size; j++) row[j]! += factor * inverse[from + j]!;
    }
    const pivot = 1 / upper[i * size + i]!;
    inverse[i * size + i] = pivot;
    for (let j = i + 1; j < size; j++) inverse[i * size + j] = -row[j]! * pivot;
  }
  return inverse;
}
