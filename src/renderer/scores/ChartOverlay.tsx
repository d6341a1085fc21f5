// What a chart answers to on the screen: the cursor, points that can be chosen with pointer or arrow keys, and what stands there.
import { type KeyboardEvent, type ReactElement, useId, useState } from 'react';
import { formatDifference, formatWithInterval } from '../../shared/score-words.ts';
import type { ScoreChart } from '../../shared/session/score-calls.ts';
import { formatCount } from '../../shared/units.ts';
import { layoutChart } from '../charts/layout-chart.ts';
import { formatFileSize } from '../models/model-words.ts';
import { Glyph } from '../ui/Glyph.tsx';
import { type ChartStop, chartStops, firstStop, spokenStop, stopOf, type Walk, walk } from './chart-points.ts';

export interface ChartOverlayProps {
  readonly chart: ScoreChart;
  readonly width: number;
  readonly height: number;
  readonly chosenId: string | undefined;
  readonly onChoose: (scoreId: string) => void;
  readonly onOpen: (scoreId: string) => void;
}

const WALKS: Readonly<Record<string, Walk>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
const HIT_RADIUS = 13;

function Tooltip({
  chart,
  stop,
  left,
  top,
}: {
  readonly chart: ScoreChart;
  readonly stop: ChartStop;
  readonly left: number;
  readonly top: number;
}) {
  const { unit } = chart.chart;
  const x = stop.series.points[stop.pointIndex]!.x;
  const here = chartStops(chart).filter(({ series, pointIndex }) => series.points[pointIndex]!.x === x);
  return (
    <div className="chart-tip" style={{ left, top }}>
      {here.map(({ series, pointIndex, row }) => {
        const point = series.points[pointIndex]!;
        return (
          <div key={series.id} className="chart-tip-row">
            <Glyph slot={series.slot} fill={series.fill} />
            <span className="strong">{point.recipe}</span>
            <span>{formatWithInterval(point.value, point, unit)}</span>
            <span className="faint">
              {row?.difference == null ? '' : `vs dense ${formatDifference(row.difference, unit)}, `}n{' '}
              {formatCount(point.itemCount)}
              {row === undefined ? '' : `, ${formatFileSize(row.sizeBytes)}`}
              {point.verdict === null ? '' : `, ${point.verdict}`}
            </span>
          </div>
        );
      })}
    </div>
  );
}

export function ChartOverlay({ chart, width, height, chosenId, onChoose, onOpen }: ChartOverlayProps): ReactElement {
  const [hovered, setHovered] = useState<ChartStop | null>(null);
  const id = useId();
  const layout = layoutChart(chart.chart, { width, height, variant: 'plain' });
  const placeOf = ({ seriesIndex, pointIndex }: ChartStop) => layout.series[seriesIndex]?.points[pointIndex];
  const stops = chartStops(chart);
  const chosen = stopOf(chart, chosenId);
  const cursor = chosen === undefined ? undefined : placeOf(chosen);
  const { plot } = layout;
  const shown = hovered === null ? undefined : placeOf(hovered);

  const choose = (stop: ChartStop) => stop.row !== undefined && onChoose(stop.row.scoreId);
  const onKeyDown = (event: KeyboardEvent) => {
    const way = WALKS[event.key];
    if (way !== undefined) {
      event.preventDefault();
      const from = chosen ?? firstStop(chart);
      if (from !== undefined) choose(chosen === undefined ? from : walk(chart, from, way));
    }
    if (event.key === 'Enter' && chosen?.row !== undefined) {
      event.preventDefault();
      onOpen(chosen.row.scoreId);
    }
  };

  return (
    <div
      className="chart-overlay"
      style={{ width, height }}
      role="listbox"
      aria-label={`Points of the chart: ${chart.chart.taskTitle}`}
      tabIndex={0}
      aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen.seriesIndex}-${chosen.pointIndex}`}
      onKeyDown={onKeyDown}
    >
      <svg width={width} height={height} aria-hidden="true">
        {cursor === undefined ? null : (
          <path
            d={`M${cursor.px} ${plot.top}V${plot.top + plot.height}`}
            stroke="var(--ink-3)"
            strokeDasharray="2 3"
            strokeWidth={1.3}
          />
        )}
      </svg>
      {stops.map((stop) => {
        const place = placeOf(stop);
        if (place === undefined) return null;
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list handles the keys of its points
          <div
            key={`${stop.series.id} ${stop.pointIndex}`}
            id={`${id}-${stop.seriesIndex}-${stop.pointIndex}`}
            role="option"
            tabIndex={-1}
            aria-selected={stop.row?.scoreId === chosenId}
            aria-label={spokenStop(stop, chart.chart.unit)}
            className="chart-point"
            style={{
              left: place.px - HIT_RADIUS,
              top: place.py - HIT_RADIUS,
              width: HIT_RADIUS * 2,
              height: HIT_RADIUS * 2,
            }}
            onClick={() => choose(stop)}
            onDoubleClick={() => stop.row !== undefined && onOpen(stop.row.scoreId)}
            onMouseEnter={() => setHovered(stop)}
            onMouseLeave={() => setHovered(null)}
          />
        );
      })}
      {hovered === null || shown === undefined ? null : (
        <Tooltip
          chart={chart}
          stop={hovered}
          left={Math.min(shown.px + 14, width - 330)}
          top={Math.max(0, shown.py - 60)}
        />
      )}
    </div>
  );
}
