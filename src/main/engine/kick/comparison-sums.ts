// Statistics of two models over the same tokens: KL divergence, agreement, perplexities. Formulas as in llama.cpp's perplexity tool.
import { addSums, meanNllError, summarizeWindow, windowPerplexity } from './perplexity-sums.ts';

/** One value a scored position; all of one length. */
export interface ComparedTokens {
  /** KL(dense || model) in nats. */
  readonly klDivergences: readonly number[];
  /** Whether both models have the same most likely token. */
  readonly sameTop: readonly boolean[];
  /** Natural log of the probability of the true next token. */
  readonly denseLogLikelihoods: readonly number[];
  readonly logLikelihoods: readonly number[];
}

export interface ComparisonStatistics {
  readonly meanKlDivergence: number;
  /** Of the mean KL divergence. */
  readonly standardError: number;
  readonly medianKlDivergence: number;
  readonly percentile99KlDivergence: number;
  readonly maximumKlDivergence: number;
  readonly topTokenAgreementRatio: number;
  readonly topTokenAgreementError: number;
  readonly perplexityDense: number;
  readonly perplexityDenseError: number;
  readonly perplexity: number;
  readonly perplexityError: number;
  readonly perplexityRatio: number;
  /** Model minus dense, of the probability of the true next token. */
  readonly meanProbabilityDifference: number;
  readonly rootMeanSquareProbabilityDifference: number;
  readonly scoredTokenCount: number;
}

export function summarizeComparison(tokens: ComparedTokens): ComparisonStatistics {
  const { klDivergences, sameTop, denseLogLikelihoods, logLikelihoods } = tokens;
  const count = klDivergences.length;
  const sorted = Float64Array.from(klDivergences).sort();
  const kl = meanAndError(klDivergences);
  const agreement = sameTop.filter(Boolean).length / count;
  const dense = addSums([summarizeWindow(denseLogLikelihoods)]);
  const model = addSums([summarizeWindow(logLikelihoods)]);
  const differences = logLikelihoods.map((value, index) => Math.exp(value) - Math.exp(denseLogLikelihoods[index]!));
  const squares = differences.reduce((sum, value) => sum + value * value, 0);
  return {
    meanKlDivergence: kl.mean,
    standardError: kl.error,
    medianKlDivergence: percentile(sorted, 0.5),
    percentile99KlDivergence: percentile(sorted, 0.99),
    maximumKlDivergence: sorted[count - 1]!,
    topTokenAgreementRatio: agreement,
    topTokenAgreementError: count > 1 ? Math.sqrt((agreement * (1 - agreement)) / (count - 1)) : 0,
    perplexityDense: windowPerplexity(dense),
    perplexityDenseError: windowPerplexity(dense) * meanNllError(dense),
    perplexity: windowPerplexity(model),
    perplexityError: windowPerplexity(model) * meanNllError(model),
    perplexityRatio: windowPerplexity(model) / windowPerplexity(dense),
    meanProbabilityDifference: differences.reduce((sum, value) => sum + value, 0) / count,
    rootMeanSquareProbabilityDifference: Math.sqrt(squares / count),
    scoredTokenCount: count,
  };
}

function meanAndError(values: readonly number[]): { mean: number; error: number } {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, error: 0 };
  const variance = values.reduce((sum, value) => sum + value * value, 0) / count - mean * mean;
  return { mean, error: Math.sqrt(Math.max(0, variance) / (count - 1)) };
}

/** Linear between neighbours. */
function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (place - below) * (sorted[above]! - sorted[below]!);
}
