import { expect, test } from 'vitest';
import { addColumnSquares, addRowSquares } from '../../../src/main/engine/native/column-squares.ts';

test.each([1, 3, 4, 5, 8, 11])('squares of %i rows are added up per column', (rows) => {
  const columns = 7;
  const values = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i + 1));
  const sums = new Float64Array(columns).fill(100);
  addColumnSquares(sums, values);
  for (let c = 0; c < columns; c += 1) {
    let expected = 100;
    for (let r = 0; r < rows; r += 1) expected += (values[r * columns + c] ?? Number.NaN) ** 2;
    expect(sums[c]).toBeCloseTo(expected, 12);
  }
});

test('one row alone can be added', () => {
  const sums = new Float64Array(2);
  addRowSquares(sums, Float32Array.from([9, 9, 3, 4]), 2);
  expect([...sums]).toEqual([9, 16]);
});
