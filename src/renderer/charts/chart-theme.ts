// Colours and type of a chart as literal values, so that an exported picture stands alone; `page` leaves them to the
// CSS variables of the page that shows the chart.
import { SERIES_SLOTS, type SeriesSlot } from '../../shared/series.ts';

export type ThemeName = 'light' | 'dark' | 'page';

export interface ChartTheme {
  readonly background: string;
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly grid: string;
  readonly axis: string;
  readonly dense: string;
  /** Opacity of the band within 5 % of dense. */
  readonly bandOpacity: string;
  readonly chance: string;
  readonly series: (slot: number) => string;
}

/** The product's typeface, then what systems have that is about as wide. */
export const CHART_FONT = "'Atkinson Hyperlegible Next', 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif";

/** Slots outside 1..8 look like slot 8, "anything else". */
export function slotOf(slot: number): SeriesSlot {
  return SERIES_SLOTS.find((candidate) => candidate.slot === slot) ?? SERIES_SLOTS.at(-1)!;
}

type Palette = Omit<ChartTheme, 'series'>;

const LIGHT: Palette = {
  background: '#FFFFFF',
  ink: '#14201B',
  ink2: '#45544D',
  ink3: '#5A6962',
  grid: '#E8EEEB',
  axis: '#7D8C84',
  dense: '#33403A',
  bandOpacity: '.1',
  chance: '#805300',
};

const DARK: Palette = {
  background: '#111A17',
  ink: '#E6EDE9',
  ink2: '#B4C1BB',
  ink3: '#93A39B',
  grid: '#22302A',
  axis: '#6B7C74',
  dense: '#CFD9D4',
  bandOpacity: '.1',
  chance: '#F0B95A',
};

const PAGE: Palette = {
  background: 'var(--chart-bg)',
  ink: 'var(--ink)',
  ink2: 'var(--chart-text)',
  ink3: 'var(--ink-3)',
  grid: 'var(--chart-grid)',
  axis: 'var(--chart-axis)',
  dense: 'var(--dense)',
  bandOpacity: '.1',
  chance: 'var(--chance)',
};

export const CHART_THEMES: Readonly<Record<ThemeName, ChartTheme>> = {
  light: { ...LIGHT, series: (slot) => slotOf(slot).light },
  dark: { ...DARK, series: (slot) => slotOf(slot).dark },
  page: { ...PAGE, series: (slot) => `var(--series-${slotOf(slot).slot})` },
};

/** The CSS variables of the `page` theme and what they stand for. */
export function themeVariables(theme: 'light' | 'dark'): ReadonlyMap<string, string> {
  const palette = theme === 'light' ? LIGHT : DARK;
  return new Map([
    ['--chart-bg', palette.background],
    ['--ink', palette.ink],
    ['--chart-text', palette.ink2],
    ['--ink-3', palette.ink3],
    ['--chart-grid', palette.grid],
    ['--chart-axis', palette.axis],
    ['--dense', palette.dense],
    ['--chance', palette.chance],
    ...SERIES_SLOTS.map((slot) => [`--series-${slot.slot}`, slot[theme]] as const),
  ]);
}
