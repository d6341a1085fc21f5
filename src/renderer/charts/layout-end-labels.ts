// Names at the ends of the lines, in a column right of the plot: series, dense, chance; set apart, with a leader line
// where a name had to move away from its line.
import type { ScoreChartData } from '../../shared/comparison.ts';
import { formatScore } from '../../shared/score-words.ts';
import { valueText } from './axis-words.ts';
import type { PlacedSeries } from './chart-measures.ts';
import type { Scale } from './chart-scale.ts';
import { positionOf } from './chart-scale.ts';
import { type Box, spreadColumn } from './place-labels.ts';
import { cutToWidth, textWidth } from './text-width.ts';

export interface EndLabel {
  readonly kind: 'series' | 'dense' | 'chance';
  readonly x: number;
  /** Centre of the line of text. */
  readonly y: number;
  readonly name: string;
  readonly value: string;
  readonly slot: number;
  /** From the end of the line to the name. */
  readonly leader: { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number } | null;
  readonly box: Box;
}

interface Frame {
  readonly plot: Box;
  readonly yScale: Scale;
}

interface Wish {
  readonly kind: EndLabel['kind'];
  readonly y: number;
  readonly fromX: number;
  readonly name: string;
  readonly value: string;
  readonly slot: number;
}

const SIZE = 15;
const ROW = 20;
/** A line that ends further from the right edge than this is named by the legend alone. */
const NEAR_EDGE = 90;
const COLUMN_GAP = 12;

function wishesOf(data: ScoreChartData, series: readonly PlacedSeries[], { plot, yScale }: Frame): Wish[] {
  const right = plot.left + plot.width;
  const y = (value: number) => plot.top + plot.height * (1 - positionOf(yScale, value));
  const ends = series.flatMap(({ series: { label, slot }, points }): Wish[] => {
    const last = points.at(-1);
    if (last === undefined || right - last.px > NEAR_EDGE) return [];
    const { value, low, high } = last.point;
    return [
      { kind: 'series', y: last.py, fromX: last.px, name: label, value: valueText(data, value, low, high), slot },
    ];
  });
  const { dense, chanceValue } = data;
  if (dense !== null) {
    const value = valueText(data, dense.value, dense.low, dense.high);
    ends.push({ kind: 'dense', y: y(dense.value), fromX: right, name: 'dense', value, slot: 0 });
  }
  if (chanceValue !== null) {
    const value = formatScore(chanceValue, data.unit);
    ends.push({ kind: 'chance', y: y(chanceValue), fromX: right, name: 'chance', value, slot: 0 });
  }
  return ends;
}

/** Labels between the plot and `rightEdge`. */
export function placeEndLabels(
  data: ScoreChartData,
  series: readonly PlacedSeries[],
  frame: Frame,
  rightEdge: number,
): EndLabel[] {
  const { plot } = frame;
  const wishes = wishesOf(data, series, frame);
  const centres = spreadColumn(
    wishes.map((wish) => wish.y),
    ROW,
    plot.top,
    plot.top + plot.height,
  );
  const x = plot.left + plot.width + COLUMN_GAP;
  return wishes.map((wish, index) => {
    const y = centres[index]!;
    const valueWidth = textWidth(` ${wish.value}`, SIZE);
    const name = cutToWidth(wish.name, rightEdge - x - valueWidth, SIZE, 600);
    const width = textWidth(name, SIZE, 600) + valueWidth;
    const away = wish.kind === 'series' ? 9 : 0;
    const isFar = Math.abs(y - wish.y) > 6 || (wish.kind === 'series' && x - wish.fromX > 50);
    const leader = isFar ? { x1: wish.fromX + away, y1: wish.y, x2: x - 4, y2: y } : null;
    return { ...wish, x, y, name, leader, box: { left: x, top: y - ROW / 2, width, height: ROW } };
  });
}
