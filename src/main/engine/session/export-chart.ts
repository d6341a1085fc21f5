// The chart on the screen as a file: picture, table or document, drawn by the same component as in the window.
import type { RenderChartsInput, RenderChartsOutput, RenderedChart } from '../../../shared/chart-job.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { Sweep, SweepPoint } from '../../../shared/kick.ts';
import { formatScore, formatWithInterval } from '../../../shared/score-words.ts';
import type { ExportedFile } from '../../../shared/session/model-calls.ts';
import type { ScoreChart, ScoreRow } from '../../../shared/session/score-calls.ts';
import { hasBundledLetters } from '../export/font-files.ts';
import { pngAsPdf } from '../export/png-as-pdf.ts';
import { makeReportContent } from '../export/report-content.ts';
import { reportHtml } from '../export/report-html.ts';
import { reportMarkdown } from '../export/report-markdown.ts';
import { formatScoreCsv, formatScoreJson, scoreRowOf } from '../export/score-rows.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { runWorker } from '../jobs/run-worker.ts';
import { TASKS } from '../kick/registry.ts';
import { buildCharts } from '../scores/chart-data.ts';
import { exportedFile } from './exported-file.ts';
import type { Services } from './services.ts';

export interface ChartExport {
  readonly charts: readonly ScoreChart[];
  readonly format: 'svg' | 'png' | 'pdf' | 'csv' | 'json' | 'md';
  readonly scale: number;
  readonly theme: 'light' | 'dark';
}

/** Pixels of a PDF's picture for each point of the chart: sharp on paper. */
const PDF_SCALE = 3;

/** The first chart of the request is the one that is shown large. */
export async function exportChart(
  { charts, format, scale, theme }: ChartExport,
  signal: AbortSignal,
): Promise<ExportedFile> {
  const first = charts[0];
  if (first === undefined)
    throw new WorkbenchError('NOT_POSSIBLE_NOW', 'There are no scores to draw yet. Run KICK first.');
  const { chart, rows } = first;
  const name = `${chart.name}.${format}`;
  if (format === 'csv') return exportedFile(name, formatScoreCsv(rows.map(scoreRowOf)));
  if (format === 'json') return exportedFile(name, formatScoreJson(rows.map(scoreRowOf)));
  if (format === 'md') return exportedFile(name, markdownTable(chart.title, rows));
  const pngScale = format === 'png' ? scale : null;
  const picture = await renderOne({ charts: [chart], theme, pngScale }, signal);
  if (format === 'svg') return exportedFile(name, `<?xml version="1.0" encoding="UTF-8"?>\n${picture.svg}\n`);
  if (format === 'png') return exportedFile(name, Buffer.from(picture.pngBase64!, 'base64'));
  if (hasBundledLetters(picture.svg)) {
    // The writer of PDF files is large: loaded when it is wanted.
    const { svgAsPdf } = await import('../export/svg-as-pdf.ts');
    return exportedFile(name, await svgAsPdf(picture.svg, chart.title));
  }
  // Names in scripts that the bundled typeface lacks are drawn with the system's fonts, which only the picture can hold.
  const { pngBase64 } = await renderOne({ charts: [chart], theme, pngScale: PDF_SCALE }, signal);
  return exportedFile(name, pngAsPdf(Buffer.from(pngBase64!, 'base64'), { scale: PDF_SCALE, title: chart.title }));
}

async function renderOne(input: RenderChartsInput, signal: AbortSignal): Promise<RenderedChart> {
  return (await render(input, signal)).charts[0]!;
}

function render(input: RenderChartsInput, signal: AbortSignal): Promise<RenderChartsOutput> {
  const context: JobContext = { signal, progress: () => {}, log: () => {} };
  return runWorker<RenderChartsOutput>('chart', 'renderCharts', input, context);
}

function markdownTable(title: string, rows: readonly ScoreRow[]): string {
  const lines = rows.map((row) => {
    const score = formatWithInterval(row.value, { low: row.confidenceLow, high: row.confidenceHigh }, row.unit);
    const difference = row.difference === null ? '' : formatScore(row.difference.value, row.unit);
    const cells = [
      row.recipe,
      row.bitsPerWeight.toFixed(2),
      (row.sparsityRatio * 100).toFixed(1),
      score,
      difference,
      row.verdict ?? '',
      String(row.itemCount),
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  const head = '| Version | Bits per weight | Zeros, % | Score | Against dense | Verdict | n |';
  return [title, '', head, '|---|---:|---:|---:|---:|---|---:|', ...lines, ''].join('\n');
}

export interface ReportRequest {
  readonly services: Services;
  readonly rows: readonly ScoreRow[];
  readonly format: 'html' | 'md';
}

export async function exportReport(
  { services, rows, format }: ReportRequest,
  signal: AbortSignal,
): Promise<ExportedFile> {
  const chosen = largestSweep(services, rows);
  if (chosen === undefined)
    throw new WorkbenchError('NOT_POSSIBLE_NOW', 'There are no scores to report yet. Run KICK first.');
  const { sweep, shown } = chosen;
  const options = {
    taskTitles: Object.fromEntries(TASKS.map(({ id, title }) => [id, title])),
    date: new Date().toISOString().slice(0, 10),
  };
  const charts = buildCharts(sweep, shown, options);
  const content = makeReportContent({ sweep, rows: shown, charts, ...options });
  if (format === 'md') return exportedFile('report.md', reportMarkdown(content, new Map()));
  const input = { charts: charts.map(({ data }) => data), theme: 'light', pngScale: null } as const;
  return exportedFile('report.html', reportHtml(content, await render(input, signal)));
}

/** A report holds what was asked the same questions: the selection with the most rows. */
function largestSweep(
  { scoreBoard }: Services,
  rows: readonly ScoreRow[],
): { sweep: Sweep; shown: ScoreRow[] } | undefined {
  const wanted = new Set(rows.map(({ scoreId }) => scoreId));
  const candidates = scoreBoard.sweeps.map(({ sweep, rows: all }) => {
    const shown = all.filter(({ scoreId }) => wanted.has(scoreId));
    const files = new Set(shown.map(({ modelSha256 }) => modelSha256));
    const points = sweep.points.filter(({ modelSha256 }: SweepPoint) => files.has(modelSha256));
    return { sweep: { ...sweep, points }, shown };
  });
  const best = candidates.sort((a, b) => b.shown.length - a.shown.length)[0];
  return best === undefined || best.shown.length === 0 ? undefined : best;
}
