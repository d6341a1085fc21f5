// Step 11 of the data path: a sweep -> a folder with report.html, report.md, report.json and charts/*.svg|png|csv|json.
import type { RenderChartsInput, RenderChartsOutput } from '../../../shared/chart-job.ts';
import { CHART_AXES, type ChartAxis } from '../../../shared/comparison.ts';
import type { Sweep } from '../../../shared/kick.ts';
import { seriesOfRecipe } from '../../../shared/series.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { runWorker } from '../jobs/run-worker.ts';
import { buildCharts, type ChartWithRows } from '../scores/chart-data.ts';
import { compareScores, type FindSamples } from '../scores/compare-scores.ts';
import { makeReportContent, type ReportContent } from './report-content.ts';
import { reportHtml } from './report-html.ts';
import { reportMarkdown } from './report-markdown.ts';
import { formatScoreCsv, formatScoreJson, scoreRowOf } from './score-rows.ts';
import { writeFolder } from './write-folder.ts';

export const REPORT_FORMATS = ['html', 'svg', 'png', 'csv', 'json', 'md'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportOptions {
  /** Samples of a model and task: differences are then taken question by question. */
  readonly findSamples?: FindSamples | undefined;
  readonly taskTitles?: Readonly<Record<string, string>> | undefined;
  /** YYYY-MM-DD; without it the report carries no date, and two equal sweeps give equal reports. */
  readonly date?: string | undefined;
  readonly axes?: readonly ChartAxis[] | undefined;
  /** Replace an earlier report in the same folder. */
  readonly overwrite?: boolean | undefined;
}

const PNG_SCALE = 2;

/** Size says the same as bits of one model; it has charts of its own where layers were dropped. */
function axesFor(sweep: Sweep): readonly ChartAxis[] {
  const dropsLayers = sweep.points.some((point) => seriesOfRecipe(point.recipe).moves.includes('layers'));
  return dropsLayers ? CHART_AXES : ['bitsPerWeight', 'sparsityRatio'];
}

type Files = Map<string, string | Buffer>;

function addPictures(files: Files, pictures: RenderChartsOutput, formats: ReadonlySet<ReportFormat>): void {
  for (const { name, svg, pngBase64 } of [...pictures.overviews, ...pictures.charts]) {
    if (formats.has('svg')) files.set(`charts/${name}.svg`, `<?xml version="1.0" encoding="UTF-8"?>\n${svg}\n`);
    if (pngBase64 !== null) files.set(`charts/${name}.png`, Buffer.from(pngBase64, 'base64'));
  }
}

function addTables(files: Files, content: ReportContent, formats: ReadonlySet<ReportFormat>): void {
  const tables = content.charts.map(({ data, rows }) => ({ path: `charts/${data.name}`, rows: rows.map(scoreRowOf) }));
  for (const { path, rows } of [...tables, { path: 'scores', rows: content.rows.map(scoreRowOf) }]) {
    if (formats.has('csv')) files.set(`${path}.csv`, formatScoreCsv(rows));
    if (formats.has('json') && path !== 'scores') files.set(`${path}.json`, formatScoreJson(rows));
  }
}

async function drawCharts(
  charts: readonly ChartWithRows[],
  formats: ReadonlySet<ReportFormat>,
  context: JobContext,
): Promise<RenderChartsOutput | null> {
  if (!formats.has('html') && !formats.has('svg') && !formats.has('png')) return null;
  const input: RenderChartsInput = {
    charts: charts.map(({ data }) => data),
    theme: 'light',
    pngScale: formats.has('png') ? PNG_SCALE : null,
  };
  return runWorker<RenderChartsOutput>('chart', 'renderCharts', input, context);
}

/** Paths of charts that a Markdown report can show: PNG, else SVG. */
function picturePaths(files: Files, charts: readonly ChartWithRows[]): Map<string, string> {
  const found = charts.flatMap(({ data: { name } }) => {
    const path = [`charts/${name}.png`, `charts/${name}.svg`].find((candidate) => files.has(candidate));
    return path === undefined ? [] : [[name, path] as const];
  });
  return new Map(found);
}

/** Returns the written files' absolute paths. Nothing is left behind when it fails or is cancelled. */
export async function writeReport(
  sweep: Sweep,
  outDir: string,
  formats: readonly ReportFormat[],
  context: JobContext,
  options: ReportOptions = {},
): Promise<{ readonly files: readonly string[] }> {
  const wanted = new Set(formats);
  const rows = compareScores(sweep, options);
  const charts = buildCharts(sweep, rows, { ...options, axes: options.axes ?? axesFor(sweep) });
  context.progress({ stage: 'drawing charts', done: 0, total: charts.length, unit: 'charts' });
  const content = makeReportContent({ sweep, rows, charts, ...options });
  const pictures = await drawCharts(charts, wanted, context);
  context.progress({ stage: 'writing the report', done: charts.length, total: charts.length, unit: 'charts' });
  const files: Files = new Map();
  if (pictures !== null && wanted.has('html')) files.set('report.html', reportHtml(content, pictures));
  if (wanted.has('json')) {
    const { sweepId, points } = sweep;
    files.set('report.json', `${JSON.stringify({ sweepId, points }, null, 2)}\n`);
  }
  if (pictures !== null) addPictures(files, pictures, wanted);
  addTables(files, content, wanted);
  if (wanted.has('md')) files.set('report.md', reportMarkdown(content, picturePaths(files, charts)));
  return { files: writeFolder(outDir, files, { overwrite: options.overwrite ?? false }) };
}
