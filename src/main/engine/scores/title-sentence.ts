// The title of a chart, computed from its verdicts: how far nothing is clearly lost, and what the end of the road costs.
import type { ChartAxis, ComparisonRow } from '../../../shared/comparison.ts';
import { formatScore, formatWithInterval } from '../../../shared/score-words.ts';
import { formatBytes } from '../../../shared/units.ts';

/** Below this many questions no verdict but `unclear`: a handful of equal answers has no spread and proves nothing. */
export const MIN_ITEMS_FOR_VERDICT = 20;

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

function placeOf(row: ComparisonRow, axis: ChartAxis): string {
  if (axis === 'sparsityRatio') return `${Math.round(row.sparsityRatio * 100)} %`;
  return axis === 'bitsPerWeight' ? `${row.bitsPerWeight.toFixed(1)} bits` : formatBytes(row.sizeBytes);
}

function levelWords(row: ComparisonRow, axis: ChartAxis): string {
  const place = placeOf(row, axis);
  return axis === 'sparsityRatio' || row.type === '' ? place : `${place} (${row.type})`;
}

/** Methods that were asked for one sparsity measure slightly different ones: zeros of the source count too. */
const SAME_SPARSITY = 0.015;

function levelsOf(rows: readonly ComparisonRow[], axis: ChartAxis): Level[] {
  const levels: { words: string; rows: ComparisonRow[] }[] = [];
  for (const row of [...rows].sort((a, b) => compressionOf(a, axis) - compressionOf(b, axis))) {
    const words = levelWords(row, axis);
    const last = levels.at(-1);
    const isNear = last !== undefined && row.sparsityRatio - last.rows[0]!.sparsityRatio <= SAME_SPARSITY;
    if (last !== undefined && (axis === 'sparsityRatio' ? isNear : last.words === words)) last.rows.push(row);
    else levels.push({ words, rows: [row] });
  }
  return levels;
}

function bestOf(rows: readonly ComparisonRow[]): ComparisonRow {
  return rows.reduce((best, row) => (row.higherIsBetter === row.value > best.value ? row : best));
}

/** `the best method, Wanda,` or the one version's name. */
function whoOf(level: Level, axis: ChartAxis): string {
  const best = bestOf(level.rows);
  const isSparsity = axis === 'sparsityRatio';
  const name = isSparsity ? best.seriesLabel : best.recipe;
  return level.rows.length > 1 ? `the best ${isSparsity ? 'method' : 'version'}, ${name},` : name;
}

function changeOf(row: ComparisonRow): string {
  const change = row.difference?.value ?? 0;
  const points = formatScore(Math.abs(change), row.unit);
  if (Number(points) === 0) return 'equals dense';
  const unit = row.unit === 'ratio' ? (points === '1.0' ? ' point' : ' points') : '';
  return `is ${change < 0 ? 'down' : 'up'} ${points}${unit}`;
}

/** Levels from the start of which no row fails `isGood`. */
function goodCount(levels: readonly Level[], isGood: (row: ComparisonRow) => boolean): number {
  const firstBad = levels.findIndex((level) => !level.rows.every(isGood));
  return firstBad === -1 ? levels.length : firstBad;
}

/** A model that cannot do a task has nothing to forget in it. */
function incapableWords(dense: ComparisonRow | undefined): string | undefined {
  if (dense === undefined || dense.confidenceLow > (dense.chanceValue ?? 0)) return undefined;
  return dense.chanceValue === null
    ? 'the dense model itself gets nothing right, so this shows no loss'
    : 'the dense model itself does no better than guessing, so this shows no loss';
}

function verdictSentence({ taskTitle, axis, dense }: TitleInput, levels: readonly Level[]): string {
  const incapable = incapableWords(dense);
  if (incapable !== undefined) return `${taskTitle}: ${incapable}.`;
  const last = levels.at(-1)!;
  const loss = `${whoOf(last, axis)} ${changeOf(bestOf(last.rows))}`;
  const namesPlace = axis === 'sparsityRatio' || last.rows.length > 1;
  const lossAtPlace = namesPlace ? `at ${last.words} ${loss}` : loss;
  const asked = Math.max(...levels.flatMap((level) => level.rows.map((row) => row.answeredCount)));
  if (asked < MIN_ITEMS_FOR_VERDICT)
    return `${taskTitle}: ${asked} questions are too few for a verdict; ${lossAtPlace}.`;
  const safe = goodCount(levels, (row) => row.verdict !== 'loses');
  if (safe === 0 && levels.length === 1) {
    return `${taskTitle}: something is lost at ${placeOf(last.rows[0]!, axis)}, where ${loss}.`;
  }
  if (safe === 0) return `${taskTitle}: something is lost already at ${levels[0]!.words}; ${lossAtPlace}.`;
  const isKept = goodCount(levels, (row) => row.verdict === 'matches') === safe;
  const words = isKept ? 'at least 95 % of dense is kept' : 'nothing is clearly lost';
  const towards = axis === 'sparsityRatio' ? 'up to' : 'down to';
  const place = levels[safe - 1]!;
  if (place === last) return `${taskTitle}: ${words} ${towards} ${placeOf(last.rows[0]!, axis)}, where ${loss}.`;
  return `${taskTitle}: ${words} ${towards} ${place.words}; ${lossAtPlace}.`;
}

/** For measures without a verdict, such as perplexity. */
function measureSentence({ taskTitle, axis, dense }: TitleInput, last: Level): string {
  const best = bestOf(last.rows);
  const who = last.rows.length > 1 ? whoOf(last, axis).slice(0, -1) : best.recipe;
  const value = formatScore(best.value, best.unit);
  if (dense === undefined) return `${taskTitle}: ${value} at ${last.words} with ${who}.`;
  const verb = best.value > dense.value ? 'rises' : best.value < dense.value ? 'falls' : 'stays';
  const ends = verb === 'stays' ? `at ${value}` : `from ${formatScore(dense.value, dense.unit)} to ${value}`;
  const place = last.rows.length > 1 ? ` at ${last.words}` : '';
  return `${taskTitle} ${verb} ${ends}${place} with ${who}.`;
}

/** A recipe of several steps loses by each of them, so its place on one axis explains nothing: it speaks only where it is alone. */
function speakingRows(rows: readonly ComparisonRow[]): readonly ComparisonRow[] {
  const plain = rows.filter((row) => !row.method.includes('+'));
  return plain.length > 0 ? plain : rows;
}

/** One sentence, ends with a full stop. */
export function titleSentence(input: TitleInput): string {
  const { taskTitle, axis, dense } = input;
  const rows = speakingRows(input.rows);
  const levels = levelsOf(rows, axis);
  const last = levels.at(-1);
  if (last === undefined) {
    if (dense === undefined) return `${taskTitle}: no scores yet.`;
    const score = formatWithInterval(dense.value, { low: dense.confidenceLow, high: dense.confidenceHigh }, dense.unit);
    return `${taskTitle}: the dense model scores ${score}; nothing compressed stands beside it yet.`;
  }
  return rows.some((row) => row.verdict !== null) ? verdictSentence(input, levels) : measureSentence(input, last);
}
