// The tables of the score store and how older files are brought up to date. A migration is never changed once released:
// a new need is a new entry at the end.
import type { DatabaseSync } from 'node:sqlite';
import { WorkbenchError } from '../../../shared/errors.ts';

export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE files (
     sha256 TEXT NOT NULL UNIQUE,
     model TEXT NOT NULL,
     label TEXT NOT NULL,
     recipe TEXT,
     method TEXT NOT NULL,
     type TEXT NOT NULL,
     path TEXT,
     size_bytes INTEGER NOT NULL,
     bits_per_weight REAL NOT NULL,
     sparsity_ratio REAL NOT NULL
   ) STRICT;
   CREATE TABLE scores (
     model_sha256 TEXT NOT NULL REFERENCES files (sha256),
     task TEXT NOT NULL,
     task_version INTEGER NOT NULL,
     protocol TEXT NOT NULL,
     metric TEXT NOT NULL,
     data_sha256 TEXT NOT NULL,
     item_selection TEXT NOT NULL,
     shots INTEGER NOT NULL,
     seed INTEGER NOT NULL,
     position INTEGER NOT NULL,
     value REAL NOT NULL,
     unit TEXT NOT NULL,
     higher_is_better INTEGER NOT NULL,
     item_count INTEGER NOT NULL,
     answered_count INTEGER NOT NULL,
     failed_count INTEGER NOT NULL,
     confidence_low REAL NOT NULL,
     confidence_high REAL NOT NULL,
     elapsed_ms REAL NOT NULL,
     engine_version TEXT NOT NULL,
     llama_cpp_version TEXT NOT NULL,
     PRIMARY KEY (model_sha256, task, task_version, protocol, metric, data_sha256, item_selection, shots, seed)
   ) STRICT;`,
  `ALTER TABLE scores ADD COLUMN chance_value REAL;
   ALTER TABLE scores ADD COLUMN groups_json TEXT;
   ALTER TABLE scores ADD COLUMN stored_at TEXT;
   CREATE INDEX scores_by_task ON scores (task);`,
  `CREATE TABLE run_memory (
     model_sha256 TEXT NOT NULL,
     task TEXT NOT NULL,
     shots INTEGER NOT NULL,
     peak_memory_bytes INTEGER NOT NULL,
     PRIMARY KEY (model_sha256, task, shots)
   ) STRICT;`,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

/** Each step is one transaction together with its version number: a killed migration is simply done again. */
export function migrateStore(database: DatabaseSync, path: string): void {
  const found = versionOf(database);
  if (found > SCHEMA_VERSION) {
    const message = `The scores in ${path} were written by a newer Whittle (schema ${found}, this one knows ${SCHEMA_VERSION}). Update Whittle, or name another folder with --home.`;
    throw new WorkbenchError('BAD_DATA', message, { path, found, known: SCHEMA_VERSION });
  }
  if (found === SCHEMA_VERSION) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have migrated while this one waited for the lock.
    for (let version = versionOf(database); version < SCHEMA_VERSION; version++) {
      database.exec(`${MIGRATIONS[version]!}\nPRAGMA user_version = ${version + 1};`);
    }
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}
