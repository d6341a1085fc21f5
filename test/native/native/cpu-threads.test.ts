import { expect, test } from 'vitest';
import { LinearAlgebra } from '../../../src/main/engine/native/linear-algebra.ts';
import { randomNormals } from '../../support/random-weights.ts';

const [rows, columns] = [48, 80];

function product(algebra: LinearAlgebra, left: Float32Array, right: Float32Array): Float32Array {
  const a = algebra.matrix(rows, columns);
  const b = algebra.matrix(rows, columns);
  a.setDense(left);
  b.setDense(right);
  try {
    return algebra.run((graph) => {
      const result = graph.product(graph.view(a, 0, rows, 0, columns), graph.view(b, 0, rows, 0, columns));
      graph.compute(result);
      return graph.read(result, rows * rows).slice();
    });
  } finally {
    a.free();
    b.free();
  }
}

test('backends with different numbers of threads take turns in one process and give the same bits', () => {
  const random = randomNormals(5);
  const matrix = (): Float32Array => Float32Array.from({ length: rows * columns }, random);
  const algebras = [1, 2, 3, 2].map((threads) => LinearAlgebra.open({ threads }));
  try {
    for (let turn = 0; turn < 50; turn++) {
      const [left, right] = [matrix(), matrix()];
      const [alone, ...others] = algebras.map((algebra) => product(algebra, left, right));
      for (const other of others) expect(other).toEqual(alone);
    }
  } finally {
    for (const algebra of algebras) algebra.close();
  }
});
