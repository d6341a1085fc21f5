// The legend inside the picture: one key per series, then what the dense line, band, bars and chance line mean.
import type { ChartSeries, ScoreChartData } from '../../shared/comparison.ts';
import { formatCount } from '../../shared/units.ts';
import { cutToWidth, textWidth } from './text-width.ts';

export type LegendItem =
  | { readonly kind: 'series'; readonly x: number; readonly text: string; readonly series: ChartSeries }
  | { readonly kind: 'dense'; readonly x: number; readonly text: string }
  | { readonly kind: 'chance'; readonly x: number; readonly text: string };

export interface LegendRow {
  readonly y: number;
  readonly items: readonly LegendItem[];
}

export const LEGEND_KEY_WIDTH = 36;
const KEY_GAP = 8;
const ITEM_GAP = 26;
const TEXT_SIZE = 14;

function denseWords(data: ScoreChartData): string {
  const { min, max } = data.itemCount;
  const count = min === max ? formatCount(max) : `${formatCount(min)} to ${formatCount(max)}`;
  const band = data.higherIsBetter ? 'dense, and within 5 % of it' : 'dense';
  return `${band}; bars: 95 % interval, n = ${count}`;
}

/** Rows from `left` to `right`; their `y` is set by the caller. */
export function layoutLegend(data: ScoreChartData, left: number, right: number): LegendRow[] {
  const wanted: { readonly kind: LegendItem['kind']; readonly text: string; readonly series?: ChartSeries }[] = [
    ...data.series.map((series) => ({
      kind: 'series' as const,
      text: cutToWidth(series.label, 320, TEXT_SIZE),
      series,
    })),
    ...(data.dense === null ? [] : [{ kind: 'dense' as const, text: denseWords(data) }]),
    ...(data.chanceValue === null ? [] : [{ kind: 'chance' as const, text: 'chance level: guessing' }]),
  ];
  const rows: LegendItem[][] = [];
  let x = left;
  for (const { kind, text, series } of wanted) {
    const width = LEGEND_KEY_WIDTH + KEY_GAP + textWidth(text, TEXT_SIZE);
    if (rows.length === 0 || x + width > right) {
      rows.push([]);
      x = left;
    }
    rows
      .at(-1)!
      .push(
        series === undefined
          ? { kind: kind === 'chance' ? kind : 'dense', x, text }
          : { kind: 'series', x, text, series },
      );
    x += width + ITEM_GAP;
  }
  return rows.map((items) => ({ y: 0, items }));
}
