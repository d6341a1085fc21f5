// Every stored score with what it is compared with: its row for charts and tables, the dense score of the same questions, and how many
// questions would settle its verdict.
import { hash } from 'node:crypto';
import type { ComparisonRow } from '../../../shared/comparison.ts';
import type { SampleResult, ScoreRecord, Sweep } from '../../../shared/kick.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import type { ScoreRow } from '../../../shared/session/score-calls.ts';
import { compareScores, pairSamples } from '../scores/compare-scores.ts';
import { sweepsOfStored } from '../scores/list-scores.ts';
import type { ScoredFile, StoredScore } from '../scores/score-store.ts';
import { questionsToSettle } from './questions-to-settle.ts';

/** What the library knows of a scored file. */
export interface KnownFile {
  readonly modelId: string;
  /** The dense original's hash; null for a base, and where it is unknown. */
  readonly baseSha256: string | null;
  readonly recipe: Recipe | null;
  readonly recipeLabel: string;
}

/** One score with what it is compared with. */
export interface BoardEntry {
  readonly row: ScoreRow;
  readonly record: ScoreRecord;
  readonly itemSelection: string;
  readonly file: ScoredFile;
  /** Of the same questions asked of the dense original. */
  readonly dense: BoardEntry | null;
}

export interface Board {
  readonly entries: readonly BoardEntry[];
  /** By hash of the file. */
  readonly entriesOfFile: ReadonlyMap<string, readonly BoardEntry[]>;
  readonly sweeps: readonly { readonly sweep: Sweep; readonly rows: readonly ScoreRow[] }[];
}

/** The answers behind a score; undefined when they are gone. */
export type SamplesOf = (record: ScoreRecord, itemSelection: string) => SampleResult[] | undefined;

export interface BoardSources {
  readonly stored: readonly StoredScore[];
  /** By hash. */
  readonly known: ReadonlyMap<string, KnownFile>;
  readonly samplesOf: SamplesOf;
}

/** Reads samples where a comparison question by question needs them: everything else comes from the store. */
export function buildBoard({ stored, known, samplesOf }: BoardSources): Board {
  const files = new Map(stored.map(({ file }) => [file.sha256, file]));
  const named = new Map([...files].map(([sha256, file]) => [sha256, withLibrary(file, known, files)]));
  const placed = stored.map((score) => ({ ...score, file: named.get(score.file.sha256)! }));
  const entries: BoardEntry[] = [];
  const bySelection = Map.groupBy(placed, ({ itemSelection }) => itemSelection);
  const sweeps = [...bySelection].flatMap(([itemSelection, scores]) =>
    sweepsOfStored(scores).map((sweep) => {
      const rows = compareScores(sweep, { findSamples: (_, record) => samplesOf(record, itemSelection) });
      const linked = linkedEntries({ rows, scores, itemSelection, known }).map((entry) =>
        withSettling(entry, samplesOf),
      );
      entries.push(...linked);
      return { sweep, rows: linked.map(({ row }) => row) };
    }),
  );
  return { entries, sweeps, entriesOfFile: Map.groupBy(entries, ({ file }) => file.sha256) };
}

interface SelectionScores {
  readonly rows: readonly ComparisonRow[];
  readonly scores: readonly StoredScore[];
  readonly itemSelection: string;
  readonly known: ReadonlyMap<string, KnownFile>;
}

function linkedEntries({ rows, scores, itemSelection, known }: SelectionScores): BoardEntry[] {
  const byKey = new Map(scores.map((score) => [keyOf(score.record), score]));
  const added = rows.flatMap((row): BoardEntry[] => {
    const score = byKey.get(keyOf({ ...row, shots: row.shots ?? undefined }));
    if (score === undefined) return [];
    const full = scoreRow(row, score, itemSelection, known);
    return [{ row: full, record: score.record, itemSelection, file: score.file, dense: null }];
  });
  const dense = new Map(added.filter(({ row }) => row.isDense).map((entry) => [questionKey(entry.row), entry]));
  return added.map((entry) => ({
    ...entry,
    dense: entry.row.isDense ? null : (dense.get(questionKey(entry.row)) ?? null),
  }));
}

function scoreRow(
  row: ComparisonRow,
  { file, record, peakMemoryBytes }: StoredScore,
  itemSelection: string,
  known: ReadonlyMap<string, KnownFile>,
): ScoreRow {
  const samples = file.recipe?.steps
    .map(({ params }) => params['calibrationSamples'])
    .find((count) => typeof count === 'number');
  return {
    ...row,
    type: file.type || row.type,
    scoreId: hash('sha256', `${keyOf(record)}${itemSelection}`).slice(0, 24),
    modelId: known.get(file.sha256)?.modelId ?? null,
    recipeSteps: file.recipe,
    questionsToSettle: null,
    isImported: false,
    createdAt: 0,
    peakMemoryBytes,
    calibrationSamples: typeof samples === 'number' ? samples : null,
  };
}

function withSettling(entry: BoardEntry, samplesOf: SamplesOf): BoardEntry {
  if (entry.row.verdict !== 'unclear' || entry.dense === null) return entry;
  const samples = samplesOf(entry.record, entry.itemSelection);
  const denseSamples = samplesOf(entry.dense.record, entry.dense.itemSelection);
  if (samples === undefined || denseSamples === undefined) return entry;
  const { scores, denseScores } = pairSamples(samples, denseSamples);
  return { ...entry, row: { ...entry.row, questionsToSettle: questionsToSettle(scores, denseScores) } };
}

/**
 * A version that another tool made says nothing of its recipe: the library knows it by its name and storage type. Versions of one
 * base stand under the base's name.
 */
function withLibrary(
  file: ScoredFile,
  known: ReadonlyMap<string, KnownFile>,
  files: ReadonlyMap<string, ScoredFile>,
): ScoredFile {
  const entry = known.get(file.sha256);
  if (entry === undefined || entry.baseSha256 === null) return file;
  const base = files.get(entry.baseSha256);
  const recipe = file.recipe ?? entry.recipe ?? { steps: [{ method: 'quantize', params: { type: file.type } }] };
  return {
    ...file,
    model: base?.model ?? file.model,
    recipe,
    label: file.recipe === null ? entry.recipeLabel : file.label,
  };
}

type KeyFields = Pick<
  ScoreRecord,
  'modelSha256' | 'task' | 'taskVersion' | 'protocol' | 'metric' | 'dataSha256' | 'shots' | 'seed'
>;

function keyOf({ modelSha256, task, taskVersion, protocol, metric, dataSha256, shots, seed }: KeyFields): string {
  return JSON.stringify([modelSha256, task, taskVersion, protocol, metric, dataSha256, shots ?? null, seed]);
}

/** What was asked of which base, whichever version answered. */
function questionKey(row: ScoreRow): string {
  return `${row.model}/${keyOf({ ...row, shots: row.shots ?? undefined, modelSha256: '' })}`;
}
