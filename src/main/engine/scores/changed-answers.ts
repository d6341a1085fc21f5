// What a version forgot and what it gained: the questions whose answers changed sides, from the kept samples.
import type { ChangedAnswer } from '../../../shared/comparison.ts';
import type { SampleResult } from '../../../shared/kick.ts';

export interface ChangedAnswers {
  /** Dense scored higher; biggest fall first, then in data set order. */
  readonly forgotten: readonly ChangedAnswer[];
  /** The version scored higher; biggest rise first. */
  readonly gained: readonly ChangedAnswer[];
  /** Questions that both answered. */
  readonly comparedCount: number;
}

export function findChangedAnswers(
  samples: readonly SampleResult[],
  denseSamples: readonly SampleResult[],
): ChangedAnswers {
  const denseByIndex = new Map(denseSamples.map((sample) => [sample.index, sample]));
  const changed: ChangedAnswer[] = [];
  let comparedCount = 0;
  for (const sample of samples) {
    const dense = denseByIndex.get(sample.index);
    if (dense === undefined || dense.id !== sample.id || dense.score === null || sample.score === null) continue;
    comparedCount++;
    if (dense.score === sample.score) continue;
    const { id, index, group, prompt, expected, answer, score } = sample;
    changed.push({
      id,
      index,
      group,
      prompt,
      expected,
      answer,
      score,
      denseAnswer: dense.answer,
      denseScore: dense.score,
    });
  }
  const change = (answer: ChangedAnswer) => answer.score - answer.denseScore;
  return {
    comparedCount,
    forgotten: changed.filter((a) => change(a) < 0).sort((a, b) => change(a) - change(b) || a.index - b.index),
    gained: changed.filter((a) => change(a) > 0).sort((a, b) => change(b) - change(a) || a.index - b.index),
  };
}
