// What the chart worker is asked and what it gives back. Plain JSON: pictures travel as text.
import type { ScoreChartData } from './comparison.ts';

type PictureTheme = 'light' | 'dark';

export interface RenderChartsInput {
  readonly charts: readonly ScoreChartData[];
  readonly theme: PictureTheme;
  /** PNG pixels per SVG pixel; null draws no PNG. */
  readonly pngScale: number | null;
}

export interface RenderedChart {
  readonly name: string;
  /** A file of its own: typeface and colours inside. */
  readonly svg: string;
  /** Colours left to the CSS variables of a page, light and dark in one. */
  readonly pageSvg: string;
  readonly pngBase64: string | null;
}

export interface RenderChartsOutput {
  /** In the order asked. */
  readonly charts: readonly RenderedChart[];
  /** All charts small, on one picture per axis: `overview-by-...`. */
  readonly overviews: readonly RenderedChart[];
  /** Marker of each series, by series id, for a page. */
  readonly seriesKeys: Readonly<Record<string, string>>;
  /** Declarations of the CSS variables that `pageSvg` and `seriesKeys` use. */
  readonly pageVariables: { readonly light: string; readonly dark: string };
}
