// The measures that all parts of a chart share: type sizes, the frame of the plot, and where a value stands in it.
import type { ChartPoint, ChartSeries } from '../../shared/comparison.ts';
import { positionOf, type Scale } from './chart-scale.ts';
import type { Box } from './place-labels.ts';

export const FONT = {
  title: 20,
  subtitle: 15,
  label: 15,
  tick: 14,
  point: 13,
  legend: 14,
  caption: 13,
  small: 12.5,
} as const;

/** Within 5 % of dense, as in LLM-KICK: the band below the dense line. */
export const BAND = 0.95;

/** Where values stand: the plot, the free room in it before the first and after the last x, and the two scales. */
export interface Frame {
  readonly plot: Box;
  readonly padding: { readonly left: number; readonly right: number };
  readonly xScale: Scale;
  readonly yScale: Scale;
}

interface PlacedPoint {
  readonly point: ChartPoint;
  /** `point.x` moved by a few pixels where series overlap. */
  readonly plotX: number;
  readonly px: number;
  readonly py: number;
}

export interface PlacedSeries {
  readonly series: ChartSeries;
  readonly points: readonly PlacedPoint[];
}

export interface TextLine {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export function xPixel(frame: Omit<Frame, 'yScale'>, value: number, reversed: boolean): number {
  const { plot, padding, xScale } = frame;
  const share = positionOf(xScale, value);
  const room = plot.width - padding.left - padding.right;
  return plot.left + padding.left + room * (reversed ? 1 - share : share);
}

export function yPixel(plot: Box, scale: Scale, value: number): number {
  return plot.top + plot.height * (1 - positionOf(scale, value));
}
