// Everything that was measured, as the window asks for it: rows with verdicts, charts ready to draw, changed answers.
// The store is read again only when it has changed; comparisons question by question are remembered.
import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ComparisonRow } from '../../../shared/comparison.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { SampleResult, ScoreRecord, Sweep } from '../../../shared/kick.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import type { ModelScore } from '../../../shared/session/model-calls.ts';
import type { CategoryRow, ChangedQuestions, ScoreRow } from '../../../shared/session/score-calls.ts';
import { compareScores, pairSamples } from '../scores/compare-scores.ts';
import { sweepsOfStored } from '../scores/list-scores.ts';
import { type ScoredFile, ScoreStore, type StoredScore } from '../scores/score-store.ts';
import { categoriesOf, summarizeChanges } from './changes.ts';
import { JournalIndex } from './journal-index.ts';
import { parseSelection } from './parse-selection.ts';
import { questionsToSettle } from './questions-to-settle.ts';
import { ScoreFacts } from './score-facts.ts';

/** What the library knows of a scored file. */
export interface KnownFile {
  readonly modelId: string;
  /** The dense original's hash; null for a base, and where it is unknown. */
  readonly baseSha256: string | null;
  readonly recipe: Recipe | null;
  readonly recipeLabel: string;
}

export interface ScoreBoardOptions {
  readonly home: string;
  readonly knownFiles: () => ReadonlyMap<string, KnownFile>;
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

interface Board {
  readonly stamp: string;
  readonly entries: readonly BoardEntry[];
  /** By hash of the file. */
  readonly entriesOfFile: ReadonlyMap<string, readonly BoardEntry[]>;
  readonly sweeps: readonly { readonly sweep: Sweep; readonly rows: readonly ScoreRow[] }[];
}

export class ScoreBoard {
  readonly journals: JournalIndex;
  readonly facts: ScoreFacts;
  readonly #options: ScoreBoardOptions;
  #board: Board | undefined;

  constructor(options: ScoreBoardOptions) {
    this.#options = options;
    this.journals = new JournalIndex(join(options.home, 'journals'));
    this.facts = new ScoreFacts(options.home);
  }

  get storePath(): string {
    return join(this.#options.home, 'scores.sqlite');
  }

  /** The library changed: labels, bases and links may differ. */
  forget(): void {
    this.#board = undefined;
  }

  get entries(): readonly BoardEntry[] {
    return this.#read().entries;
  }

  /** One sweep a selection of questions: scores of other questions never stand beside each other. */
  get sweeps(): Board['sweeps'] {
    return this.#read().sweeps;
  }

  get(scoreId: string): BoardEntry {
    const entry = this.entries.find(({ row }) => row.scoreId === scoreId);
    if (entry === undefined)
      throw new WorkbenchError('BAD_INPUT', `There is no score ${scoreId}. It may have been measured again.`, {
        scoreId,
      });
    return entry;
  }

  samplesOf(entry: BoardEntry): SampleResult[] | undefined {
    return this.#samples(entry.record, entry.itemSelection);
  }

  changed(scoreId: string, alsoForgottenBy: readonly string[], limit: number): ChangedQuestions {
    const { samples, denseSamples } = this.#pair(this.get(scoreId));
    const others = alsoForgottenBy.flatMap((id) => {
      const other = this.samplesOf(this.get(id));
      return other === undefined ? [] : [other];
    });
    return summarizeChanges({ samples, denseSamples, others, limit });
  }

  categories(scoreId: string): CategoryRow[] {
    const entry = this.get(scoreId);
    if (entry.dense === null) return [];
    const { samples, denseSamples } = this.#pair(entry);
    return categoriesOf(samples, denseSamples);
  }

  /** Main metric a task; of several selections of questions the largest counts. */
  mainScoresOf(sha256: string): ModelScore[] {
    const best = new Map<string, BoardEntry>();
    const seen = new Set<string>();
    for (const entry of this.#read().entriesOfFile.get(sha256) ?? []) {
      // The first metric of a task in the store's order is its main one.
      const asked = `${entry.record.task}/${entry.itemSelection}/${entry.record.protocol}`;
      if (seen.has(asked)) continue;
      seen.add(asked);
      const known = best.get(entry.record.task);
      if (known === undefined || entry.record.itemCount > known.record.itemCount) best.set(entry.record.task, entry);
    }
    return [...best.values()].map(modelScoreOf);
  }

  /** Tasks and their groups by how much was lost, worst first; only clear losses. */
  forgotMostIn(sha256: string): { task: string; group: string; difference: number; itemCount: number }[] {
    return (this.#read().entriesOfFile.get(sha256) ?? [])
      .filter(({ row, record }) => row.difference !== null && record.higherIsBetter)
      .flatMap(({ record, dense }) =>
        (record.groups ?? []).flatMap(({ name, value, itemCount }) => {
          const before = dense?.record.groups?.find((group) => group.name === name);
          if (before === undefined || before.itemCount !== itemCount) return [];
          return [{ task: record.task, group: name, difference: value - before.value, itemCount }];
        }),
      )
      .filter(({ difference }) => difference < 0)
      .sort((a, b) => a.difference - b.difference);
  }

  #pair(entry: BoardEntry): { samples: SampleResult[]; denseSamples: SampleResult[] } {
    if (entry.dense === null) {
      throw new WorkbenchError(
        'NOT_POSSIBLE_NOW',
        'The dense original was not asked these questions. Run KICK on it with the same settings.',
      );
    }
    const samples = this.samplesOf(entry);
    const denseSamples = this.samplesOf(entry.dense);
    if (samples === undefined || denseSamples === undefined) {
      throw new WorkbenchError(
        'NOT_POSSIBLE_NOW',
        'The answers behind these scores are gone. Run KICK again to see them.',
      );
    }
    return { samples, denseSamples };
  }

  #samples(record: ScoreRecord, itemSelection: string): SampleResult[] | undefined {
    const { task, taskVersion, modelSha256, dataSha256, protocol, seed, shots } = record;
    const selection = parseSelection(itemSelection);
    if (selection === undefined) return undefined;
    const { firstCount, ...asked } = selection;
    const samples = this.journals.find({ task, taskVersion, modelSha256, dataSha256, protocol, seed, shots, ...asked });
    return firstCount === null ? samples : samples?.slice(0, firstCount);
  }

  #read(): Board {
    const stamp = stampOf(this.storePath);
    if (this.#board?.stamp !== stamp) this.#board = { stamp, ...this.#build(readStore(this.storePath)) };
    return this.#board;
  }

  #build(stored: readonly StoredScore[]): Omit<Board, 'stamp'> {
    const known = this.#options.knownFiles();
    const named = stored.map((score) => ({ ...score, file: withLibrary(score.file, known, stored) }));
    const entries: BoardEntry[] = [];
    const bySelection = Map.groupBy(named, ({ itemSelection }) => itemSelection);
    const sweeps = [...bySelection].flatMap(([itemSelection, scores]) =>
      sweepsOfStored(scores).map((sweep) => {
        const rows = compareScores(sweep, { findSamples: (_, record) => this.#samples(record, itemSelection) });
        const rowsWithIds = this.#withIds(rows, scores, itemSelection, known, entries);
        return { sweep, rows: rowsWithIds };
      }),
    );
    return { entries, sweeps, entriesOfFile: Map.groupBy(entries, ({ file }) => file.sha256) };
  }

  #withIds(
    rows: readonly ComparisonRow[],
    scores: readonly (StoredScore & { readonly file: ScoredFile })[],
    itemSelection: string,
    known: ReadonlyMap<string, KnownFile>,
    entries: BoardEntry[],
  ): ScoreRow[] {
    const byKey = new Map(scores.map((score) => [keyOf(score.record), score]));
    const added = rows.flatMap((row): BoardEntry[] => {
      const score = byKey.get(keyOf({ ...row, shots: row.shots ?? undefined }));
      if (score === undefined) return [];
      const full = this.#scoreRow(row, score, itemSelection, known);
      return [{ row: full, record: score.record, itemSelection, file: score.file, dense: null }];
    });
    const dense = new Map(added.filter(({ row }) => row.isDense).map((entry) => [questionKey(entry.row), entry]));
    const linked = added.map((entry) => ({
      ...entry,
      dense: entry.row.isDense ? null : (dense.get(questionKey(entry.row)) ?? null),
    }));
    const settled = linked.map((entry) => this.#withSettling(entry));
    entries.push(...settled);
    return settled.map(({ row }) => row);
  }

  #scoreRow(
    row: ComparisonRow,
    { file, record }: StoredScore,
    itemSelection: string,
    known: ReadonlyMap<string, KnownFile>,
  ): ScoreRow {
    const samples = file.recipe?.steps
      .map(({ params }) => params['calibrationSamples'])
      .find((count) => typeof count === 'number');
    return {
      ...row,
      type: file.type || row.type,
      scoreId: createHash('sha256')
        .update(`${keyOf(record)}${itemSelection}`)
        .digest('hex')
        .slice(0, 24),
      modelId: known.get(file.sha256)?.modelId ?? null,
      recipeSteps: file.recipe,
      questionsToSettle: null,
      isImported: false,
      createdAt: 0,
      peakMemoryBytes: this.facts.peakMemoryBytes(file.sha256, record.task),
      calibrationSamples: typeof samples === 'number' ? samples : null,
    };
  }

  #withSettling(entry: BoardEntry): BoardEntry {
    if (entry.row.verdict !== 'unclear' || entry.dense === null) return entry;
    const samples = this.samplesOf(entry);
    const denseSamples = this.samplesOf(entry.dense);
    if (samples === undefined || denseSamples === undefined) return entry;
    const { scores, denseScores } = pairSamples(samples, denseSamples);
    return { ...entry, row: { ...entry.row, questionsToSettle: questionsToSettle(scores, denseScores) } };
  }
}

/** WAL keeps new rows beside the file until they are moved in. */
function stampOf(path: string): string {
  return ['', '-wal']
    .map((ending) => {
      const stat = statSync(`${path}${ending}`, { throwIfNoEntry: false });
      return stat === undefined ? '-' : `${stat.size}/${stat.mtimeMs}`;
    })
    .join(' ');
}

function readStore(path: string): StoredScore[] {
  if (!existsSync(path)) return [];
  const store = ScoreStore.open(path);
  try {
    return store.findScores();
  } finally {
    store.close();
  }
}

/**
 * A version that another tool made says nothing of its recipe: the library knows it by its name and storage type. Versions of one
 * base stand under the base's name.
 */
function withLibrary(
  file: ScoredFile,
  known: ReadonlyMap<string, KnownFile>,
  stored: readonly StoredScore[],
): ScoredFile {
  const entry = known.get(file.sha256);
  if (entry === undefined || entry.baseSha256 === null) return file;
  const base = stored.find(({ file: other }) => other.sha256 === entry.baseSha256)?.file;
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

function modelScoreOf({ row, dense }: BoardEntry): ModelScore {
  return {
    task: row.task,
    metric: row.metric,
    value: row.value,
    low: row.confidenceLow,
    high: row.confidenceHigh,
    unit: row.unit,
    higherIsBetter: row.higherIsBetter,
    itemCount: row.itemCount,
    denseValue: dense?.row.value ?? null,
    difference: row.difference?.value ?? null,
    verdict: row.verdict,
  };
}
