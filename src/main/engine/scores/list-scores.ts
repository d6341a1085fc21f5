// Stored scores -> ComparisonRow[]: what `whittle scores` and the Scores screen list.
import type { ComparisonRow } from '../../../shared/comparison.ts';
import type { ScoreRecord, Sweep, SweepPoint } from '../../../shared/kick.ts';
import { type CompareOptions, compareScores } from './compare-scores.ts';
import type { ScoredFile, ScoreFilter, ScoreStore, StoredScore } from './score-store.ts';

function pointOf(file: ScoredFile, scores: readonly ScoreRecord[]): SweepPoint {
  const { label, model, sha256, recipe, method, sizeBytes, bitsPerWeight, sparsityRatio } = file;
  return { label, model, modelSha256: sha256, recipe, method, sizeBytes, bitsPerWeight, sparsityRatio, scores };
}

/** Scores of other questions never stand beside each other: one sweep per selection of items. */
export function sweepsOfStored(stored: readonly StoredScore[]): Sweep[] {
  const selections = new Map<string, Map<string, { file: ScoredFile; records: ScoreRecord[] }>>();
  for (const { file, itemSelection, record } of stored) {
    const files = selections.get(itemSelection) ?? new Map();
    const entry = files.get(file.sha256) ?? { file, records: [] };
    entry.records.push(record);
    files.set(file.sha256, entry);
    selections.set(itemSelection, files);
  }
  return [...selections].map(([selection, files]) => ({
    sweepId: selection,
    points: [...files.values()].map(({ file, records }) => pointOf(file, records)),
  }));
}

/** The dense score of each row is looked up before filtering, so a filtered list keeps its differences and verdicts. */
export function listScores(store: ScoreStore, filter: ScoreFilter = {}, options: CompareOptions = {}): ComparisonRow[] {
  const wanted = new Set(store.findScores(filter).map(keyOf));
  const all = store.findScores({ task: filter.task });
  const types = new Map(all.map(({ file }) => [file.sha256, file.type]));
  return sweepsOfStored(all).flatMap((sweep) =>
    compareScores(sweep, options)
      .filter((row) => wanted.has(row.modelSha256))
      .map((row) => ({ ...row, type: types.get(row.modelSha256) ?? row.type })),
  );
}

function keyOf({ file }: StoredScore): string {
  return file.sha256;
}
