// Sees a model caught in a loop, as heavily compressed ones are: the same run of tokens three times over.

/** A loop of a few tokens may be meant (a row of dashes, "ha ha ha"); it must be long in all to count. */
const MIN_LOOP_TOKENS = 60;
const LONGEST_PERIOD = 80;
const LOOPS = 3;

/** Looks at the end only: call it after each token. */
export function isRepeating(tokens: readonly number[]): boolean {
  for (let period = 1; period <= LONGEST_PERIOD; period += 1) {
    const loops = Math.max(LOOPS, Math.ceil(MIN_LOOP_TOKENS / period));
    if (tokens.length < period * loops) continue;
    if (endsInLoops(tokens, period, loops)) return true;
  }
  return false;
}

function endsInLoops(tokens: readonly number[], period: number, loops: number): boolean {
  const last = tokens.length - 1;
  for (let back = 0; back < period * (loops - 1); back += 1) {
    if (tokens[last - back] !== tokens[last - back - period]) return false;
  }
  return true;
}
