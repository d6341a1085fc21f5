// How many tokens a pane of the chat holds.

/** Not more than the model was trained to read: beyond it, it writes nonsense. `trainedTokens` is 0 where a file does not say. */
export function paneContext(askedTokens: number, trainedTokens: number): number {
  return trainedTokens > 0 ? Math.min(askedTokens, trainedTokens) : askedTokens;
}
