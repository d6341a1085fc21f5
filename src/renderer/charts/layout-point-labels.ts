// Names beside markers, kept off lines, error bars, other names and the lines of dense and chance.
import type { ScoreChartData } from '../../shared/comparison.ts';
import { BAND, FONT, type Frame, type PlacedSeries, type TextLine, yPixel } from './chart-measures.ts';
import type { Scale } from './chart-scale.ts';
import type { EndLabel } from './layout-end-labels.ts';
import { type Box, placePointLabels } from './place-labels.ts';
import { cutToWidth, textWidth } from './text-width.ts';

/** Markers, error bars and lines, as boxes that a label must not cover. */
function obstaclesOf(series: readonly PlacedSeries[], plot: Box, yScale: Scale): Box[] {
  return series.flatMap(({ points, series: { joined } }) =>
    points.flatMap(({ point, px, py }, index) => {
      const top = yPixel(plot, yScale, point.high);
      const bar = { left: px - 5, top, width: 10, height: yPixel(plot, yScale, point.low) - top };
      const next = joined ? points[index + 1] : undefined;
      return [bar, { left: px - 6, top: py - 6, width: 12, height: 12 }, ...lineBoxes({ px, py }, next)];
    }),
  );
}

interface Pixel {
  readonly px: number;
  readonly py: number;
}

function lineBoxes(from: Pixel, to: Pixel | undefined): Box[] {
  if (to === undefined) return [];
  const pieces = Math.max(1, Math.ceil(Math.hypot(to.px - from.px, to.py - from.py) / 10));
  return Array.from({ length: pieces }, (_, piece) => {
    const share = (piece + 0.5) / pieces;
    const x = from.px + (to.px - from.px) * share;
    const y = from.py + (to.py - from.py) * share;
    return { left: x - 4, top: y - 4, width: 8, height: 8 };
  });
}

/** The dense line, its floor and the chance line run through the whole plot. */
function levelBoxes(data: ScoreChartData, { plot, yScale }: Frame): Box[] {
  const { dense, chanceValue, higherIsBetter } = data;
  const levels = [
    dense?.value,
    dense !== null && higherIsBetter ? dense.value * BAND : undefined,
    chanceValue ?? undefined,
  ];
  return levels
    .filter((level) => level !== undefined)
    .map((level) => ({ left: plot.left, top: yPixel(plot, yScale, level) - 2, width: plot.width, height: 4 }));
}

function leaderBoxes(endLabels: readonly EndLabel[]): Box[] {
  return endLabels.flatMap(({ leader }) =>
    leader === null ? [] : lineBoxes({ px: leader.x1, py: leader.y1 }, { px: leader.x2, py: leader.y2 }),
  );
}

/** Names beside the markers that have one; a name that finds no free place is left out. */
export function labelPoints(
  data: ScoreChartData,
  series: readonly PlacedSeries[],
  frame: Frame,
  ends: readonly EndLabel[],
): TextLine[] {
  const labelled = series.flatMap(({ points }) => points.filter(({ point }) => point.label !== ''));
  const texts = labelled.map(({ point }) => cutToWidth(point.label, 190, FONT.point));
  const requests = labelled.map(({ px, py }, index) => ({
    x: px,
    y: py,
    width: textWidth(texts[index]!, FONT.point),
    height: FONT.point,
  }));
  const obstacles = [
    ...obstaclesOf(series, frame.plot, frame.yScale),
    ...levelBoxes(data, frame),
    ...leaderBoxes(ends),
  ];
  const boxes = placePointLabels(requests, obstacles, frame.plot);
  return boxes.flatMap((box, index) =>
    box === undefined ? [] : [{ x: box.left, y: box.top + FONT.point * 0.8, text: texts[index]! }],
  );
}
