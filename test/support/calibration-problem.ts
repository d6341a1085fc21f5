// A random matrix with inputs that lean on each other and a few strong channels, as those of a model.
import { randomNormals } from './random-weights.ts';
import { type Rows, slowHessian } from './slow-feedback.ts';

export interface CalibrationProblem {
  /** (rows, columns) row-major. */
  readonly weights: Float32Array;
  readonly hessianRows: Rows;
  readonly hessian: Float32Array;
}

export function makeProblem(rows: number, columns: number, seed: number, deadColumn?: number): CalibrationProblem {
  const random = randomNormals(seed);
  const weights = Float32Array.from({ length: rows * columns }, random);
  const inputs = Array.from({ length: 2 * columns }, () => {
    const common = random();
    return Array.from({ length: columns }, (_, j) =>
      j === deadColumn ? 0 : (random() + common) * (j % 17 === 3 ? 6 : 1),
    );
  });
  const hessianRows = slowHessian(inputs, columns);
  return { weights, hessianRows, hessian: Float32Array.from(hessianRows.flat()) };
}

/** sum over rows of e H e^T, e = the row of `weights` less that of `changed`. */
export function slowOutputError(weights: ArrayLike<number>, changed: ArrayLike<number>, hessian: Rows): number {
  const columns = hessian.length;
  let sum = 0;
  for (let start = 0; start < weights.length; start += columns) {
    for (let i = 0; i < columns; i++) {
      const error = (weights[start + i] ?? 0) - (changed[start + i] ?? 0);
      if (error === 0) continue;
      for (let j = 0; j < columns; j++) {
        sum += error * (hessian[i]?.[j] ?? 0) * ((weights[start + j] ?? 0) - (changed[start + j] ?? 0));
      }
    }
  }
  return sum;
}
