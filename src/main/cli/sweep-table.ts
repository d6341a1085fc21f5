// The table of a sweep for people: a line per file, and for each task its score, interval and difference from dense.
import type { ComparisonRow } from '../../shared/comparison.ts';
import type { Sweep, SweepPoint } from '../../shared/kick.ts';
import { formatBytes, formatPercent } from '../../shared/units.ts';
import { compareScores } from '../engine/scores/compare-scores.ts';
import { formatDifference, formatInterval, formatScore } from './score-text.ts';
import { type Column, formatTable } from './table.ts';

interface Line {
  readonly point: SweepPoint;
  /** Main metrics by `columnKey`. */
  readonly scores: ReadonlyMap<string, ComparisonRow>;
}

/** Scores of unit `ratio` and their differences are shown in percent and points. */
export function formatSweepTable(sweep: Sweep): string {
  const lines = sweep.points.map((point): Line => ({ point, scores: new Map() }));
  const severalModels = new Set(sweep.points.map(({ model }) => model)).size > 1;
  const comparisons = compareScores(sweep);
  const shotsVary = new Set(comparisons.map(({ task, shots }) => `${task} ${shots}`)).size > countTasks(comparisons);
  const keys = new Set<string>();
  const filled = lines.map(({ point }) => {
    const rows = comparisons.filter((row) => row.modelSha256 === point.modelSha256 && row.recipe === point.label);
    const scores = new Map<string, ComparisonRow>();
    for (const row of rows) {
      const key = columnKey(row, shotsVary);
      keys.add(key);
      if (!scores.has(key)) scores.set(key, row);
    }
    return { point, scores };
  });
  const columns: Column<Line>[] = [
    ...(severalModels ? [{ title: 'model', value: ({ point }: Line) => point.model }] : []),
    { title: 'recipe', value: ({ point }) => point.label },
    { title: 'size', value: ({ point }) => formatBytes(point.sizeBytes), align: 'right' },
    { title: 'bits/weight', value: ({ point }) => point.bitsPerWeight.toFixed(2), align: 'right' },
    { title: 'zeros', value: ({ point }) => formatPercent(point.sparsityRatio), align: 'right' },
    ...[...keys].flatMap(taskColumns),
  ];
  return formatTable(columns, filled);
}

function countTasks(rows: readonly ComparisonRow[]): number {
  return new Set(rows.map(({ task }) => task)).size;
}

function columnKey({ task, shots }: ComparisonRow, shotsVary: boolean): string {
  return shotsVary && shots !== null ? `${task}, ${shots} shots` : task;
}

function taskColumns(key: string): Column<Line>[] {
  const cell = (line: Line, text: (row: ComparisonRow) => string): string => {
    const row = line.scores.get(key);
    return row === undefined ? '' : text(row);
  };
  return [
    {
      title: key,
      value: (line) =>
        cell(line, (row) => {
          const interval = formatInterval(row.confidenceLow, row.confidenceHigh, row.unit);
          return `${formatScore(row.value, row.unit)} ${interval}`;
        }),
      align: 'right',
    },
    {
      title: 'diff',
      value: (line) =>
        cell(line, ({ difference, unit }) => (difference === null ? '' : formatDifference(difference.value, unit))),
      align: 'right',
    },
  ];
}

/** One finished point in a line, while the sweep goes on. */
export function describePoint(point: SweepPoint): string {
  const seen = new Set<string>();
  const scores = point.scores
    .filter(({ task, shots }) => {
      const key = `${task} ${shots}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .map(({ task, value, unit }) => `${task} ${formatScore(value, unit)}`);
  const facts = [formatBytes(point.sizeBytes), `${point.bitsPerWeight.toFixed(2)} bits/weight`, ...scores];
  return `${point.label}: ${facts.join(', ')}`;
}
