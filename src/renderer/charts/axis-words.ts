// The words and tick labels of a chart's axes.
import type { DrawnAxis, ScoreChartData } from '../../shared/comparison.ts';
import { formatScore, formatWithInterval } from '../../shared/score-words.ts';
import { linearScale, logScale, type Scale, tightScale } from './chart-scale.ts';

export const AXIS_TITLES: Readonly<Record<DrawnAxis, string>> = {
  bitsPerWeight: 'Bits per weight, whole file (right is more compressed)',
  sparsityRatio: 'Sparsity, measured on the file',
  sizeBytes: 'File size (right is more compressed)',
  peakMemoryBytes: 'Peak memory while asked (right is less)',
  calibrationSamples: 'Calibration samples',
  shots: 'Examples before each question',
  parameterBytes: 'Bytes of all parameters (right is fewer)',
};

/** Right is always more compressed, so bits and bytes run backwards. What a run varies grows to the right. */
export function isReversed(axis: DrawnAxis): boolean {
  return axis !== 'sparsityRatio' && !isCount(axis);
}

function isCount(axis: DrawnAxis): boolean {
  return axis === 'calibrationSamples' || axis === 'shots';
}

export function xScaleOf(data: ScoreChartData, maxSteps: number): Scale {
  const xs = data.series.flatMap((series) => series.points.map((point) => point.x));
  if (data.axis === 'sparsityRatio')
    return xs.some((x) => x > 0) ? tightScale([0, ...xs], maxSteps) : linearScale([], 5);
  return tightScale(xs.length === 0 && data.dense !== null ? [data.dense.x] : xs, maxSteps);
}

export function yScaleOf(data: ScoreChartData, maxSteps: number): Scale {
  const points = data.series.flatMap((series) =>
    series.points.flatMap((point) => [point.value, point.low, point.high]),
  );
  const dense = data.dense === null ? [] : [data.dense.value, data.dense.low, data.dense.high];
  const chance = data.chanceValue === null ? [] : [data.chanceValue];
  const values = [...points, ...dense, ...chance];
  return data.logScale ? logScale(values) : linearScale(values, maxSteps);
}

export function xTickText(axis: DrawnAxis, value: number, largest: number): string {
  if (axis === 'sparsityRatio') return `${Number((value * 100).toFixed(2))} %`;
  if (axis === 'bitsPerWeight' || isCount(axis)) return String(Number(value.toFixed(3)));
  const [unit, bytes] = largest >= 1e9 ? (['GB', 1e9] as const) : (['MB', 1e6] as const);
  return `${Number((value / bytes).toFixed(3))} ${unit}`;
}

export function yTickText(data: ScoreChartData, value: number): string {
  return data.unit === 'ratio'
    ? `${Number((value * 100).toFixed(2))} %`
    : value.toLocaleString('en-US', { maximumSignificantDigits: 6 });
}

export function valueText(data: ScoreChartData, value: number, low: number, high: number): string {
  return formatWithInterval(value, { low, high }, data.unit);
}

/** What a screen reader says of the chart: each series with its first and last value. */
export function describeChart(data: ScoreChartData): string {
  const percent = data.unit === 'ratio' ? ' percent' : '';
  const score = (value: number) => `${formatScore(value, data.unit)}${percent}`;
  const parts = data.series.map(({ label, points }) => {
    const first = points[0];
    const last = points.at(-1);
    if (first === undefined || last === undefined) return `${label}: no points`;
    if (points.length === 1) return `${label}, ${first.recipe}: ${score(first.value)}`;
    return `${label}: from ${score(first.value)} (${first.recipe}) to ${score(last.value)} (${last.recipe})`;
  });
  const dense = data.dense === null ? [] : [`Dense ${score(data.dense.value)}`];
  const chance = data.chanceValue === null ? [] : [`Chance level ${score(data.chanceValue)}`];
  return `${[...dense, ...chance, ...parts].join('. ')}.`;
}
