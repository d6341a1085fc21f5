// How many more questions would settle a verdict, and when enough were asked already.
import type { Verdict } from '../../../shared/comparison.ts';
import { MATCHING_FACTOR } from '../scores/compare-scores.ts';
import { pairedInterval, Z_95 } from '../scores/intervals.ts';

/** Above this, asking is no answer: the two versions are as good as equal at the threshold. */
const MOST_QUESTIONS = 100_000;
/** Asked numbers are rounded up to this. */
const ROUND_TO = 50;
/** Two-sided 99.9 % quantile of the standard normal distribution: looking often makes false alarms at 95 %. */
const Z_999 = 3.290526731491896;
const FIRST_LOOK = 200;
const LOOK_EVERY = 100;

/**
 * Further questions after which the 95 % interval of score - 0.95 x dense would leave 0, if mean and spread stay as they are.
 * `scores[i]` and `denseScores[i]` belong to one question. Null when it is settled, or out of reach.
 */
export function questionsToSettle(scores: readonly number[], denseScores: readonly number[]): number | null {
  const count = scores.length;
  if (count < 2) return null;
  const { mean, standardError, low, high } = pairedInterval(scores, denseScores, MATCHING_FACTOR);
  if (low >= 0 || high < 0) return null;
  const spread = standardError * Math.sqrt(count);
  const needed = ((Z_95 * spread) / Math.abs(mean)) ** 2;
  if (!(needed <= MOST_QUESTIONS)) return null;
  return Math.max(ROUND_TO, Math.ceil((needed - count) / ROUND_TO) * ROUND_TO);
}

/**
 * The verdict that more questions will not change: the 99.9 % interval lies on one side, looked at after 200 questions and each
 * 100 more. Looks at whole hundreds only, so that the answer does not depend on when it is asked. A handful of changed answers has
 * no normal spread, so half a squared quantile of unfavourable ones is added, as Wilson's interval does for a single proportion.
 */
export function alreadyClear(
  scores: readonly number[],
  denseScores: readonly number[],
): Exclude<Verdict, 'unclear'> | null {
  const last = Math.floor(scores.length / LOOK_EVERY) * LOOK_EVERY;
  for (let count = FIRST_LOOK; count <= last; count += LOOK_EVERY) {
    const asked = [scores.slice(0, count), denseScores.slice(0, count)] as const;
    if (marginAgainst(...asked, { score: 0, dense: 1 }).low >= 0) return 'matches';
    if (marginAgainst(...asked, { score: 1, dense: 0 }).high < 0) return 'loses';
  }
  return null;
}

const ADDED_ANSWERS = Math.ceil(Z_999 ** 2 / 2);

function marginAgainst(
  scores: readonly number[],
  denseScores: readonly number[],
  added: { readonly score: number; readonly dense: number },
) {
  const more = Array.from({ length: ADDED_ANSWERS });
  return pairedInterval(
    [...scores, ...more.map(() => added.score)],
    [...denseScores, ...more.map(() => added.dense)],
    MATCHING_FACTOR,
    Z_999,
  );
}
