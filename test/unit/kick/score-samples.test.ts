import { expect, test } from 'vitest';
import { findTask } from '../../../src/main/engine/kick/registry.ts';
import { scoreSamples } from '../../../src/main/engine/kick/score-samples.ts';
import type { Protocol, SampleResult } from '../../../src/shared/kick.ts';

const facts = (protocol: Protocol) => ({
  protocol,
  dataSha256: 'd',
  modelSha256: 'm',
  seed: 7,
  elapsedMs: 5,
  engineVersion: '0',
  llamaCppVersion: 'v',
});

function sample(index: number, score: number | null, group?: string, metrics?: Record<string, number>): SampleResult {
  const outcome = score === null ? 'failed' : 'answered';
  return {
    index,
    id: String(index),
    prompt: '',
    answer: '',
    expected: [],
    score,
    outcome,
    ...(group && { group }),
    ...(metrics && { metrics }),
  };
}

const choices = [
  sample(0, 1, 'anatomy', { generated_letter_accuracy: 0, no_letter: 1 }),
  sample(1, 0, 'anatomy', { generated_letter_accuracy: 0, no_letter: 0 }),
  sample(2, 1, 'virology', { generated_letter_accuracy: 1, no_letter: 0 }),
  sample(3, null, 'virology'),
];

test('the main metric comes first with its Wilson interval, chance and groups; the others follow', () => {
  const scores = scoreSamples(findTask('multiple-choice-qa'), choices, facts('standard'));
  expect(scores.map(({ metric }) => metric)).toEqual(['accuracy', 'generated_letter_accuracy', 'no_letter']);
  expect(scores[0]).toMatchObject({
    task: 'multiple-choice-qa',
    value: 2 / 3,
    unit: 'ratio',
    higherIsBetter: true,
    itemCount: 4,
    answeredCount: 3,
    failedCount: 1,
    chanceValue: 0.25,
    seed: 7,
  });
  // Wilson for 2 of 3: centre (2/3 + 0.64024) / 2.28049, half width 0.35... ; by the quadratic formula.
  const [z, n, p] = [1.959963984540054, 3, 2 / 3];
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  expect(scores[0]!.confidenceLow).toBeCloseTo((p + (z * z) / (2 * n) - half) / (1 + (z * z) / n), 12);
  expect(scores[0]!.confidenceHigh).toBeCloseTo((p + (z * z) / (2 * n) + half) / (1 + (z * z) / n), 12);
  expect(scores[0]!.groups).toEqual([
    { name: 'anatomy', value: 0.5, itemCount: 2 },
    { name: 'virology', value: 1, itemCount: 1 },
    { name: 'health (sub-category)', value: 2 / 3, itemCount: 3 },
    { name: 'other (business, health, misc.)', value: 2 / 3, itemCount: 3 },
  ]);
  expect(scores[2]).toMatchObject({ value: 1 / 3, higherIsBetter: false });
});

test('categories are left out where a subject belongs to none', () => {
  const own = [...choices, sample(4, 1, 'my_subject', { generated_letter_accuracy: 1, no_letter: 0 })];
  const [main] = scoreSamples(findTask('multiple-choice-qa'), own, facts('standard'));
  expect(main!.groups?.map(({ name }) => name)).toEqual(['anatomy', 'virology', 'my_subject']);
});

test('the paper’s protocol divides by all that was asked', () => {
  const [main] = scoreSamples(findTask('multiple-choice-qa'), choices, facts('paper'));
  expect(main).toMatchObject({ value: 0.5, itemCount: 4, answeredCount: 3, failedCount: 1 });
});

test('a mean has a normal interval that stays within 0 and 1', () => {
  const samples = [1, 1, 0.5].map((f1, index) => sample(index, 1, undefined, { exact_match: 1, f1 }));
  const f1 = scoreSamples(findTask('closed-book-qa'), samples, facts('standard'))[2]!;
  expect(f1.metric).toBe('f1');
  expect(f1.value).toBeCloseTo(2.5 / 3, 12);
  // standard deviation sqrt(1/12), over sqrt(3)
  expect(f1.confidenceLow).toBeCloseTo(2.5 / 3 - (1.959963984540054 * Math.sqrt(1 / 12)) / Math.sqrt(3), 9);
  expect(f1.confidenceHigh).toBe(1);
  expect(f1.groups).toBeUndefined();
});

test('perplexity is that of all tokens, not a mean over windows', () => {
  const windows = [
    sample(0, 0, undefined, { nll_sum: 6, nll_square_sum: 20, token_count: 2 }),
    sample(1, 0, undefined, { nll_sum: 4, nll_square_sum: 5, token_count: 4 }),
  ];
  const [score] = scoreSamples(findTask('perplexity'), windows, facts('standard'));
  const error = Math.sqrt((25 / 6 - (10 / 6) ** 2) / 5);
  expect(score!.value).toBeCloseTo(Math.exp(10 / 6), 12);
  expect(score!.confidenceLow).toBeCloseTo(Math.exp(10 / 6 - 1.959963984540054 * error), 12);
  expect(score).toMatchObject({ unit: 'perplexity', higherIsBetter: false, itemCount: 2 });
});

test('a run in which nothing could be asked has no score', () => {
  expect(() => scoreSamples(findTask('factoid-qa'), [sample(0, null)], facts('paper'))).toThrow(
    expect.objectContaining({ code: 'BAD_DATA' }),
  );
});
