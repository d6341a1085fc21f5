// Texts of flags -> numbers and lists.
import { describe, expect, it } from 'vitest';
import {
  parseCount,
  parseList,
  parseListOf,
  parseNumber,
  parseSeed,
  parseWhole,
} from '../../../src/main/cli/flag-values.ts';
import { dataByTask } from '../../../src/main/cli/kick-options.ts';

const badUsage = expect.objectContaining({ code: 'BAD_USAGE' });

describe('flag values', () => {
  it.each(['0', '-1', '1.5', '', 'x', '9007199254740993', '1e3'])('refuse %j as a count', (text) => {
    expect(() => parseCount('--limit')(text)).toThrow(badUsage);
  });

  it('take whole numbers', () => {
    expect(parseCount('--limit')('12')).toBe(12);
    expect(parseWhole('--shots')('0')).toBe(0);
    expect(parseSeed('0')).toBe(0);
  });

  it.each(['', ' ', 'abc', 'Infinity', 'NaN', '0,5'])('refuse %j as a number', (text) => {
    expect(() => parseNumber('--sparsity')(text)).toThrow(badUsage);
  });

  it('leave the range of a number to its method', () => {
    expect(parseNumber('--sparsity')('1.5')).toBe(1.5);
  });

  it('read lists, also when a flag stands twice', () => {
    expect(parseList('c, d,', ['a', 'b'])).toEqual(['a', 'b', 'c', 'd']);
    expect(parseListOf('--sparsities', parseNumber)('0.3,0.5')).toEqual([0.3, 0.5]);
    expect(() => parseListOf('--shots', parseWhole)('1,x')).toThrow(badUsage);
  });
});

describe('--data', () => {
  it('belongs to the only task, or names its task', () => {
    expect(dataByTask(['q.json'], ['factoid-qa'])).toEqual({ 'factoid-qa': 'q.json' });
    expect(dataByTask(['factoid-qa=q.json'], ['factoid-qa', 'arc'])).toEqual({ 'factoid-qa': 'q.json' });
    expect(dataByTask(['factoid-qa=q.json', 'arc=a=b'], [])).toEqual({ 'factoid-qa': 'q.json', arc: 'a=b' });
  });

  it('may be a path with an equals sign', () => {
    expect(dataByTask(['run=1/q.json'], ['factoid-qa'])).toEqual({ 'factoid-qa': 'run=1/q.json' });
  });

  it.each([
    [['q.json'], []],
    [['q.json'], ['factoid-qa', 'arc']],
  ])('is refused when it could mean several tasks: %j for %j', (texts, tasks) => {
    expect(() => dataByTask(texts, tasks)).toThrow(badUsage);
  });
});
