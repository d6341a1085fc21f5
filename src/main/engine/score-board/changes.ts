// Forgotten, gained, kept, never knew: what became of each question between the dense model and a version.
// A question that failed in one of the versions that are looked at together is left out of all of them.
import type { Difference } from '../../../shared/comparison.ts';
import type { SampleResult } from '../../../shared/kick.ts';
import type { AnswerChange } from '../../../shared/session/kick-calls.ts';
import type { CategoryRow, ChangedQuestions } from '../../../shared/session/score-calls.ts';
import { findChangedAnswers } from '../scores/changed-answers.ts';
import { MATCHING_FACTOR, pairSamples } from '../scores/compare-scores.ts';
import { pairedInterval } from '../scores/intervals.ts';

/** Groups with fewer questions have no verdict of their own. */
const MIN_ITEMS_FOR_VERDICT = 20;

/** Scores are 0..1; a share of a point (a summary) counts by whether it fell or rose. */
export function changeOf(sample: SampleResult, dense: SampleResult | undefined): AnswerChange | null {
  if (dense === undefined || dense.id !== sample.id) return null;
  if (dense.score === null || sample.score === null) return 'failed';
  if (sample.score < dense.score) return 'forgotten';
  if (sample.score > dense.score) return 'gained';
  return sample.score > 0 ? 'kept' : 'never-knew';
}

export interface ChangeRequest {
  readonly samples: readonly SampleResult[];
  readonly denseSamples: readonly SampleResult[];
  /** Of other versions that are looked at together with this one. */
  readonly others: readonly (readonly SampleResult[])[];
  readonly limit: number;
}

export function summarizeChanges({ samples: all, denseSamples, others, limit }: ChangeRequest): ChangedQuestions {
  const dense = byIndex(denseSamples);
  const failed = failedIndices([all, denseSamples, ...others]);
  const samples = all.filter(({ index }) => !failed.has(index));
  const leftOut = all.filter(
    (sample) => failed.has(sample.index) && changeOf(sample, dense.get(sample.index)) !== null,
  );
  const counts: Record<AnswerChange, number> = { forgotten: 0, gained: 0, kept: 0, 'never-knew': 0, failed: 0 };
  const groups = new Map<string, { forgotten: number; gained: number; itemCount: number }>();
  for (const sample of samples) {
    const change = changeOf(sample, dense.get(sample.index));
    if (change === null) continue;
    counts[change] += 1;
    if (sample.group === undefined) continue;
    const group = groups.get(sample.group) ?? { forgotten: 0, gained: 0, itemCount: 0 };
    group.itemCount += 1;
    if (change === 'forgotten' || change === 'gained') group[change] += 1;
    groups.set(sample.group, group);
  }
  const { forgotten, gained } = findChangedAnswers(samples, denseSamples);
  return {
    forgotten: forgotten.slice(0, limit),
    gained: gained.slice(0, limit),
    forgottenCount: counts.forgotten,
    gainedCount: counts.gained,
    keptCount: counts.kept,
    neverKnewCount: counts['never-knew'],
    leftOutCount: leftOut.length,
    pairedDifference: pairedDifference(samples, denseSamples),
    byGroup: [...groups]
      .map(([group, sums]) => ({ group, ...sums }))
      .sort((a, b) => b.forgotten - b.gained - (a.forgotten - a.gained) || a.group.localeCompare(b.group, 'en')),
    forgottenByAll: forgottenByAll([samples, ...others], dense),
  };
}

export function pairedDifference(
  samples: readonly SampleResult[],
  denseSamples: readonly SampleResult[],
): Difference | null {
  const { scores, denseScores } = pairSamples(samples, denseSamples);
  if (scores.length < 2) return null;
  const { mean, low, high } = pairedInterval(scores, denseScores);
  return { value: mean, low, high, paired: true };
}

/** By group, the largest loss first. */
export function categoriesOf(samples: readonly SampleResult[], denseSamples: readonly SampleResult[]): CategoryRow[] {
  const groups = Map.groupBy(samples, ({ group }) => group ?? '');
  groups.delete('');
  return [...groups]
    .flatMap(([group, members]) => {
      const { scores, denseScores } = pairSamples(members, denseSamples);
      const difference = pairedDifference(members, denseSamples);
      if (difference === null) return [];
      const margin = pairedInterval(scores, denseScores, MATCHING_FACTOR);
      const verdict = margin.low >= 0 ? 'matches' : margin.high < 0 ? 'loses' : 'unclear';
      return [
        {
          group,
          itemCount: scores.length,
          denseValue: meanOf(denseScores),
          value: meanOf(scores),
          difference,
          verdict: scores.length < MIN_ITEMS_FOR_VERDICT ? ('unclear' as const) : (verdict as CategoryRow['verdict']),
        },
      ];
    })
    .sort((a, b) => a.difference.value - b.difference.value || a.group.localeCompare(b.group, 'en'));
}

function forgottenByAll(
  versions: readonly (readonly SampleResult[])[],
  dense: ReadonlyMap<number, SampleResult>,
): number[] {
  const [first = [], ...rest] = versions.map(
    (samples) =>
      new Set(
        samples.filter((sample) => changeOf(sample, dense.get(sample.index)) === 'forgotten').map(({ index }) => index),
      ),
  );
  return [...first].filter((index) => rest.every((set) => set.has(index)));
}

function failedIndices(versions: readonly (readonly SampleResult[])[]): Set<number> {
  return new Set(
    versions.flatMap((samples) => samples.filter(({ score }) => score === null).map(({ index }) => index)),
  );
}

function byIndex(samples: readonly SampleResult[]): Map<number, SampleResult> {
  return new Map(samples.map((sample) => [sample.index, sample]));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
