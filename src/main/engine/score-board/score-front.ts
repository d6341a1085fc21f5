// Score against size: which versions no other one beats in both, and the best within a limit.
import type { FrontPoint, ScoreRow } from '../../../shared/session/score-calls.ts';
import { formatBytes } from '../../../shared/units.ts';

/** Smallest file first. A version is dominated when another one is no larger and no worse, and better in one of the two. */
export function scoreFront(rows: readonly ScoreRow[]): FrontPoint[] {
  return [...rows]
    .sort((a, b) => a.sizeBytes - b.sizeBytes || gainOf(b) - gainOf(a))
    .map((row) => ({ row, isDominated: rows.some((other) => dominates(other, row)) }));
}

export function bestWithin(rows: readonly ScoreRow[], limitBytes: number): { row: ScoreRow; text: string } | null {
  const row = rows
    .filter(({ sizeBytes }) => sizeBytes <= limitBytes)
    .reduce<ScoreRow | undefined>(
      (best, next) => (best === undefined || gainOf(next) > gainOf(best) ? next : best),
      undefined,
    );
  return row === undefined ? null : { row, text: `Best under ${formatBytes(limitBytes)}: ${row.recipe}.` };
}

function dominates(a: ScoreRow, b: ScoreRow): boolean {
  if (a === b || a.sizeBytes > b.sizeBytes || gainOf(a) < gainOf(b)) return false;
  return a.sizeBytes < b.sizeBytes || gainOf(a) > gainOf(b);
}

function gainOf({ value, higherIsBetter }: ScoreRow): number {
  return higherIsBetter ? value : -value;
}
