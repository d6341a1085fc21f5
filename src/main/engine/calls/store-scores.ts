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

/** Of the process that asked, by task: whatever the scores are stored as later. */
export function storePeakMemory(
  storePath: string,
  records: readonly ScoreRecord[],
  peakMemoryBytes: Readonly<Record<string, number>>,
): void {
  const measured = records.flatMap(({ modelSha256, task, shots }) => {
    const bytes = peakMemoryBytes[task];
    return bytes === undefined ? [] : [{ modelSha256, task, shots, peakMemoryBytes: bytes }];
  });
  if (measured.length === 0) return;
  mkdirSync(dirname(storePath), { recursive: true });
  const store = ScoreStore.open(storePath);
  try {
    for (const run of measured) store.keepMemory(run);
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
