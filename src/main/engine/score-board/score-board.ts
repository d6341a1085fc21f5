// Everything that was measured, as the window asks for it: rows with verdicts, charts ready to draw, changed answers.
// The store is read again only when it has changed; comparisons question by question are remembered.
import { hash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { SampleResult, ScoreRecord } from '../../../shared/kick.ts';
import type { ModelScore } from '../../../shared/session/model-calls.ts';
import type { CategoryRow, ChangedQuestions } from '../../../shared/session/score-calls.ts';
import { engineVersion } from '../engine-version.ts';
import { ScoreStore, type StoredScore } from '../scores/score-store.ts';
import { type Board, type BoardEntry, buildBoard, type KnownFile, type SamplesOf } from './build-board.ts';
import { categoriesOf, summarizeChanges } from './changes.ts';
import { JournalIndex } from './journal-index.ts';
import { KeptMainScores, type MainScores } from './kept-main-scores.ts';
import { parseSelection } from './parse-selection.ts';

export interface ScoreBoardOptions {
  readonly home: string;
  readonly knownFiles: () => ReadonlyMap<string, KnownFile>;
}

export class ScoreBoard {
  readonly journals: JournalIndex;
  readonly #options: ScoreBoardOptions;
  readonly #kept: KeptMainScores;
  #board: (Board & { readonly stamp: string }) | undefined;
  #main: { readonly stamp: string; readonly scores: MainScores } | undefined;
  #library: { readonly files: ReadonlyMap<string, KnownFile>; readonly stamp: string } | undefined;

  constructor(options: ScoreBoardOptions) {
    this.#options = options;
    this.journals = new JournalIndex(join(options.home, 'journals'));
    this.#kept = new KeptMainScores(join(options.home, 'cache', 'main-scores.json'));
  }

  get storePath(): string {
    return join(this.#options.home, 'scores.sqlite');
  }

  /** The library changed: labels, bases and links may differ. */
  forget(): void {
    this.#board = undefined;
    this.#main = undefined;
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
  mainScoresOf(sha256: string): readonly ModelScore[] {
    const stamp = this.#mainStamp();
    if (this.#main?.stamp !== stamp) {
      const kept = this.#kept.read(stamp);
      this.#main = { stamp, scores: kept ?? mainScores(this.#read()) };
      if (kept === undefined) this.#kept.write(stamp, this.#main.scores);
    }
    return this.#main.scores.get(sha256) ?? [];
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

  /** All that main scores are made from: rows, answers, labels and bases, and the rules of this version. */
  #mainStamp(): string {
    const files = this.#options.knownFiles();
    if (this.#library?.files !== files) this.#library = { files, stamp: hash('sha256', JSON.stringify([...files])) };
    const answers = statSync(join(this.#options.home, 'journals'), { throwIfNoEntry: false })?.mtimeMs;
    return `${engineVersion()} ${stampOf(this.storePath)} ${answers} ${this.#library.stamp}`;
  }

  #read(): Board {
    const stamp = stampOf(this.storePath);
    if (this.#board?.stamp !== stamp) {
      const samplesOf: SamplesOf = (record, itemSelection) => this.#samples(record, itemSelection);
      const stored = readStore(this.storePath);
      this.#board = { stamp, ...buildBoard({ stored, known: this.#options.knownFiles(), samplesOf }) };
    }
    return this.#board;
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

/** By hash of the file. */
function mainScores({ entriesOfFile }: Board): MainScores {
  return new Map([...entriesOfFile].map(([sha256, entries]) => [sha256, largestOfTasks(entries).map(modelScoreOf)]));
}

function largestOfTasks(entries: readonly BoardEntry[]): BoardEntry[] {
  const best = new Map<string, BoardEntry>();
  const seen = new Set<string>();
  for (const entry of entries) {
    // The first metric of a task in the store's order is its main one.
    const asked = `${entry.record.task}/${entry.itemSelection}/${entry.record.protocol}`;
    if (seen.has(asked)) continue;
    seen.add(asked);
    const known = best.get(entry.record.task);
    if (known === undefined || entry.record.itemCount > known.record.itemCount) best.set(entry.record.task, entry);
  }
  return [...best.values()];
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
