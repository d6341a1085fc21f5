import { expect, test } from 'vitest';
import {
  containsRun,
  firstLine,
  foldedWords,
  normalizeTrivia,
  squashBlanks,
} from '../../../src/main/engine/kick/answer-text.ts';

test.each([
  ['The  Cat, sat_on-the mat.', 'cat sat on mat'],
  ['  ‘A´ `An` The ', ''],
  ['Panthéon à a', 'panthéon à'],
  ['theatre another Anatole', 'theatre another anatole'],
  ['U.S. $5', 'u s 5'],
])('TriviaQA normalises %j to %j', (text, expected) => {
  expect(normalizeTrivia(text)).toBe(expected);
});

test('the factoid rule deletes blanks but not newlines or tabs inside', () => {
  expect(squashBlanks('  New  York\n City\t1 ')).toBe('newyork\ncity\t1');
});

test('folded words ignore case, punctuation and composition of letters', () => {
  expect(foldedWords('Straße, E\u0301mile—“Zola”!')).toEqual(['strasse', 'émile', 'zola']);
});

test('a run must stand at neighbouring words, and an empty run stands nowhere', () => {
  const words = ['the', 'great', 'wall', 'of', 'china'];
  expect(containsRun(words, ['wall', 'of'])).toBe(true);
  expect(containsRun(words, ['great', 'of'])).toBe(false);
  expect(containsRun(words, ['china', 'x'])).toBe(false);
  expect(containsRun(words, [])).toBe(false);
});

test('the first line is taken after outer blanks are off', () => {
  expect(firstLine('\n\n Paris \nFrance')).toBe('Paris');
  expect(firstLine('  ')).toBe('');
});
