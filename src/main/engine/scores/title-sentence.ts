// The title of a chart, computed from its verdicts: how far nothing is clearly lost, and what the end of the road costs.
import type { ChartAxis, ComparisonRow } from '../../../shared/comparison.ts';
import { formatScore, formatWithInterval } from '../../../shared/score-words.ts';
import { formatBytes } from '../../../shared/units.ts';

export interface TitleInput {
  readonly taskTitle: string;
  readonly axis: ChartAxis;
  /** The compressed rows of the chart, any order. */
  readonly rows: readonly ComparisonRow[];
  readonly dense: ComparisonRow | undefined;
}

/** Rows that stand at one place of the axis: the same asked sparsity, or one file. */
interface Level {
  readonly words: string;
  readonly rows: readonly ComparisonRow[];
}

/** Grows towards more compressed. */
export function compressionOf(row: ComparisonRow, axis: ChartAxis): number {
  return axis === 'sparsityRatio' ? row.sparsityRatio : -row[axis];
}

function levelWords(row: ComparisonRow, axis: ChartAxis): string {
  if (axis === 'sparsityRatio') return `${Math.round(row.sparsityRatio * 100)} %`;
  const size = axis === 'bitsPerWeight' ? `${row.bitsPerWeight.toFixed(1)} bits` : formatBytes(row.sizeBytes);
  return row.type === '' ? size : `${size} (${row.type})`;
}

function levelsOf(rows: readonly ComparisonRow[], axis: ChartAxis): Level[] {
  const groups = new Map<string, ComparisonRow[]>();
  for (const row of [...rows].sort((a, b) => compressionOf(a, axis) - compressionOf(b, axis))) {
    const words = levelWords(row, axis);
    groups.set(words, [...(groups.get(words) ?? []), row]);
  }
  return [...groups].map(([words, members]) => ({ words, rows: members }));
}

function bestOf(rows: readonly ComparisonRow[]): ComparisonRow {
  return rows.reduce((best, row) => (row.higherIsBetter === row.value > best.value ? row : best));
}

function lossClause(level: Level, axis: ChartAxis): string {
  const best = bestOf(level.rows);
  const isChoice = level.rows.length > 1;
  const name = axis === 'sparsityRatio' || best.type === '' ? best.seriesLabel : best.recipe;
  const who = isChoice ? `the best ${axis === 'sparsityRatio' ? 'method' : 'version'}, ${name},` : name;
  const change = best.difference?.value ?? 0;
  const points = formatScore(Math.abs(change), best.unit);
  const unit = best.unit === 'ratio' ? (points === '1.0' ? ' point' : ' points') : '';
  const what = Number(points) === 0 ? 'equals dense' : `is ${change < 0 ? 'down' : 'up'} ${points}${unit}`;
  return axis === 'sparsityRatio' || isChoice || best.type === ''
    ? `at ${level.words} ${who} ${what}`
    : `${who} ${what}`;
}

function safeClause(levels: readonly Level[], axis: ChartAxis): string {
  const firstLoss = levels.findIndex((level) => level.rows.some((row) => row.verdict === 'loses'));
  const towards = axis === 'sparsityRatio' ? 'up to' : 'down to';
  if (firstLoss === 0) return `something is lost already at ${levels[0]!.words}`;
  const safe = levels[(firstLoss === -1 ? levels.length : firstLoss) - 1]!;
  return `nothing is clearly lost ${towards} ${safe.words}`;
}

function measureSentence(input: TitleInput, last: Level): string {
  const { taskTitle, axis, dense } = input;
  const best = bestOf(last.rows);
  const who =
    last.rows.length > 1
      ? ` with the best ${axis === 'sparsityRatio' ? 'method' : 'version'}, ${axis === 'sparsityRatio' ? best.seriesLabel : best.recipe}`
      : ` with ${best.recipe}`;
  const value = formatScore(best.value, best.unit);
  if (dense === undefined) return `${taskTitle}: ${value} at ${last.words}${who}.`;
  const verb = best.value > dense.value ? 'rises' : best.value < dense.value ? 'falls' : 'stays';
  const ends = verb === 'stays' ? `at ${value}` : `from ${formatScore(dense.value, dense.unit)} to ${value}`;
  const place = axis === 'sparsityRatio' || last.rows.length > 1 ? ` at ${last.words}` : '';
  return `${taskTitle} ${verb} ${ends}${place}${who}.`;
}

/** One sentence, ends with a full stop. */
export function titleSentence(input: TitleInput): string {
  const { taskTitle, axis, rows, dense } = input;
  const levels = levelsOf(rows, axis);
  const last = levels.at(-1);
  if (last === undefined) {
    if (dense === undefined) return `${taskTitle}: no scores yet.`;
    const score = formatWithInterval(dense.value, { low: dense.confidenceLow, high: dense.confidenceHigh }, dense.unit);
    return `${taskTitle}: the dense model scores ${score}; nothing compressed stands beside it yet.`;
  }
  const hasVerdicts = rows.some((row) => row.verdict !== null);
  if (!hasVerdicts) return measureSentence(input, last);
  return `${taskTitle}: ${safeClause(levels, axis)}; ${lossClause(last, axis)}.`;
}
