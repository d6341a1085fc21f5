import { expect, test } from 'vitest';
import { threadCounts } from '../../../src/main/engine/native/thread-count.ts';

test.each([
  [1, [1]],
  [2, [1, 2]],
  [6, [1, 2, 4, 6]],
  [8, [1, 2, 4, 8]],
  [0, [1]],
])('with %i cores the counts tried are %j', (most, expected) => {
  expect(threadCounts(most)).toEqual(expected);
});
