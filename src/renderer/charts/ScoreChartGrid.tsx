// Small multiples: one small chart per task on the same kind of axis, with one title and one legend for all.
// The window lays the cells out itself; an export puts each cell at the place given here.
import type { ReactElement } from 'react';
import type { ChartSeries, ScoreChartData } from '../../shared/comparison.ts';
import { AXIS_TITLES } from './axis-words.ts';
import { ChartLegend, TextLines } from './ChartFrame.tsx';
import { FONT } from './chart-measures.ts';
import { CHART_THEMES, type ThemeName } from './chart-theme.ts';
import { type LegendRow, layoutLegend } from './layout-legend.ts';
import { ScoreChart } from './ScoreChart.tsx';
import { wrapText } from './text-width.ts';

export interface GridCell {
  readonly chart: ScoreChartData;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface GridLayout {
  readonly width: number;
  readonly height: number;
  readonly cells: readonly GridCell[];
  readonly legend: readonly LegendRow[];
  readonly titleLines: readonly string[];
  readonly axisTitle: string;
}

const MARGIN = 28;
const GAP = 16;
const CELL_HEIGHT = 250;

/** Series of all charts once, in the order of their slots. */
function allSeries(charts: readonly ScoreChartData[]): ChartSeries[] {
  const byId = new Map(charts.flatMap((chart) => chart.series.map((series) => [series.id, series] as const)));
  return [...byId.values()].sort((a, b) => a.slot - b.slot);
}

function legendOf(charts: readonly ScoreChartData[], right: number): LegendRow[] {
  const first = charts[0];
  if (first === undefined) return [];
  const min = Math.min(...charts.map((chart) => chart.itemCount.min));
  const max = Math.max(...charts.map((chart) => chart.itemCount.max));
  const chance = charts.find((chart) => chart.chanceValue !== null)?.chanceValue ?? null;
  return layoutLegend(
    { ...first, series: allSeries(charts), itemCount: { min, max }, chanceValue: chance },
    MARGIN,
    right,
  );
}

/** `charts` share an axis. Up to three columns; the height follows from the number of charts. */
export function layoutGrid(charts: readonly ScoreChartData[], title: string, width = 1200): GridLayout {
  const columns = charts.length === 4 ? 2 : Math.min(3, Math.max(1, charts.length));
  const cellWidth = (width - 2 * MARGIN - (columns - 1) * GAP) / columns;
  const titleLines = wrapText(title, width - 2 * MARGIN, FONT.title, 600);
  const top = 28 + titleLines.length * 26 + 12;
  const cells = charts.map((chart, index) => ({
    chart,
    x: MARGIN + (index % columns) * (cellWidth + GAP),
    y: top + Math.floor(index / columns) * (CELL_HEIGHT + GAP),
    width: cellWidth,
    height: CELL_HEIGHT,
  }));
  const bottom = top + Math.ceil(charts.length / columns) * (CELL_HEIGHT + GAP);
  const legend = legendOf(charts, width - MARGIN).map((row, index) => ({ ...row, y: bottom + 44 + index * 28 }));
  const height = bottom + 44 + legend.length * 28 + 8;
  const axisTitle = charts[0] === undefined ? '' : AXIS_TITLES[charts[0].axis];
  return { width, height, cells, legend, titleLines, axisTitle };
}

export interface GridFrameProps {
  readonly layout: GridLayout;
  readonly theme?: ThemeName;
}

/** Everything of the picture but the cells. */
export function ScoreChartGridFrame({ layout, theme: themeName = 'light' }: GridFrameProps): ReactElement {
  const theme = CHART_THEMES[themeName];
  const { width, height, titleLines, legend, axisTitle, cells } = layout;
  const bottom = Math.max(0, ...cells.map((cell) => cell.y + cell.height));
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img">
      <title>{titleLines.join(' ')}</title>
      <rect width={width} height={height} fill={theme.background} />
      <TextLines
        lines={titleLines.map((text, index) => ({ x: MARGIN, y: 44 + index * 26, text }))}
        size={FONT.title}
        color={theme.ink}
        weight={600}
      />
      <text x={width / 2} y={bottom + 22} textAnchor="middle" fontSize={FONT.subtitle} fill={theme.ink2}>
        {axisTitle}
      </text>
      <ChartLegend layout={{ legend }} theme={theme} />
    </svg>
  );
}

export interface ScoreChartGridProps {
  readonly charts: readonly ScoreChartData[];
  readonly theme?: ThemeName;
  readonly width?: number;
}

/** On a page: the cells as a grid of pictures, without the frame. */
export function ScoreChartGrid({ charts, theme = 'page', width = 1200 }: ScoreChartGridProps): ReactElement {
  const { cells } = layoutGrid(charts, '', width);
  return (
    <div style={{ display: 'flex', flexWrap: 'wrap', gap: GAP }}>
      {cells.map((cell) => (
        <ScoreChart
          key={cell.chart.name}
          data={cell.chart}
          theme={theme}
          width={cell.width}
          height={cell.height}
          variant="small"
        />
      ))}
    </div>
  );
}
