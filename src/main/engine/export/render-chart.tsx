// Chart components -> SVG text, without a browser. The only engine file that knows React; it runs in the chart worker,
// after installDom().
import type { ReactElement } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { CHART_FONT, type ThemeName, themeVariables } from '../../../renderer/charts/chart-theme.ts';
import type { ChartVariant } from '../../../renderer/charts/layout-chart.ts';
import { ScoreChart } from '../../../renderer/charts/ScoreChart.tsx';
import { layoutGrid, ScoreChartGridFrame } from '../../../renderer/charts/ScoreChartGrid.tsx';
import { SeriesKey } from '../../../renderer/charts/SeriesKey.tsx';
import type { RenderChartsInput, RenderChartsOutput, RenderedChart } from '../../../shared/chart-job.ts';
import { CHART_AXES, type ScoreChartData } from '../../../shared/comparison.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import { rasterizeSvg } from './rasterize-svg.ts';
import { standaloneSvg, withColors, withEmbeddedFont } from './standalone-svg.ts';

const CHART_WIDTH = 1200;
const CHART_HEIGHT = 760;

function renderSvg(element: ReactElement, name: string): string {
  const host = document.createElement('div');
  document.body.append(host);
  let failure: unknown;
  const onUncaughtError = (error: unknown) => {
    failure = error;
  };
  const root = createRoot(host, { identifierPrefix: `${name}-`, onUncaughtError });
  try {
    flushSync(() => root.render(element));
    const svg = host.querySelector('svg');
    if (svg === null) throw new WorkbenchError('INTERNAL', `Chart ${name} could not be drawn.`, { name }, failure);
    return svg.outerHTML;
  } finally {
    root.unmount();
    host.remove();
  }
}

export interface RenderOptions {
  readonly theme: ThemeName;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly variant?: ChartVariant | undefined;
}

/** One chart as a whole SVG document. */
export function renderChart(data: ScoreChartData, options: RenderOptions): string {
  const { theme, width = CHART_WIDTH, height = CHART_HEIGHT, variant = 'full' } = options;
  const element = <ScoreChart data={data} theme={theme} width={width} height={height} variant={variant} />;
  return standaloneSvg(renderSvg(element, data.name), { idPrefix: `${data.name}-`, fontFamily: CHART_FONT });
}

/** Small multiples as one SVG document: the frame, and each cell as an SVG inside it. */
export function renderGrid(charts: readonly ScoreChartData[], title: string, options: RenderOptions): string {
  const layout = layoutGrid(charts, title);
  const cells = layout.cells.map(({ chart, x, y, width, height }) =>
    renderChart(chart, { theme: options.theme, width, height, variant: 'small' }).replace(
      /^<svg /,
      () => `<svg x="${x.toFixed(1)}" y="${y.toFixed(1)}" `,
    ),
  );
  const frame = renderSvg(<ScoreChartGridFrame layout={layout} theme={options.theme} />, 'overview');
  const picture = frame.replace(/<\/svg>$/, () => `${cells.join('')}</svg>`);
  return standaloneSvg(picture, { idPrefix: `${charts[0]?.axis ?? ''}-`, fontFamily: CHART_FONT });
}

/** Drawn once; the other forms differ in colours and typeface alone. */
function withForms(name: string, pageSvg: string, { theme, pngScale }: RenderChartsInput): RenderedChart {
  const svg = withColors(pageSvg, themeVariables(theme));
  return {
    name,
    svg: withEmbeddedFont(svg),
    pageSvg,
    pngBase64: pngScale === null ? null : rasterizeSvg(svg, pngScale).toString('base64'),
  };
}

const OVERVIEW_TITLES = {
  bitsPerWeight: { name: 'overview-by-bits-per-weight', title: 'What fewer bits per weight cost, task by task' },
  sparsityRatio: { name: 'overview-by-sparsity', title: 'What pruning costs, task by task' },
  sizeBytes: { name: 'overview-by-size', title: 'What a smaller file costs, task by task' },
} as const;

function declarationsOf(theme: 'light' | 'dark'): string {
  return [...themeVariables(theme)].map(([name, color]) => `${name}:${color};`).join('');
}

export function renderCharts(input: RenderChartsInput): RenderChartsOutput {
  const charts = input.charts.map((data) => withForms(data.name, renderChart(data, { theme: 'page' }), input));
  const overviews = CHART_AXES.flatMap((axis) => {
    const members = input.charts.filter((chart) => chart.axis === axis);
    const { name, title } = OVERVIEW_TITLES[axis];
    return members.length < 2 ? [] : [withForms(name, renderGrid(members, title, { theme: 'page' }), input)];
  });
  const series = input.charts.flatMap((chart) => chart.series);
  const seriesKeys = Object.fromEntries(series.map((one) => [one.id, renderSvg(<SeriesKey series={one} />, 'key')]));
  const pageVariables = { light: declarationsOf('light'), dark: declarationsOf('dark') };
  return { charts, overviews, seriesKeys, pageVariables };
}
