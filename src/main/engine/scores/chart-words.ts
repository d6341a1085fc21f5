// What stands above and below a chart: what is measured, how it was measured, what is not drawn and why.
import type { ChartAxis, ComparisonRow } from '../../../shared/comparison.ts';
import { formatBitsPerWeight, shortHash, titleOfTaskId } from '../../../shared/score-words.ts';
import { MAX_SERIES } from '../../../shared/series.ts';
import { formatBytes } from '../../../shared/units.ts';

export function subtitleOf(row: ComparisonRow, count: string): string {
  const better = row.higherIsBetter ? 'Higher is better' : 'Lower is better';
  if (row.unit === 'ratio') return `Score in % of ${count} questions, ${row.model}. ${better}.`;
  return `${titleOfTaskId(row.metric)}, ${row.model}. ${better}, logarithmic scale.`;
}

function denseWords(dense: ComparisonRow): string {
  const size = `${formatBitsPerWeight(dense.bitsPerWeight)} bits per weight, ${formatBytes(dense.sizeBytes)}`;
  return `Dense: ${dense.model}, ${size}, sha256 ${shortHash(dense.modelSha256)}`;
}

export function captionOf(
  group: readonly ComparisonRow[],
  count: string,
  left: readonly string[],
  date?: string,
): string[] {
  const row = group[0]!;
  const dense = group.find((candidate) => candidate.isDense);
  const paired = group.some((candidate) => candidate.difference?.paired && candidate.verdict !== null);
  const shots = row.shots === null ? '' : `, ${row.shots} shots`;
  const how = `${row.task} version ${row.taskVersion}, ${row.protocol} protocol${shots}, greedy, seed ${row.seed}`;
  const data = `data ${shortHash(row.dataSha256)}`;
  const differences = paired ? ' Verdicts: paired by question.' : '';
  const model = dense === undefined ? row.model : denseWords(dense);
  const engine = `Whittle ${row.engineVersion}, llama.cpp ${row.llamaCppVersion}${date === undefined ? '' : `, ${date}`}`;
  return [`${how}; ${data}. Bars: 95 % interval, n = ${count}.${differences}`, `${model}. ${engine}.`, ...left];
}

export function notesOf(
  group: readonly ComparisonRow[],
  drawn: readonly ComparisonRow[],
  axis: ChartAxis,
  refused: number,
): string[] {
  const missing = group.filter((row) => !row.isDense && !drawn.includes(row)).length;
  const notes: string[] = [];
  if (missing > 0 && axis === 'sparsityRatio') {
    notes.push(`Not drawn: ${missing} versions whose recipe does not prune.`);
  } else if (missing > 0) {
    notes.push(`Not drawn: ${missing} pruned versions. Zeros take the same room, so they stay as large as dense.`);
  }
  if (refused > 0)
    notes.push(`Not drawn: ${refused} more series. More than ${MAX_SERIES} cannot be told apart; the table has all.`);
  return notes;
}
