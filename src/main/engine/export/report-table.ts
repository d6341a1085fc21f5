// The table of a report, apart from its look: one line per version, one column per task, each score beside dense.
import type { ComparisonRow } from '../../../shared/comparison.ts';
import type { ScoreRecord, Sweep, SweepPoint } from '../../../shared/kick.ts';
import { formatBitsPerWeight, formatDifference, formatWithInterval, taskNamer } from '../../../shared/score-words.ts';
import { identifySeries } from '../../../shared/series.ts';
import { formatBytes, formatPercent } from '../../../shared/units.ts';

interface TableTask {
  readonly key: string;
  readonly title: string;
  /** `%`, or the metric's own name. */
  readonly unit: string;
}

export interface TableCell {
  /** `44.7 ± 3.1` */
  readonly score: string;
  /** `−20.8 ± 3.1`; empty for dense. */
  readonly difference: string;
  readonly row: ComparisonRow;
}

export interface TableLine {
  readonly point: SweepPoint;
  readonly seriesId: string;
  readonly isDense: boolean;
  readonly recipe: string;
  readonly size: string;
  readonly bits: string;
  readonly sparsity: string;
  /** One per task, in the order of `tasks`; undefined where this version was not asked. */
  readonly cells: readonly (TableCell | undefined)[];
}

export interface ReportTable {
  readonly tasks: readonly TableTask[];
  readonly lines: readonly TableLine[];
  readonly hasManyModels: boolean;
}

/** Rows of one column were asked in the same way; the same task asked in two ways has two columns. */
export function columnKey(row: ComparisonRow): string {
  return JSON.stringify([row.task, row.taskVersion, row.protocol, row.metric, row.dataSha256, row.shots, row.seed]);
}

/** The record of the main metric, which comes first, of each task as it was asked. */
export function mainRecords(records: readonly ScoreRecord[]): ScoreRecord[] {
  return [...Map.groupBy(records, ({ task, shots }) => JSON.stringify([task, shots])).values()].map(
    ([first]) => first!,
  );
}

/** Only the first metric of each task has a column; all metrics are in the CSV. */
function tasksOf(rows: readonly ComparisonRow[], taskTitle: (task: string) => string): TableTask[] {
  const mainMetrics = new Map<string, string>();
  const columns = new Map<string, ComparisonRow>();
  for (const row of rows) {
    if (!mainMetrics.has(row.task)) mainMetrics.set(row.task, row.metric);
    if (mainMetrics.get(row.task) === row.metric && !columns.has(columnKey(row))) columns.set(columnKey(row), row);
  }
  const nameOf = taskNamer([...columns.values()], taskTitle);
  return [...columns].map(([key, row]) => ({
    key,
    title: nameOf(row),
    unit: row.unit === 'ratio' ? '%' : row.metric,
  }));
}

function cellOf(row: ComparisonRow): TableCell {
  return {
    row,
    score: formatWithInterval(row.value, { low: row.confidenceLow, high: row.confidenceHigh }, row.unit),
    difference: row.difference === null ? '' : formatDifference(row.difference, row.unit),
  };
}

export function makeReportTable(
  sweep: Sweep,
  rows: readonly ComparisonRow[],
  taskTitle: (task: string) => string,
): ReportTable {
  const tasks = tasksOf(rows, taskTitle);
  const identify = identifySeries(sweep.points.map((point) => point.recipe));
  const rowsOf = new Map<string, ComparisonRow>();
  for (const row of rows) rowsOf.set(JSON.stringify([row.model, row.recipe, row.modelSha256, columnKey(row)]), row);
  const hasManyModels = new Set(sweep.points.map((point) => point.model)).size > 1;
  const lines = sweep.points.map((point): TableLine => {
    const cells = tasks.map(({ key }) => {
      const row = rowsOf.get(JSON.stringify([point.model, point.label, point.modelSha256, key]));
      return row === undefined ? undefined : cellOf(row);
    });
    return {
      point,
      seriesId: identify(point.recipe).id,
      isDense: point.recipe === null,
      recipe: hasManyModels ? `${point.model}: ${point.label}` : point.label,
      size: formatBytes(point.sizeBytes),
      bits: formatBitsPerWeight(point.bitsPerWeight),
      sparsity: formatPercent(point.sparsityRatio),
      cells,
    };
  });
  return { tasks, lines, hasManyModels };
}
