// Score against size: the versions that nothing beats joined, the beaten ones hollow. Chart data from the engine's front. Pure.
import type { ChartPoint, ScoreChartData } from '../../shared/comparison.ts';
import type { FrontPoint, ScoreRow } from '../../shared/session/score-calls.ts';

/** The front runs through several methods, so it wears no method's colour; each point is named. */
const MIXED_SLOT = 8;

function pointOf(row: ScoreRow): ChartPoint {
  return {
    x: row.sizeBytes,
    value: row.value,
    low: row.confidenceLow,
    high: row.confidenceHigh,
    label: row.recipe,
    recipe: row.recipe,
    itemCount: row.itemCount,
    verdict: row.verdict,
  };
}

export function frontChart(points: readonly FrontPoint[], like: ScoreChartData): ScoreChartData {
  const denseRow = points.find(({ row }) => row.isDense)?.row;
  const bySize = points.filter(({ row }) => !row.isDense).toSorted((a, b) => b.row.sizeBytes - a.row.sizeBytes);
  const series = (isDominated: boolean) => ({
    id: isDominated ? 'dominated' : 'front',
    label: isDominated ? 'beaten' : 'best',
    slot: MIXED_SLOT,
    fill: isDominated ? ('hollow' as const) : ('solid' as const),
    joined: !isDominated,
    points: bySize.filter((point) => point.isDominated === isDominated).map(({ row }) => pointOf(row)),
  });
  return {
    ...like,
    name: `${like.name}-front`,
    axis: 'sizeBytes',
    title: 'Score against size',
    dense: like.dense === null || denseRow === undefined ? null : { ...like.dense, x: denseRow.sizeBytes },
    series: [series(false), series(true)].filter((one) => one.points.length > 0),
  };
}
