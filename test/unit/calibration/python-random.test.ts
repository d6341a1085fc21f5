import { describe, expect, it } from 'vitest';
import { PythonRandom } from '../../../src/main/engine/calibration/python-random.ts';

describe('PythonRandom', () => {
  // Printed by CPython 3.11: random.seed(seed), then five randint(0, 999), randint(0, 0), (0, 1), (0, 2**31), (5, 70000).
  it.each([
    [0, [864, 394, 776, 911, 430], [0, 1, 2087043557, 53080]],
    [1, [137, 582, 867, 821, 782], [0, 1, 506456969, 64942]],
    [42, [654, 114, 25, 759, 281], [0, 0, 599310825, 13439]],
    [4294967295, [650, 634, 208, 220, 621], [0, 1, 1636881668, 36660]],
  ])('draws the numbers of Python for the seed %i', (seed, first, rest) => {
    const random = new PythonRandom(seed);
    expect(first.map(() => random.integer(0, 999))).toEqual(first);
    const ranges = [
      [0, 0],
      [0, 1],
      [0, 2 ** 31],
      [5, 70000],
    ] as const;
    expect(ranges.map(([low, high]) => random.integer(low, high))).toEqual(rest);
  });
});
