// One chart of one task: a line per method against how much a model was compressed, beside the dense original.
// Rows in, SVG out; no animation, no pointer, so the same component serves window, report and command line.
import type { ReactElement } from 'react';
import { ComposedChart, ErrorBar, ReferenceArea, ReferenceLine, Scatter, XAxis, YAxis } from 'recharts';
import type { ScoreChartData } from '../../shared/comparison.ts';
import { describeChart, isReversed } from './axis-words.ts';
import { ChartLegend, ChartTexts, EndLabels, TextLines } from './ChartFrame.tsx';
import { BAND, FONT, type PlacedSeries, xPixel, yPixel } from './chart-measures.ts';
import { CHART_FONT, CHART_THEMES, type ChartTheme, slotOf, type ThemeName } from './chart-theme.ts';
import { type ChartLayout, type ChartVariant, layoutChart, type Tick } from './layout-chart.ts';
import { Marker, round } from './Marker.tsx';

export interface ScoreChartProps {
  readonly data: ScoreChartData;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly variant?: ChartVariant;
}

interface PartProps {
  readonly data: ScoreChartData;
  readonly layout: ChartLayout;
  readonly theme: ChartTheme;
}

function tickRenderer(ticks: readonly Tick[], axis: 'x' | 'y', size: number, color: string) {
  return ({
    x,
    y,
    payload,
  }: {
    readonly x: number | string;
    readonly y: number | string;
    readonly payload: { readonly value: number };
  }) => (
    <text
      x={round(Number(x) - (axis === 'y' ? 4 : 0))}
      y={round(Number(y) + (axis === 'y' ? 5 : 15))}
      textAnchor={axis === 'y' ? 'end' : 'middle'}
      fontSize={size}
      fill={color}
    >
      {ticks.find((tick) => tick.value === payload.value)?.text ?? ''}
    </text>
  );
}

function denseParts({ data, layout, theme }: PartProps): ReactElement[] {
  const { dense, chanceValue } = data;
  const parts: ReactElement[] = [];
  const [lowest, highest] = layout.yScale.domain;
  const isInside = (value: number) => value >= lowest && value <= highest;
  if (dense !== null && data.higherIsBetter) {
    const floor = dense.value * BAND;
    parts.push(
      <ReferenceArea
        key="band"
        y1={floor}
        y2={dense.value}
        fill={theme.dense}
        fillOpacity={theme.bandOpacity}
        stroke="none"
      />,
      <ReferenceLine key="floor" y={floor} stroke={theme.dense} strokeDasharray="2 4" strokeOpacity={0.7} />,
    );
  }
  if (chanceValue !== null && isInside(chanceValue)) {
    parts.push(
      <ReferenceLine key="chance" y={chanceValue} stroke={theme.chance} strokeWidth={1.5} strokeDasharray="3 3" />,
    );
  }
  if (dense !== null) parts.push(<ReferenceLine key="dense" y={dense.value} stroke={theme.dense} strokeWidth={2.5} />);
  return parts;
}

function seriesParts(placed: PlacedSeries, { data, layout, theme }: PartProps): ReactElement[] {
  const { series, points } = placed;
  const look = slotOf(series.slot);
  const color = theme.series(series.slot);
  const isSmall = layout.size.variant === 'small';
  const rows = points.map(({ point, plotX }) => ({
    x: plotX,
    y: point.value,
    interval: [Math.max(0, point.value - point.low), Math.max(0, point.high - point.value)],
  }));
  const start =
    data.axis === 'sparsityRatio' && data.dense !== null && series.joined
      ? [{ x: data.dense.x, y: data.dense.value }]
      : [];
  const path = [...start, ...rows];
  const parts: ReactElement[] = [];
  if (series.joined && path.length > 1) {
    const line = {
      stroke: color,
      strokeWidth: isSmall ? 2 : 2.5,
      strokeDasharray: look.dash,
      strokeLinejoin: 'round' as const,
    };
    parts.push(
      <Scatter
        key={`${series.id} line`}
        data={path}
        line={line}
        shape={() => <g />}
        isAnimationActive={false}
        legendType="none"
      />,
    );
  }
  parts.push(
    <Scatter
      key={series.id}
      data={rows}
      fill={color}
      isAnimationActive={false}
      shape={({ cx, cy }: { readonly cx?: number | undefined; readonly cy?: number | undefined }) => (
        <Marker
          shape={look.marker}
          fill={series.fill}
          color={color}
          background={theme.background}
          x={cx ?? 0}
          y={cy ?? 0}
          scale={isSmall ? 0.95 : 1.35}
        />
      )}
    >
      <ErrorBar
        dataKey="interval"
        direction="y"
        width={isSmall ? 2 : 4}
        stroke={color}
        strokeWidth={1.5}
        isAnimationActive={false}
      />
    </Scatter>,
  );
  return parts;
}

/** The dense block with its own interval: at sparsity 0, or at the left edge where the dense file lies beyond the axis. */
function DenseBlock({ data, layout, theme }: PartProps): ReactElement | null {
  const { dense } = data;
  if (dense === null) return null;
  const x = round(Math.max(layout.plot.left, xPixel(layout, dense.x, isReversed(data.axis))));
  const y = (value: number) => round(yPixel(layout.plot, layout.yScale, value));
  const half = layout.size.variant === 'small' ? 4 : 7;
  return (
    <g data-part="dense">
      <path
        d={`M${x} ${y(dense.low)}V${y(dense.high)}m-4 0h8M${x - 4} ${y(dense.low)}h8`}
        stroke={theme.dense}
        strokeWidth={1.5}
      />
      <rect x={x - half} y={y(dense.value) - half * 0.7} width={half * 2} height={half * 1.4} fill={theme.dense} />
    </g>
  );
}

/** Without any point Recharts draws neither axes nor lines: two invisible ones hold the axes up. */
function cornersOf({ xDomain, yScale }: ChartLayout): { x: number; y: number }[] {
  return [0, 1].map((end) => ({ x: xDomain[end]!, y: yScale.domain[end]! }));
}

function GridLines({ layout, theme }: Omit<PartProps, 'data'>): ReactElement {
  const { plot, yScale } = layout;
  const d = yScale.ticks
    .map((tick) => `M${round(plot.left)} ${round(yPixel(plot, yScale, tick))}h${round(plot.width)}`)
    .join('');
  return <path d={d} stroke={theme.grid} fill="none" />;
}

export function ScoreChart({
  data,
  theme: themeName = 'light',
  width = 1200,
  height = 760,
  variant = 'full',
}: ScoreChartProps) {
  const theme = CHART_THEMES[themeName];
  const layout = layoutChart(data, { width, height, variant });
  const { plot, xScale, xDomain, yScale, xTicks, yTicks } = layout;
  const part = { data, layout, theme };
  const tickSize = variant === 'small' ? FONT.small : FONT.tick;
  const margin = {
    left: plot.left,
    top: plot.top,
    right: width - plot.left - plot.width,
    bottom: height - plot.top - plot.height,
  };
  return (
    <ComposedChart
      width={width}
      height={height}
      margin={{ ...margin, left: plot.left - 60, bottom: margin.bottom - 30 }}
      title={data.title}
      desc={describeChart(data)}
      role="img"
      style={{ fontFamily: CHART_FONT }}
      accessibilityLayer={false}
    >
      <rect data-part="background" width={width} height={height} fill={theme.background} />
      <GridLines layout={layout} theme={theme} />
      <XAxis
        type="number"
        dataKey="x"
        height={30}
        domain={[...xDomain]}
        reversed={isReversed(data.axis)}
        ticks={[...xScale.ticks]}
        interval={0}
        tick={tickRenderer(xTicks, 'x', tickSize, theme.ink2)}
        tickLine={false}
        axisLine={{ stroke: theme.axis }}
      />
      <YAxis
        type="number"
        dataKey="y"
        width={60}
        domain={[...yScale.domain]}
        scale={yScale.isLog ? 'log' : 'linear'}
        ticks={[...yScale.ticks]}
        interval={0}
        tick={tickRenderer(yTicks, 'y', tickSize, theme.ink2)}
        tickLine={false}
        axisLine={false}
      />
      <Scatter data={cornersOf(layout)} shape={() => <g />} isAnimationActive={false} legendType="none" />
      {denseParts(part)}
      {layout.series.flatMap((series) => seriesParts(series, part))}
      <DenseBlock {...part} />
      <TextLines lines={layout.pointLabels} size={FONT.point} color={theme.ink2} halo={theme.background} />
      <EndLabels layout={layout} theme={theme} />
      <ChartTexts {...part} />
      <ChartLegend layout={layout} theme={theme} />
    </ComposedChart>
  );
}
