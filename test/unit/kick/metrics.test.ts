import { expect, test } from 'vitest';
import {
  containsAnswer,
  containsTriviaAnswer,
  equalsAnswer,
  squashedSubstring,
  triviaExactMatch,
  triviaF1,
  twoWayContainment,
} from '../../../src/main/engine/kick/metrics.ts';

test('the reference finds an answer inside a word and in the prompt, word boundaries do not', () => {
  expect(squashedSubstring('Who started the war? I would warn you', ['war'])).toBe(1);
  expect(containsAnswer('I would warn you', ['war'])).toBe(0);
  expect(containsAnswer('It was the War.', ['war'])).toBe(1);
});

test('any of the answers counts, in any spelling of case and punctuation', () => {
  expect(containsAnswer("it's J.R.R.  tolkien, of course", ['Lewis', 'J R R Tolkien'])).toBe(1);
  expect(equalsAnswer('J.R.R. Tolkien.', ['j r r tolkien'])).toBe(1);
  expect(equalsAnswer('J.R.R. Tolkien it was', ['j r r tolkien'])).toBe(0);
  expect(equalsAnswer(' . ', ['.'])).toBe(0);
});

test('the reference calls an empty or partial prediction right, the one-way rule does not', () => {
  for (const prediction of ['', 'The', 'a', '?', 's', 'sun']) {
    expect(twoWayContainment(prediction, ['Sunset Boulevard']), prediction).toBe(1);
    expect(containsTriviaAnswer(prediction, ['Sunset Boulevard']), prediction).toBe(0);
  }
  expect(containsTriviaAnswer('On the Sunset Boulevard, I think', ['Sunset Boulevard'])).toBe(1);
  expect(twoWayContainment('Paris', ['Sunset Boulevard'])).toBe(0);
});

test('exact match needs equal normalised texts', () => {
  expect(triviaExactMatch('The sunset-boulevard', ['Sunset Boulevard'])).toBe(1);
  expect(triviaExactMatch('Sunset Boulevard LA', ['Sunset Boulevard'])).toBe(0);
});

test('F1 is the harmonic mean of precision and recall of words, the best of the answers', () => {
  // common 2 of 4 predicted and 2 of 2 gold words: 2 * 0.5 * 1 / 1.5
  expect(triviaF1('sunset boulevard in hollywood', ['Sunset Boulevard', 'x'])).toBeCloseTo(2 / 3, 12);
  // repeated words count as often as both have them: common 1, 2 predicted, 1 gold
  expect(triviaF1('york york', ['York'])).toBeCloseTo(2 / 3, 12);
  expect(triviaF1('', ['York'])).toBe(0);
});
