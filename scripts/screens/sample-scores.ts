// Made-up scores for pictures, by formula: a share of a dense score, with honest intervals for its number of questions.
import type { Verdict } from '../../src/shared/comparison.ts';
import type { ModelScore } from '../../src/shared/session/model-calls.ts';

const DENSE: Readonly<Record<string, number>> = {
  'factoid-qa': 0.61,
  'multiple-choice-qa': 0.52,
  'closed-book-qa': 0.38,
  'open-book-qa': 0.71,
};
export const QUESTION_COUNT = 1000;

export function denseValueOf(task: string): number {
  return DENSE[task] ?? 0.5;
}

export function halfWidth(value: number, count = QUESTION_COUNT): number {
  return 1.96 * Math.sqrt((value * (1 - value)) / count);
}

export function verdictOf(value: number, dense: number): Verdict {
  const margin = value - dense * 0.95;
  const half = halfWidth(value) * 0.7;
  if (margin - half >= 0) return 'matches';
  return margin + half < 0 ? 'loses' : 'unclear';
}

export function sampleScore(task: string, keeps: number, isDense: boolean): ModelScore {
  const denseValue = denseValueOf(task);
  const value = Math.max(0.02, denseValue * keeps);
  const half = halfWidth(value);
  return {
    task,
    metric: 'accuracy',
    value,
    low: value - half,
    high: value + half,
    unit: 'ratio',
    higherIsBetter: true,
    itemCount: QUESTION_COUNT,
    denseValue,
    difference: isDense ? null : value - denseValue,
    verdict: isDense ? null : verdictOf(value, denseValue),
  };
}
