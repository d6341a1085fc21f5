// From log-likelihoods to perplexity and its error. Sums, so that windows can be added up in any order and from a journal.

export interface LikelihoodSums {
  /** Sum of -ln p over the scored tokens. */
  readonly nll_sum: number;
  /** Sum of (ln p)^2. */
  readonly nll_square_sum: number;
  readonly token_count: number;
}

export function summarizeWindow(logLikelihoods: ArrayLike<number>): LikelihoodSums {
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < logLikelihoods.length; index++) {
    const value = -logLikelihoods[index]!;
    sum += value;
    squares += value * value;
  }
  return { nll_sum: sum, nll_square_sum: squares, token_count: logLikelihoods.length };
}

export function addSums(parts: readonly LikelihoodSums[]): LikelihoodSums {
  let [sum, squares, count] = [0, 0, 0];
  for (const part of parts) {
    sum += part.nll_sum;
    squares += part.nll_square_sum;
    count += part.token_count;
  }
  return { nll_sum: sum, nll_square_sum: squares, token_count: count };
}

export function windowPerplexity({ nll_sum, token_count }: LikelihoodSums): number {
  return Math.exp(nll_sum / token_count);
}

/** Standard error of the mean negative log-likelihood: sqrt((mean of squares - square of mean) / (n - 1)), as llama.cpp has it. */
export function meanNllError({ nll_sum, nll_square_sum, token_count }: LikelihoodSums): number {
  if (token_count < 2) return 0;
  const mean = nll_sum / token_count;
  return Math.sqrt(Math.max(0, nll_square_sum / token_count - mean * mean) / (token_count - 1));
}
