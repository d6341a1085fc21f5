// Step 10 of the data path: a sweep -> ComparisonRow[]: each score beside the dense score of the same questions, with
// the interval of their difference and a verdict. Question-by-question when the samples are at hand.
import type { ComparisonRow, Difference, Verdict } from '../../../shared/comparison.ts';
import type { SampleResult, ScoreRecord, Sweep, SweepPoint } from '../../../shared/kick.ts';
import { identifySeries, type SeriesIdentity, typeOfRecipe } from '../../../shared/series.ts';
import { type MeanInterval, pairedInterval, pairedRatioInterval, unpairedInterval } from './intervals.ts';
import { MIN_ITEMS_FOR_VERDICT } from './title-sentence.ts';

/** "Matching" in LLM-KICK (arXiv 2310.01382): within 5 % of the dense score. */
export const MATCHING_FACTOR = 0.95;

/** The samples of one model and task, where they were kept. */
export type FindSamples = (modelSha256: string, record: ScoreRecord) => readonly SampleResult[] | undefined;

export interface CompareOptions {
  readonly findSamples?: FindSamples | undefined;
}

/** Records may share a line or be subtracted only when the same thing was asked in the same way. */
export function protocolKey(record: ScoreRecord): string {
  const { task, taskVersion, protocol, metric, dataSha256, shots, seed } = record;
  return JSON.stringify([task, taskVersion, protocol, metric, dataSha256, shots ?? null, seed]);
}

/** Perplexity and divergences get no verdict: no threshold is agreed for them. */
function verdictOf(margin: MeanInterval, record: ScoreRecord): Verdict | null {
  if (!record.higherIsBetter) return null;
  if (record.answeredCount < MIN_ITEMS_FOR_VERDICT) return 'unclear';
  if (margin.low >= 0) return 'matches';
  return margin.high < 0 ? 'loses' : 'unclear';
}

interface PairedScores {
  readonly scores: readonly number[];
  readonly denseScores: readonly number[];
}

/** Scores of the questions that both versions answered, in one order. */
export function pairSamples(samples: readonly SampleResult[], denseSamples: readonly SampleResult[]): PairedScores {
  const denseByIndex = new Map(denseSamples.map((sample) => [sample.index, sample]));
  const scores: number[] = [];
  const denseScores: number[] = [];
  for (const sample of samples) {
    const dense = denseByIndex.get(sample.index);
    if (dense === undefined || dense.id !== sample.id || dense.score === null || sample.score === null) continue;
    scores.push(sample.score);
    denseScores.push(dense.score);
  }
  return { scores, denseScores };
}

interface Comparison {
  readonly difference: Difference;
  readonly verdict: Verdict | null;
}

function asScore(record: ScoreRecord) {
  return { value: record.value, low: record.confidenceLow, high: record.confidenceHigh };
}

/** How the score of a whole run follows from its questions; undefined when it does in neither way. */
function aggregateOf(record: ScoreRecord, scores: readonly number[]): 'mean' | 'geometricMean' | undefined {
  if (record.unit === 'ratio') return 'mean';
  const isNear = (value: number) => Math.abs(value - record.value) <= 1e-3 * Math.abs(record.value);
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  if (isNear(meanOf(scores))) return 'mean';
  return isNear(Math.exp(meanOf(scores.map(Math.log)))) ? 'geometricMean' : undefined;
}

function comparePairs(record: ScoreRecord, dense: ScoreRecord, pairs: PairedScores): Comparison | undefined {
  const { scores, denseScores } = pairs;
  if (scores.length < 2) return undefined;
  const aggregate = aggregateOf(record, scores);
  if (aggregate === undefined || aggregateOf(dense, denseScores) !== aggregate) return undefined;
  if (aggregate === 'geometricMean') {
    const ratio = pairedRatioInterval(scores, denseScores);
    const [low, high] = [(ratio.low - 1) * dense.value, (ratio.high - 1) * dense.value];
    return { difference: { value: record.value - dense.value, low, high, paired: true }, verdict: null };
  }
  const { mean, low, high } = pairedInterval(scores, denseScores);
  const margin = pairedInterval(scores, denseScores, MATCHING_FACTOR);
  return { difference: { value: mean, low, high, paired: true }, verdict: verdictOf(margin, record) };
}

/** `record` against `dense`: by questions where both samples exist, else by the two intervals alone. */
export function compareRecords(
  record: ScoreRecord,
  dense: ScoreRecord,
  samples?: readonly SampleResult[],
  denseSamples?: readonly SampleResult[],
): Comparison {
  const paired = samples && denseSamples && comparePairs(record, dense, pairSamples(samples, denseSamples));
  if (paired !== undefined) return paired;
  const { mean, low, high } = unpairedInterval(asScore(record), asScore(dense));
  const margin = unpairedInterval(asScore(record), asScore(dense), MATCHING_FACTOR);
  return { difference: { value: mean, low, high, paired: false }, verdict: verdictOf(margin, record) };
}

interface DensePoint {
  readonly point: SweepPoint;
  /** By what was asked and how. */
  readonly scores: ReadonlyMap<string, ScoreRecord>;
}

/** The dense point of every base; of several the first, and of its scores likewise. */
function densePoints(sweep: Sweep): ReadonlyMap<string, DensePoint> {
  const found = new Map<string, DensePoint>();
  for (const point of sweep.points) {
    if (point.recipe !== null || found.has(point.model)) continue;
    const scores = new Map(point.scores.toReversed().map((record) => [protocolKey(record), record]));
    found.set(point.model, { point, scores });
  }
  return found;
}

function rowOf(
  point: SweepPoint,
  series: SeriesIdentity,
  record: ScoreRecord,
  comparison: Comparison | undefined,
): ComparisonRow {
  return {
    model: point.model,
    recipe: point.label,
    method: point.recipe === null ? 'dense' : point.recipe.steps.map((step) => step.method).join('+'),
    type: typeOfRecipe(point.recipe) ?? '',
    isDense: point.recipe === null,
    task: record.task,
    taskVersion: record.taskVersion,
    protocol: record.protocol,
    metric: record.metric,
    unit: record.unit,
    higherIsBetter: record.higherIsBetter,
    value: record.value,
    confidenceLow: record.confidenceLow,
    confidenceHigh: record.confidenceHigh,
    itemCount: record.itemCount,
    answeredCount: record.answeredCount,
    failedCount: record.failedCount,
    chanceValue: record.chanceValue ?? null,
    sizeBytes: point.sizeBytes,
    bitsPerWeight: point.bitsPerWeight,
    sparsityRatio: point.sparsityRatio,
    difference: comparison?.difference ?? null,
    verdict: comparison?.verdict ?? null,
    modelSha256: point.modelSha256,
    dataSha256: record.dataSha256,
    seed: record.seed,
    shots: record.shots ?? null,
    engineVersion: record.engineVersion,
    llamaCppVersion: record.llamaCppVersion,
    seriesId: series.id,
    seriesLabel: series.label,
    slot: series.slot,
  };
}

/** One row per point and score, in the order of the sweep; a task's main metric is its first row. */
export function compareScores(sweep: Sweep, options: CompareOptions = {}): ComparisonRow[] {
  const find = options.findSamples;
  const identify = identifySeries(sweep.points.map((point) => point.recipe));
  const dense = densePoints(sweep);
  return sweep.points.flatMap((point) => {
    const densePoint = dense.get(point.model);
    const series = identify(point.recipe);
    const mainMetricOf = new Map<string, string>();
    for (const { task, metric } of point.scores) if (!mainMetricOf.has(task)) mainMetricOf.set(task, metric);
    return point.scores.map((record) => {
      const denseRecord = densePoint?.scores.get(protocolKey(record));
      if (densePoint === undefined || denseRecord === undefined || point === densePoint.point)
        return rowOf(point, series, record, undefined);
      const isMain = mainMetricOf.get(record.task) === record.metric;
      const samples = isMain ? find?.(point.modelSha256, record) : undefined;
      const denseSamples = isMain ? find?.(densePoint.point.modelSha256, denseRecord) : undefined;
      return rowOf(point, series, record, compareRecords(record, denseRecord, samples, denseSamples));
    });
  });
}
