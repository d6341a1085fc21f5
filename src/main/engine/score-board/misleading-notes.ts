// What of a chart may mislead, said by the chart itself: a rise that is noise, and runs that were asked something else.

import { formatScore } from '../../../shared/score-words.ts';
import type { ScoreRow } from '../../../shared/session/score-calls.ts';
import { formatCount } from '../../../shared/units.ts';

export interface NoteRequest {
  /** The compressed rows of one chart. */
  readonly rows: readonly ScoreRow[];
  readonly dense: ScoreRow | undefined;
  /** Place on the axis, growing towards more compressed. */
  readonly compressionOf: (row: ScoreRow) => number;
  readonly placeWords: (row: ScoreRow) => string;
  /** Runs of the same task and versions that were asked in another way. */
  readonly leftOutCount: number;
}

export function misleadingNotes({ rows, dense, compressionOf, placeWords, leftOutCount }: NoteRequest): string[] {
  const notes: string[] = [];
  for (const series of Map.groupBy(rows, ({ seriesId }) => seriesId).values()) {
    const ordered = [...series].sort((a, b) => compressionOf(a) - compressionOf(b));
    for (const [index, row] of ordered.entries()) {
      const before = ordered[index - 1];
      if (before === undefined || !rises(before, row)) continue;
      const points = formatScore(Math.abs(row.value - before.value), row.unit);
      const unit = row.unit === 'ratio' ? ' points' : '';
      const change = `${capital(row.seriesLabel)}: the value ${row.value > before.value ? 'rises' : 'falls'} by ${points}${unit} from ${placeWords(before)} to ${placeWords(row)}.`;
      if (overlap(before, row)) {
        notes.push(
          `${change} With ${formatCount(row.itemCount)} questions the two intervals overlap: read it as noise.`,
        );
      } else notes.push(`${change} The intervals do not overlap: look at the answers before you trust it.`);
    }
  }
  for (const row of [...(dense === undefined ? [] : [dense]), ...rows]) {
    const share = row.itemCount === 0 ? 0 : row.failedCount / row.itemCount;
    if (share > 0.02)
      notes.push(
        `${row.recipe}: ${row.failedCount} of ${row.itemCount} questions could not be asked. The score is partial.`,
      );
  }
  for (const row of rows) {
    if (row.chanceValue !== null && row.confidenceLow <= row.chanceValue && row.confidenceHigh >= row.chanceValue) {
      notes.push(`${row.recipe}: same as guessing (${formatScore(row.chanceValue, row.unit)} %).`);
    }
  }
  if (leftOutCount > 0)
    notes.push(`Different prompts or questions: ${leftOutCount} ${leftOutCount === 1 ? 'run' : 'runs'} left out.`);
  return notes;
}

/** More compressed and yet better. */
function rises(before: ScoreRow, row: ScoreRow): boolean {
  return row.higherIsBetter ? row.value > before.value : row.value < before.value;
}

function overlap(a: ScoreRow, b: ScoreRow): boolean {
  return a.confidenceLow <= b.confidenceHigh && b.confidenceLow <= a.confidenceHigh;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
