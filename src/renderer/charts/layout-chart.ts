// Where everything of a chart stands, in pixels: plot area, scales, points set apart, labels, legend rows, caption.
// Pure, so that the same chart comes out in a window, a report and on the command line.
import type { ScoreChartData } from '../../shared/comparison.ts';
import { formatScore } from '../../shared/score-words.ts';
import { isReversed, valueText, xScaleOf, xTickText, yScaleOf, yTickText } from './axis-words.ts';
import { FONT, type Frame, type PlacedSeries, type TextLine, xPixel, yPixel } from './chart-measures.ts';
import { type Scale, valueAt } from './chart-scale.ts';
import { type EndLabel, placeEndLabels } from './layout-end-labels.ts';
import { type LegendRow, layoutLegend } from './layout-legend.ts';
import { labelPoints } from './layout-point-labels.ts';
import type { Box } from './place-labels.ts';
import { cutToWidth, textWidth, wrapText } from './text-width.ts';

/** `full` says everything inside the picture; `plain` leaves title, legend and caption to the page around it; `small` is one of many. */
export type ChartVariant = 'full' | 'small' | 'plain';

export interface ChartSize {
  readonly width: number;
  readonly height: number;
  readonly variant: ChartVariant;
}

export interface Tick {
  readonly value: number;
  readonly text: string;
}

export interface ChartLayout {
  readonly size: ChartSize;
  readonly plot: Box;
  /** Free room inside the plot before the first and after the last x. */
  readonly padding: { readonly left: number; readonly right: number };
  readonly xScale: Scale;
  /** The x values at the plot's edges, ascending: the scale's domain and the padding. */
  readonly xDomain: readonly [number, number];
  readonly yScale: Scale;
  readonly xTicks: readonly Tick[];
  readonly yTicks: readonly Tick[];
  readonly titleLines: readonly TextLine[];
  readonly subtitleLines: readonly TextLine[];
  readonly axisTitle: TextLine | null;
  readonly legend: readonly LegendRow[];
  readonly captionLines: readonly TextLine[];
  readonly series: readonly PlacedSeries[];
  readonly pointLabels: readonly TextLine[];
  readonly endLabels: readonly EndLabel[];
}

/** Pixels between the markers of series that stand at the same x. */
const DODGE = 7;
const SAME_PLACE = 5;

function paddedDomain(data: ScoreChartData, { plot, padding, xScale }: Omit<Frame, 'yScale'>): [number, number] {
  const room = plot.width - padding.left - padding.right;
  const [low, high] = isReversed(data.axis) ? [padding.right, padding.left] : [padding.left, padding.right];
  return [valueAt(xScale, -low / room), valueAt(xScale, 1 + high / room)];
}

/** Series that meet at one x are set side by side, so that no interval hides another. */
function placeSeries(data: ScoreChartData, frame: Frame, dodge: number): PlacedSeries[] {
  const reversed = isReversed(data.axis);
  const room = frame.plot.width - frame.padding.left - frame.padding.right;
  const all = data.series.flatMap((series, order) =>
    series.points.map((point) => ({ point, order, px: xPixel(frame, point.x, reversed) })),
  );
  return data.series.map((series, order) => ({
    series,
    points: series.points.map((point) => {
      const centre = xPixel(frame, point.x, reversed);
      const here = new Set(all.filter((other) => Math.abs(other.px - centre) < SAME_PLACE).map((other) => other.order));
      const rank = [...here].filter((other) => other < order).length;
      const shift = (rank - (here.size - 1) / 2) * Math.min(dodge, 28 / Math.max(1, here.size - 1));
      const share = (centre + shift - frame.plot.left - frame.padding.left) / room;
      const plotX = valueAt(frame.xScale, reversed ? 1 - share : share);
      return { point, plotX, px: centre + shift, py: yPixel(frame.plot, frame.yScale, point.value) };
    }),
  }));
}

function ticksOf(data: ScoreChartData, xScale: Scale, yScale: Scale): Pick<ChartLayout, 'xTicks' | 'yTicks'> {
  const largest = xScale.domain[1];
  return {
    xTicks: xScale.ticks.map((value) => ({ value, text: xTickText(data.axis, value, largest) })),
    yTicks: yScale.ticks.map((value) => ({ value, text: yTickText(data, value) })),
  };
}

function linesAt(texts: readonly string[], x: number, firstY: number, lineHeight: number): TextLine[] {
  return texts.map((text, index) => ({ x, y: firstY + index * lineHeight, text }));
}

function widestTick(ticks: readonly Tick[], size: number): number {
  return Math.max(0, ...ticks.map((tick) => textWidth(tick.text, size)));
}

function layoutSmall(data: ScoreChartData, size: ChartSize): ChartLayout {
  const xScale = xScaleOf(data, 4);
  const yScale = yScaleOf(data, 3);
  const ticks = ticksOf(data, xScale, yScale);
  const left = widestTick(ticks.yTicks, FONT.small) + 22;
  const plot = { left, top: 40, width: size.width - left - 16, height: size.height - 40 - 34 };
  const padding = { left: isReversed(data.axis) ? 24 : 12, right: 12 };
  const frame = { plot, padding, xScale, yScale };
  const title = cutToWidth(data.taskTitle, size.width - 90, FONT.subtitle, 600);
  return {
    size,
    ...frame,
    xDomain: paddedDomain(data, frame),
    ...ticks,
    titleLines: [{ x: 12, y: 22, text: title }],
    subtitleLines: [],
    axisTitle: null,
    legend: [],
    captionLines: [],
    series: placeSeries(data, frame, 4),
    pointLabels: [],
    endLabels: [],
  };
}

function layoutFull(data: ScoreChartData, size: ChartSize): ChartLayout {
  const xScale = xScaleOf(data, 8);
  const yScale = yScaleOf(data, 5);
  const ticks = ticksOf(data, xScale, yScale);
  const left = Math.max(64, widestTick(ticks.yTicks, FONT.tick) + 28);
  const textRoom = size.width - left - 40;
  const title = wrapText(data.title, textRoom, FONT.title, 600);
  const subtitle = wrapText(data.subtitle, textRoom, FONT.subtitle, 400, 2);
  const titleBottom = 46 + (title.length - 1) * 26;
  const subtitleBottom = titleBottom + 6 + subtitle.length * 21;
  const caption = data.caption.flatMap((line) => wrapText(line, textRoom, FONT.caption, 400, 2));
  const captionTop = size.height - 16 - (caption.length - 1) * 20;
  const legend = layoutLegend(data, left, size.width - 40);
  const legendTop = captionTop - 32 - (legend.length - 1) * 28;
  const endColumn = endColumnWidth(data);
  const top = subtitleBottom + 24;
  const plot = { left, top, width: size.width - left - endColumn, height: Math.max(60, legendTop - 84 - top) };
  // On a backwards axis the dense block stands at the left edge, apart from the first point.
  const padding = { left: isReversed(data.axis) ? 44 : 18, right: 24 };
  const frame = { plot, padding, xScale, yScale };
  const series = placeSeries(data, frame, DODGE);
  const endLabels = placeEndLabels(data, series, frame, size.width - 16);
  return {
    size,
    ...frame,
    xDomain: paddedDomain(data, frame),
    ...ticks,
    titleLines: linesAt(title, left, 46, 26),
    subtitleLines: linesAt(subtitle, left, titleBottom + 27, 21),
    axisTitle: { x: left + plot.width / 2, y: plot.top + plot.height + 50, text: '' },
    legend: legend.map((row, index) => ({ ...row, y: legendTop + index * 28 })),
    captionLines: linesAt(caption, left, captionTop, 20),
    series,
    endLabels,
    pointLabels: labelPoints(data, series, frame, endLabels),
  };
}

/** The full chart's plot without the texts around it. */
function layoutPlain(data: ScoreChartData, size: ChartSize): ChartLayout {
  const xScale = xScaleOf(data, 8);
  const yScale = yScaleOf(data, 5);
  const ticks = ticksOf(data, xScale, yScale);
  const left = Math.max(48, widestTick(ticks.yTicks, FONT.tick) + 28);
  const width = size.width - left - endColumnWidth(data);
  const plot = { left, top: 16, width: Math.max(80, width), height: Math.max(60, size.height - 16 - 60) };
  const padding = { left: isReversed(data.axis) ? 44 : 18, right: 24 };
  const frame = { plot, padding, xScale, yScale };
  const series = placeSeries(data, frame, DODGE);
  const endLabels = placeEndLabels(data, series, frame, size.width - 8);
  return {
    size,
    ...frame,
    xDomain: paddedDomain(data, frame),
    ...ticks,
    titleLines: [],
    subtitleLines: [],
    axisTitle: { x: left + plot.width / 2, y: plot.top + plot.height + 48, text: '' },
    legend: [],
    captionLines: [],
    series,
    endLabels,
    pointLabels: labelPoints(data, series, frame, endLabels),
  };
}

/** Room at the right for the names at the lines' ends. */
function endColumnWidth(data: ScoreChartData): number {
  const widths = data.series.map(({ label, points }) => {
    const last = points.at(-1);
    const value = last === undefined ? '' : ` ${valueText(data, last.value, last.low, last.high)}`;
    return textWidth(label, FONT.label, 600) + textWidth(value, FONT.label);
  });
  const dense =
    data.dense === null ? '' : `dense ${valueText(data, data.dense.value, data.dense.low, data.dense.high)}`;
  const chance = data.chanceValue === null ? '' : `chance ${formatScore(data.chanceValue, data.unit)}`;
  const widest = Math.max(100, textWidth(dense, FONT.label, 600), textWidth(chance, FONT.label, 600), ...widths);
  return Math.min(280, widest + 34);
}

export function layoutChart(data: ScoreChartData, size: ChartSize): ChartLayout {
  if (size.variant === 'small') return layoutSmall(data, size);
  return size.variant === 'plain' ? layoutPlain(data, size) : layoutFull(data, size);
}
