import { expect, test } from 'vitest';
import { summarizeComparison } from '../../../src/main/engine/kick/comparison-sums.ts';

test('statistics of four hand-worked tokens', () => {
  const dense = [0.5, 0.25, 0.5, 0.125];
  const model = [0.25, 0.25, 0.5, 0.25];
  const result = summarizeComparison({
    klDivergences: [0.4, 0, 0.1, 0.3],
    sameTop: [false, true, true, true],
    denseLogLikelihoods: dense.map(Math.log),
    logLikelihoods: model.map(Math.log),
  });
  expect(result.meanKlDivergence).toBeCloseTo(0.2, 12);
  // variance (0.16 + 0 + 0.01 + 0.09) / 4 - 0.04 = 0.025, over 3
  expect(result.standardError).toBeCloseTo(Math.sqrt(0.025 / 3), 12);
  expect(result.medianKlDivergence).toBeCloseTo(0.2, 12);
  expect(result.percentile99KlDivergence).toBeCloseTo(0.3 + 0.97 * 0.1, 12);
  expect(result.maximumKlDivergence).toBe(0.4);
  expect(result.topTokenAgreementRatio).toBe(0.75);
  expect(result.topTokenAgreementError).toBeCloseTo(0.25, 12);
  expect(result.perplexityDense).toBeCloseTo(2 ** (7 / 4), 12);
  expect(result.perplexity).toBeCloseTo(2 ** (7 / 4), 12);
  expect(result.perplexityRatio).toBeCloseTo(1, 12);
  expect(result.meanProbabilityDifference).toBeCloseTo(-0.03125, 12);
  expect(result.rootMeanSquareProbabilityDifference).toBeCloseTo(Math.sqrt((0.0625 + 0.015625) / 4), 12);
});

test('one token alone has no error', () => {
  const result = summarizeComparison({
    klDivergences: [1],
    sameTop: [true],
    denseLogLikelihoods: [-1],
    logLikelihoods: [-2],
  });
  expect(result).toMatchObject({
    standardError: 0,
    topTokenAgreementError: 0,
    perplexityError: 0,
    scoredTokenCount: 1,
  });
});
