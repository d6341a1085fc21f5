// Keeps the scores of a KICK run in the home folder's store, with the file that they belong to.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ScoreRecord } from '../../../shared/kick.ts';
import { type ItemSelection, type ScoredFile, ScoreStore } from '../scores/score-store.ts';

export function storeScores(
  storePath: string,
  file: ScoredFile,
  records: readonly ScoreRecord[],
  selection: ItemSelection,
): void {
  mkdirSync(dirname(storePath), { recursive: true });
  const store = ScoreStore.open(storePath);
  try {
    store.addScores(file, records, selection);
  } finally {
    store.close();
  }
}

/** Scores of other questions are other scores. */
export function describeSelection({
  limit,
  limitPerGroup,
}: {
  readonly limit?: number | undefined;
  readonly limitPerGroup?: number | undefined;
}): ItemSelection {
  const parts = [
    ...(limitPerGroup === undefined ? [] : [`first ${limitPerGroup} per group`]),
    ...(limit === undefined ? [] : [`first ${limit}`]),
  ];
  return parts.length === 0 ? 'all' : parts.join(', ');
}
