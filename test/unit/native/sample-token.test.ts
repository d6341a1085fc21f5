import { expect, test } from 'vitest';
import { argmax } from '../../../src/main/engine/native/argmax.ts';
import { type SamplingOptions, sampleToken, seededRandom } from '../../../src/main/engine/native/sample-token.ts';

const LOGITS = Float32Array.from([Math.log(0.1), Math.log(0.4), Math.log(0.2), Math.log(0.3)]);

function shares(options: SamplingOptions, draws = 20_000): number[] {
  const random = seededRandom(7);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < draws; i += 1) counts[sampleToken(LOGITS, options, random)]! += 1;
  return counts.map((count) => count / draws);
}

function expectShares(found: readonly number[], expected: readonly number[]): void {
  for (const [i, share] of expected.entries()) expect(found[i]).toBeCloseTo(share, 1.7);
}

test('the largest logit wins, the lower id among equals', () => {
  expect(argmax(Float32Array.from([1, 5, 5, 2]))).toBe(1);
  expect(argmax(Float32Array.from([-3, -1, -2]))).toBe(1);
});

test('temperature 0 is greedy and asks for no random number', () => {
  const random = (): number => {
    throw new Error('asked for a random number');
  };
  expect(sampleToken(LOGITS, { temperature: 0 }, random)).toBe(1);
});

test('temperature 1 draws each token with its probability', () => {
  expectShares(shares({ temperature: 1 }), [0.1, 0.4, 0.2, 0.3]);
});

test('a low temperature sharpens: 0.5 squares the odds', () => {
  expectShares(shares({ temperature: 0.5 }), [1 / 30, 16 / 30, 4 / 30, 9 / 30]);
});

test('top-k keeps the k most likely', () => {
  expectShares(shares({ temperature: 1, topK: 2 }), [0, 4 / 7, 0, 3 / 7]);
});

test('top-p keeps the smallest set that reaches p', () => {
  expectShares(shares({ temperature: 1, topP: 0.5 }), [0, 4 / 7, 0, 3 / 7]);
  expectShares(shares({ temperature: 1, topP: 0.3 }), [0, 1, 0, 0]);
});

test('a seed gives the same numbers again, in [0, 1) and spread evenly', () => {
  const first = seededRandom(42);
  const again = seededRandom(42);
  const other = seededRandom(43);
  const numbers = Array.from({ length: 10_000 }, first);
  expect(Array.from({ length: 10_000 }, again)).toEqual(numbers);
  expect(other()).not.toBe(numbers[0]);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  expect(numbers.reduce((sum, x) => sum + x, 0) / numbers.length).toBeCloseTo(0.5, 1.9);
});
