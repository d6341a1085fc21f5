// From the samples of a run to its scores: main metric first, then the task's other metrics, each with interval and groups.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { GroupScore, SampleResult, ScoreRecord } from '../../../shared/kick.ts';
import { meanInterval, wilsonInterval, Z_95 } from '../scores/intervals.ts';
import { addSums, type LikelihoodSums, meanNllError } from './perplexity-sums.ts';
import type { KickTask, Metric } from './task.ts';

/** What a score says of its run. */
export type RunFacts = Pick<
  ScoreRecord,
  'protocol' | 'dataSha256' | 'modelSha256' | 'seed' | 'elapsedMs' | 'shots' | 'engineVersion' | 'llamaCppVersion'
>;

/**
 * Failed items are counted apart. `standard` leaves them out of the value; `paper` divides by all that was asked, as the
 * reference does, so that there they count as wrong. Throws BAD_DATA when nothing was answered.
 */
export function scoreSamples(task: KickTask, samples: readonly SampleResult[], facts: RunFacts): ScoreRecord[] {
  const answered = samples.filter((sample) => sample.outcome === 'answered');
  if (answered.length === 0) {
    const reason = samples[0]?.failure ?? 'there was none';
    throw new WorkbenchError('BAD_DATA', `No question of ${task.id} could be asked (${reason}).`, { task: task.id });
  }
  const counted = facts.protocol === 'paper' ? samples : answered;
  return task.metrics(facts.protocol).map((metric, index) => ({
    task: task.id,
    taskVersion: task.version,
    metric: metric.name,
    unit: metric.unit,
    higherIsBetter: metric.higherIsBetter,
    ...aggregate(metric, index === 0, counted),
    itemCount: samples.length,
    answeredCount: answered.length,
    failedCount: samples.length - answered.length,
    ...facts,
    ...(index === 0 && task.chanceValue !== undefined && { chanceValue: task.chanceValue }),
    ...groupsOf(task, metric, index === 0, counted),
  }));
}

type Aggregate = Pick<ScoreRecord, 'value' | 'confidenceLow' | 'confidenceHigh'>;

function aggregate(metric: Metric, isMain: boolean, samples: readonly SampleResult[]): Aggregate {
  if (metric.aggregate === 'perplexity') return aggregatePerplexity(samples);
  const values = samples.map((sample) => (isMain ? sample.score : sample.metrics?.[metric.name]) ?? 0);
  if (metric.aggregate === 'mean') {
    const { mean, low, high } = meanInterval(values);
    const isShare = metric.unit === 'ratio';
    return {
      value: mean,
      confidenceLow: isShare ? Math.max(0, low) : low,
      confidenceHigh: isShare ? Math.min(1, high) : high,
    };
  }
  const successes = values.reduce((sum, value) => sum + value, 0);
  const { low, high } = wilsonInterval(successes, values.length);
  return { value: successes / values.length, confidenceLow: low, confidenceHigh: high };
}

/** exp of the mean over all tokens; the interval is that of the mean. */
function aggregatePerplexity(samples: readonly SampleResult[]): Aggregate {
  const sums = addSums(
    samples.flatMap((sample) => (sample.metrics ? [sample.metrics as unknown as LikelihoodSums] : [])),
  );
  const mean = sums.nll_sum / sums.token_count;
  const half = Z_95 * meanNllError(sums);
  return { value: Math.exp(mean), confidenceLow: Math.exp(mean - half), confidenceHigh: Math.exp(mean + half) };
}

/** Groups in order of appearance, then the wider ones if all groups belong to some. Nothing where the data has no groups. */
function groupsOf(
  task: KickTask,
  metric: Metric,
  isMain: boolean,
  samples: readonly SampleResult[],
): { groups?: readonly GroupScore[] } {
  const narrow = new Map<string, SampleResult[]>();
  for (const sample of samples) {
    if (sample.group !== undefined) pushTo(narrow, sample.group, sample);
  }
  if (narrow.size === 0) return {};
  const wide = new Map<string, SampleResult[]>();
  const widerOf = new Map([...narrow.keys()].map((name) => [name, task.widerGroups?.(name) ?? []]));
  // A data set with subjects of its own would show a category that holds a part of it only.
  const areAllKnown = [...widerOf.values()].every((wider) => wider.length > 0);
  for (const [name, members] of areAllKnown ? narrow : []) {
    for (const wider of widerOf.get(name) ?? []) {
      for (const member of members) pushTo(wide, wider, member);
    }
  }
  const groups = [...narrow, ...wide].map(([name, members]) => ({
    name,
    value: aggregate(metric, isMain, members).value,
    itemCount: members.length,
  }));
  return { groups };
}

function pushTo(groups: Map<string, SampleResult[]>, name: string, sample: SampleResult): void {
  const members = groups.get(name);
  if (members) members.push(sample);
  else groups.set(name, [sample]);
}
