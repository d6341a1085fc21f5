// SparseGPT and GPTQ as their papers write them, in double precision and plain loops: what the fast code is compared with.

export type Rows = number[][];

export function toRows(values: ArrayLike<number>, rows: number, columns: number): Rows {
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => values[r * columns + c] ?? 0),
  );
}

/** H = 2/n sum x x^T of (tokens, columns). */
export function slowHessian(inputs: Rows, columns: number): Rows {
  return Array.from({ length: columns }, (_, i) =>
    Array.from(
      { length: columns },
      (_, j) => (2 / inputs.length) * inputs.reduce((sum, x) => sum + (x[i] ?? 0) * (x[j] ?? 0), 0),
    ),
  );
}

export function dampedHessian(hessian: Rows, dampingRatio: number): { damped: Rows; dead: boolean[] } {
  const dead = hessian.map((row, i) => row[i] === 0);
  const diagonal = hessian.map((row, i) => (dead[i] ? 1 : (row[i] ?? 0)));
  const mean = diagonal.reduce((sum, value) => sum + value, 0) / diagonal.length;
  const damped = hessian.map((row, i) =>
    row.map((value, j) => (i === j ? (diagonal[i] ?? 0) + dampingRatio * mean : value)),
  );
  return { damped, dead };
}

/** Gauss-Jordan without pivoting: the matrices are positive definite. */
export function invert(matrix: Rows): Rows {
  const n = matrix.length;
  const work = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let p = 0; p < n; p++) {
    const pivotRow = work[p]!.map((value) => value / work[p]![p]!);
    work[p] = pivotRow;
    for (let i = 0; i < n; i++) {
      if (i === p) continue;
      const factor = work[i]![p]!;
      work[i] = work[i]!.map((value, j) => value - factor * pivotRow[j]!);
    }
  }
  return work.map((row) => row.slice(n));
}

/** Upper U with U^T U = inverse of the matrix. */
export function upperOfInverse(matrix: Rows): Rows {
  const a = invert(matrix);
  const n = a.length;
  const u: Rows = a.map((row) => row.map(() => 0));
  for (let i = 0; i < n; i++) {
    let pivot = a[i]![i]!;
    for (let m = 0; m < i; m++) pivot -= u[m]![i]! ** 2;
    u[i]![i] = Math.sqrt(pivot);
    for (let j = i + 1; j < n; j++) {
      let sum = a[i]![j]!;
      for (let m = 0; m < i; m++) sum -= u[m]![i]! * u[m]![j]!;
      u[i]![j] = sum / u[i]![i]!;
    }
  }
  return u;
}

export interface SlowRounder {
  /** Called at the first column of each block of 128 with all of W as it stands. */
  startBlock?(weights: Rows, upper: Rows, start: number, end: number): void;
  /** Called before each column of the block; `block` is W with the feedback inside the block, `weights` without. */
  round(block: Rows, weights: Rows, upper: Rows, row: number, column: number): number;
  startColumn?(block: Rows, weights: Rows, upper: Rows, column: number): void;
}

/** The papers' loop: blocks of 128, errors (w - q) / U_ii carried on by row i of U, the columns behind the block lazily. */
export function slowSweep(weights: Rows, damped: Rows, dead: boolean[], rounder: SlowRounder): Rows {
  const w = weights.map((row) => row.map((value, j) => (dead[j] ? 0 : value)));
  const upper = upperOfInverse(damped);
  const n = damped.length;
  const result = w.map((row) => row.map(() => 0));
  for (let start = 0; start < n; start += 128) {
    const end = Math.min(n, start + 128);
    rounder.startBlock?.(w, upper, start, end);
    const block = w.map((row) => [...row]);
    const errors = w.map(() => Array.from({ length: n }, () => 0));
    for (let i = start; i < end; i++) {
      rounder.startColumn?.(block, w, upper, i);
      for (const [r, row] of block.entries()) {
        const q = rounder.round(block, w, upper, r, i);
        result[r]![i] = q;
        const error = (row[i]! - q) / upper[i]![i]!;
        errors[r]![i] = error;
        for (let j = i; j < end; j++) row[j]! -= error * upper[i]![j]!;
      }
    }
    for (const [r, row] of w.entries()) {
      for (let j = end; j < n; j++) {
        for (let i = start; i < end; i++) row[j]! -= errors[r]![i]! * upper[i]![j]!;
      }
    }
  }
  return result;
}

/** SparseGPT's mask: the smallest w^2 / U_jj^2 of each block of 128 columns over all rows together. */
export function slowUnstructured(sparsity: number, withTies: boolean): SlowRounder {
  let zeroed = new Set<string>();
  return {
    startBlock(weights, upper, start, end) {
      const scores: { key: string; score: number }[] = [];
      for (const [r, row] of weights.entries()) {
        for (let j = start; j < end; j++) scores.push({ key: `${r},${j}`, score: (row[j]! / upper[j]![j]!) ** 2 });
      }
      scores.sort((a, b) => a.score - b.score);
      const count = Math.floor(scores.length * sparsity);
      const threshold = scores[count]?.score ?? Number.POSITIVE_INFINITY;
      const chosen = withTies ? scores.filter(({ score }) => score <= threshold) : scores.slice(0, count);
      zeroed = new Set(chosen.map(({ key }) => key));
    },
    round: (block, _weights, _upper, r, j) => (zeroed.has(`${r},${j}`) ? 0 : block[r]![j]!),
  };
}

/** N of every M columns, chosen when the first of them is reached. */
export function slowPattern(zeroCount: number, groupSize: number): SlowRounder {
  const zeroed = new Set<string>();
  return {
    startColumn(block, _weights, upper, column) {
      if (column % groupSize !== 0) return;
      for (const [r, row] of block.entries()) {
        Array.from({ length: groupSize }, (_, m) => column + m)
          .sort((a, b) => (row[a]! / upper[a]![a]!) ** 2 - (row[b]! / upper[b]![b]!) ** 2)
          .slice(0, zeroCount)
          .forEach((j) => {
            zeroed.add(`${r},${j}`);
          });
      }
    },
    round: (block, _weights, _upper, r, j) => (zeroed.has(`${r},${j}`) ? 0 : block[r]![j]!),
  };
}
