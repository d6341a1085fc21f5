// Step 9 of the data path: every score that was ever measured, with the file it belongs to, in one SQLite database.
// Asking again for the same thing replaces its score, so a resumed or repeated run counts once.
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { GroupScore, Protocol, ScoreRecord } from '../../../shared/kick.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import { migrateStore } from './score-schema.ts';

/** The file that was scored, and how it came to be. */
export interface ScoredFile {
  readonly sha256: string;
  /** What the user calls the base model. */
  readonly model: string;
  /** What people call this version: `dense`, `Wanda 50 %`. */
  readonly label: string;
  /** null for the dense model. */
  readonly recipe: Recipe | null;
  /** Family of the last loss-making step; `dense` for the original. */
  readonly method: string;
  /** Storage type, in llama.cpp's spelling. */
  readonly type: string;
  readonly path: string | null;
  readonly sizeBytes: number;
  readonly bitsPerWeight: number;
  /** Measured on the file, 0..1. */
  readonly sparsityRatio: number;
}

/** Which questions of the data were asked: `all`, `first 200`, `first 5 per group`. */
export type ItemSelection = string;

export interface StoredScore {
  readonly file: ScoredFile;
  readonly itemSelection: ItemSelection;
  readonly record: ScoreRecord;
  /** Of the newest run of this task that asked anything; null where none was watched. */
  readonly peakMemoryBytes: number | null;
}

/** What a run of a task took besides its scores. */
export interface RunMemory {
  readonly modelSha256: string;
  readonly task: string;
  /** Undefined for tasks without examples. */
  readonly shots?: number | undefined;
  readonly peakMemoryBytes: number;
}

export interface ScoreFilter {
  /** Base model, version label or file hash. */
  readonly model?: string | undefined;
  readonly task?: string | undefined;
}

/** SQLite holds NULLs of a key to be different from each other, so "no shots" needs a number. */
const NO_SHOTS = -1;
const BUSY_TIMEOUT_MS = 10_000;

const UPSERT_FILE = `
  INSERT INTO files (sha256, model, label, recipe, method, type, path, size_bytes, bits_per_weight, sparsity_ratio)
  VALUES (:sha256, :model, :label, :recipe, :method, :type, :path, :sizeBytes, :bitsPerWeight, :sparsityRatio)
  ON CONFLICT (sha256) DO UPDATE SET
    model = excluded.model, label = excluded.label, recipe = excluded.recipe, method = excluded.method,
    type = excluded.type, path = coalesce(excluded.path, path), size_bytes = excluded.size_bytes,
    bits_per_weight = excluded.bits_per_weight, sparsity_ratio = excluded.sparsity_ratio`;

const UPSERT_SCORE = `
  INSERT OR REPLACE INTO scores (
    model_sha256, task, task_version, protocol, metric, data_sha256, item_selection, shots, seed, position, value, unit,
    higher_is_better, item_count, answered_count, failed_count, confidence_low, confidence_high, chance_value, elapsed_ms,
    engine_version, llama_cpp_version, groups_json, stored_at)
  VALUES (
    :modelSha256, :task, :taskVersion, :protocol, :metric, :dataSha256, :itemSelection, :shots, :seed, :position, :value,
    :unit, :higherIsBetter, :itemCount, :answeredCount, :failedCount, :confidenceLow, :confidenceHigh, :chanceValue,
    :elapsedMs, :engineVersion, :llamaCppVersion, :groups, :storedAt)`;

const UPSERT_MEMORY = `
  INSERT OR REPLACE INTO run_memory (model_sha256, task, shots, peak_memory_bytes)
  VALUES (:modelSha256, :task, :shots, :peakMemoryBytes)`;

const SELECT = `
  SELECT files.*, scores.*, run_memory.peak_memory_bytes
  FROM scores JOIN files ON files.sha256 = scores.model_sha256
  LEFT JOIN run_memory ON run_memory.model_sha256 = scores.model_sha256
    AND run_memory.task = scores.task AND run_memory.shots = scores.shots
  WHERE (:model IS NULL OR files.model = :model OR files.label = :model OR files.sha256 = :model)
    AND (:task IS NULL OR scores.task = :task)
  ORDER BY files.model, files.recipe IS NOT NULL, files.rowid, scores.item_selection, scores.task, scores.position`;

type Row = Record<string, SQLOutputValue>;

export class ScoreStore {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Makes the file when it is missing and brings an older one up to date. Throws BAD_DATA for a newer or a foreign one. */
  static open(path: string): ScoreStore {
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
      database.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;');
      migrateStore(database, path);
      return new ScoreStore(database);
    } catch (error) {
      database?.close();
      if (error instanceof WorkbenchError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const words = 'Move the file away, or name another folder with --home';
      throw new WorkbenchError(
        'BAD_DATA',
        `The scores in ${path} cannot be opened: ${reason}. ${words}.`,
        { path },
        error,
      );
    }
  }

  /** All or nothing: one transaction. */
  addScores(file: ScoredFile, records: readonly ScoreRecord[], itemSelection: ItemSelection): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      this.#database.prepare(UPSERT_FILE).run({ ...file, recipe: file.recipe && JSON.stringify(file.recipe) });
      const insert = this.#database.prepare(UPSERT_SCORE);
      const storedAt = new Date().toISOString();
      for (const [position, record] of records.entries()) {
        insert.run({ ...columnsOf(record), modelSha256: file.sha256, itemSelection, position, storedAt });
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  keepMemory({ shots = NO_SHOTS, ...run }: RunMemory): void {
    this.#database.prepare(UPSERT_MEMORY).run({ ...run, shots });
  }

  /** By model, dense first, then as stored; a task's main metric first. */
  findScores({ model, task }: ScoreFilter = {}): StoredScore[] {
    const rows = this.#database.prepare(SELECT).all({ model: model ?? null, task: task ?? null });
    const files = new Map<SQLOutputValue | undefined, ScoredFile>();
    return rows.map((row) => ({
      file: files.get(row['sha256']) ?? rememberFile(files, row),
      itemSelection: String(row['item_selection']),
      record: recordOf(row),
      peakMemoryBytes: typeof row['peak_memory_bytes'] === 'number' ? row['peak_memory_bytes'] : null,
    }));
  }

  close(): void {
    this.#database.close();
  }
}

function columnsOf(record: ScoreRecord) {
  const { groups, shots, chanceValue, higherIsBetter, modelSha256: _, ...plain } = record;
  return {
    ...plain,
    higherIsBetter: higherIsBetter ? 1 : 0,
    shots: shots ?? NO_SHOTS,
    chanceValue: chanceValue ?? null,
    groups: groups === undefined ? null : JSON.stringify(groups),
  };
}

function rememberFile(files: Map<SQLOutputValue | undefined, ScoredFile>, row: Row): ScoredFile {
  const file = fileOf(row);
  files.set(row['sha256'], file);
  return file;
}

function fileOf(row: Row): ScoredFile {
  const recipe = row['recipe'];
  const path = row['path'];
  return {
    sha256: String(row['sha256']),
    model: String(row['model']),
    label: String(row['label']),
    recipe: typeof recipe === 'string' ? (JSON.parse(recipe) as Recipe) : null,
    method: String(row['method']),
    type: String(row['type']),
    path: typeof path === 'string' ? path : null,
    sizeBytes: Number(row['size_bytes']),
    bitsPerWeight: Number(row['bits_per_weight']),
    sparsityRatio: Number(row['sparsity_ratio']),
  };
}

function recordOf(row: Row): ScoreRecord {
  const shots = Number(row['shots']);
  const chance = row['chance_value'];
  const groups = row['groups_json'];
  return {
    task: String(row['task']),
    taskVersion: Number(row['task_version']),
    protocol: String(row['protocol']) as Protocol,
    metric: String(row['metric']),
    value: Number(row['value']),
    unit: String(row['unit']),
    higherIsBetter: row['higher_is_better'] === 1,
    itemCount: Number(row['item_count']),
    answeredCount: Number(row['answered_count']),
    failedCount: Number(row['failed_count']),
    confidenceLow: Number(row['confidence_low']),
    confidenceHigh: Number(row['confidence_high']),
    dataSha256: String(row['data_sha256']),
    modelSha256: String(row['model_sha256']),
    seed: Number(row['seed']),
    elapsedMs: Number(row['elapsed_ms']),
    ...(shots === NO_SHOTS ? {} : { shots }),
    ...(typeof chance === 'number' ? { chanceValue: chance } : {}),
    engineVersion: String(row['engine_version']),
    llamaCppVersion: String(row['llama_cpp_version']),
    ...(typeof groups === 'string' ? { groups: JSON.parse(groups) as GroupScore[] } : {}),
  };
}
