import { describe, expect, it } from 'vitest';
import {
  type AskedTask,
  formatBitsPerWeight,
  formatDifference,
  formatScore,
  formatSignificant,
  formatWithInterval,
  shortHash,
  taskNamer,
  titleOfTaskId,
} from '../../../src/shared/score-words.ts';

describe('scores in words', () => {
  it.each([
    [0.447, 'ratio', '44.7'],
    [1, 'ratio', '100.0'],
    [-0.208, 'ratio', '−20.8'],
    [-0.0001, 'ratio', '0.0'],
    [84, 'perplexity', '84.0'],
    [0.00136, 'nats', '0.00136'],
    [1234.5, 'perplexity', '1,235'],
    [3.1e9, 'perplexity', '3.10e+9'],
  ])('writes %f of unit %s as %s', (value, unit, text) => {
    expect(formatScore(value, unit)).toBe(text);
  });

  it('gives value and interval the digits that the interval allows', () => {
    expect(formatWithInterval(0.447, { low: 0.416, high: 0.478 }, 'ratio')).toBe('44.7 ± 3.1');
    expect(formatWithInterval(60.913, { low: 53.8, high: 68.0 }, 'perplexity')).toBe('60.9 ± 7.1');
    expect(formatWithInterval(1477.3, { low: 1297, high: 1657 }, 'perplexity')).toBe('1,477 ± 180');
    expect(formatWithInterval(0.0012345, { low: 0.0012, high: 0.00127 }, 'nats')).toBe('0.001235 ± 0.000035');
    expect(formatWithInterval(12, { low: 12, high: 12 }, 'perplexity')).toBe('12.0 ± 0');
  });

  it('signs differences, with a real minus', () => {
    const difference = (value: number) => ({ value, low: value - 0.01, high: value + 0.01, paired: true });
    expect(formatDifference(difference(0.02), 'ratio')).toBe('+2.0 ± 1.0');
    expect(formatDifference(difference(-0.02), 'ratio')).toBe('−2.0 ± 1.0');
    expect(formatDifference(difference(0), 'ratio')).toBe('0.0 ± 1.0');
  });

  it('writes bits with two decimals, hashes short and task ids as titles', () => {
    expect(formatBitsPerWeight(5.087)).toBe('5.09');
    expect(shortHash('0123456789abcdef')).toBe('0123456789ab');
    expect(['factoid-qa', 'multiple-choice-qa', 'perplexity'].map(titleOfTaskId)).toEqual([
      'Factoid QA',
      'Multiple-choice QA',
      'Perplexity',
    ]);
    expect(formatSignificant(-2.5)).toBe('−2.50');
  });

  it('names a task by what the ways of asking it differ in', () => {
    const standard = { task: 'multiple-choice-qa', shots: 0, protocol: 'standard' };
    const fiveShots = { ...standard, shots: 5 };
    const paper = { ...fiveShots, protocol: 'paper' };
    const plain = { task: 'perplexity', shots: null, protocol: 'standard' };
    const namesOf = (asked: AskedTask[]) => asked.map(taskNamer(asked, titleOfTaskId));
    expect(namesOf([fiveShots, plain])).toEqual(['Multiple-choice QA', 'Perplexity']);
    expect(namesOf([standard, fiveShots])).toEqual(['Multiple-choice QA, 0 shots', 'Multiple-choice QA, 5 shots']);
    expect(namesOf([fiveShots, paper])).toEqual(['Multiple-choice QA, standard', 'Multiple-choice QA, paper']);
    expect(namesOf([plain, { ...plain, shots: undefined }])).toEqual(['Perplexity', 'Perplexity']);
  });
});
