// The points of a chart in the order that arrow keys walk, each with its row of the score table. Pure.
import type { ChartSeries } from '../../shared/comparison.ts';
import { formatScore } from '../../shared/score-words.ts';
import type { ScoreChart, ScoreRow } from '../../shared/session/score-calls.ts';

export interface ChartStop {
  readonly series: ChartSeries;
  readonly seriesIndex: number;
  readonly pointIndex: number;
  readonly row: ScoreRow | undefined;
}

export function chartStops({ chart, rows }: ScoreChart): ChartStop[] {
  return chart.series.flatMap((series, seriesIndex) =>
    series.points.map((point, pointIndex) => ({
      series,
      seriesIndex,
      pointIndex,
      row: rows.find((row) => row.seriesId === series.id && row.recipe === point.recipe && row.task === chart.task),
    })),
  );
}

export function stopOf(chart: ScoreChart, scoreId: string | undefined): ChartStop | undefined {
  return chartStops(chart).find(({ row }) => row?.scoreId === scoreId);
}

/** The hardest pressed point of the first series that has one: what a person asks about first. */
export function firstStop(chart: ScoreChart): ChartStop | undefined {
  const stops = chartStops(chart);
  return stops.findLast(({ seriesIndex }) => seriesIndex === 0) ?? stops[0];
}

export type Walk = 'left' | 'right' | 'up' | 'down';

/** Left and right along a line, up and down to the line whose point is nearest. */
export function walk(chart: ScoreChart, from: ChartStop, way: Walk): ChartStop {
  const stops = chartStops(chart);
  if (way === 'left' || way === 'right') {
    const step = way === 'left' ? -1 : 1;
    return (
      stops.find((stop) => stop.seriesIndex === from.seriesIndex && stop.pointIndex === from.pointIndex + step) ?? from
    );
  }
  const count = chart.chart.series.length;
  const seriesIndex = (from.seriesIndex + (way === 'up' ? -1 : 1) + count) % count;
  const x = from.series.points[from.pointIndex]!.x;
  const distance = ({ series, pointIndex }: ChartStop) => Math.abs(series.points[pointIndex]!.x - x);
  return (
    stops.filter((stop) => stop.seriesIndex === seriesIndex).toSorted((a, b) => distance(a) - distance(b))[0] ?? from
  );
}

/** `Wanda, Wanda 40 %, 58.2 percent plus or minus 3.1, loses` */
export function spokenStop({ series, pointIndex }: ChartStop, unit: string): string {
  const point = series.points[pointIndex]!;
  const percent = unit === 'ratio' ? ' percent' : '';
  const half = formatScore((point.high - point.low) / 2, unit);
  const verdict = point.verdict === null ? '' : `, ${point.verdict}`;
  return `${series.label}, ${point.recipe}, ${formatScore(point.value, unit)}${percent} plus or minus ${half}${verdict}`;
}
