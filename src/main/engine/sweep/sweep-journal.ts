// What is left of a sweep when it is killed: its plan, and every finished point as one line. Kept under home/sweeps/<id>.
import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { Sweep, SweepPoint } from '../../../shared/kick.ts';
import { ExclusiveLock } from '../jobs/exclusive-lock.ts';

/** What makes two sweeps the same one: everything that a point depends on. */
export interface SweepPlan {
  readonly models: readonly { readonly path: string; readonly sizeBytes: number; readonly modifiedMs: number }[];
  readonly recipes: readonly unknown[];
  readonly kick: unknown;
  readonly engineVersion: string;
}

const PLAN_FILE = 'sweep.json';
const POINTS_FILE = 'points.jsonl';
const FINISHED_FILE = 'finished';
const LOCK_FILE = 'lock';

export class SweepJournal {
  readonly sweepId: string;
  readonly folder: string;
  readonly #points: SweepPoint[];

  private constructor(folder: string, sweepId: string, points: SweepPoint[]) {
    this.folder = folder;
    this.sweepId = sweepId;
    this.#points = points;
  }

  static create(sweepsFolder: string, plan: SweepPlan, now: Date): SweepJournal {
    const sweepId = newSweepId(now);
    const folder = join(sweepsFolder, sweepId);
    mkdirSync(folder, { recursive: true });
    const text = `${JSON.stringify({ sweepId, fingerprint: fingerprintOf(plan), plan }, null, 2)}\n`;
    writeFileSync(join(folder, `${PLAN_FILE}.partial`), text);
    renameSync(join(folder, `${PLAN_FILE}.partial`), join(folder, PLAN_FILE));
    return new SweepJournal(folder, sweepId, []);
  }

  /** The newest unfinished sweep of this very plan; undefined when there is none. */
  static findUnfinished(sweepsFolder: string, plan: SweepPlan): SweepJournal | undefined {
    if (!existsSync(sweepsFolder)) return undefined;
    const fingerprint = fingerprintOf(plan);
    const newestFirst = readdirSync(sweepsFolder).sort().reverse();
    const sweepId = newestFirst.find((id) => {
      const folder = join(sweepsFolder, id);
      return !existsSync(join(folder, FINISHED_FILE)) && readFingerprint(folder) === fingerprint;
    });
    if (sweepId === undefined) return undefined;
    const folder = join(sweepsFolder, sweepId);
    return new SweepJournal(folder, sweepId, readPoints(join(folder, POINTS_FILE)));
  }

  /** The sweep of this id, or the newest one that has points. Throws BAD_INPUT when there is none. */
  static open(sweepsFolder: string, sweepId?: string): SweepJournal {
    const ids = existsSync(sweepsFolder) ? readdirSync(sweepsFolder).sort().reverse() : [];
    const hasPoints = (id: string): boolean => existsSync(join(sweepsFolder, id, POINTS_FILE));
    const found = ids.find((id) => (sweepId === undefined || id === sweepId) && hasPoints(id));
    if (found === undefined) {
      const what = sweepId === undefined ? 'no sweep has been run yet' : `there is no sweep ${sweepId} with results`;
      throw new WorkbenchError('BAD_INPUT', `${what}; \`whittle sweep MODEL\` runs one`, { sweepId: sweepId ?? null });
    }
    const folder = join(sweepsFolder, found);
    return new SweepJournal(folder, found, readPoints(join(folder, POINTS_FILE)));
  }

  get points(): readonly SweepPoint[] {
    return this.#points;
  }

  get sweep(): Sweep {
    return { sweepId: this.sweepId, points: this.#points };
  }

  /** YYYY-MM-DD, when it was started. */
  get date(): string {
    return this.sweepId.replace(/^(\d{4})(\d\d)(\d\d).*$/, '$1-$2-$3');
  }

  /** One process at a time adds to it. Throws IN_USE. */
  lock(signal: AbortSignal): Promise<ExclusiveLock> {
    return ExclusiveLock.acquire({ path: join(this.folder, LOCK_FILE), subject: `Sweep ${this.sweepId}`, signal });
  }

  /** On disk when this returns. */
  add(point: SweepPoint): void {
    const handle = openSync(join(this.folder, POINTS_FILE), 'a');
    try {
      appendFileSync(handle, `${JSON.stringify(point)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    this.#points.push(point);
  }

  finish(): void {
    writeFileSync(join(this.folder, FINISHED_FILE), '');
  }

  /** Nothing was measured: leave no trace. */
  discard(): void {
    if (this.#points.length === 0) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Sorts by time: `20261125-214403-9f3a1c`. */
function newSweepId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  return `${stamp}-${randomBytes(3).toString('hex')}`;
}

function fingerprintOf(plan: SweepPlan): string {
  return createHash('sha256').update(JSON.stringify(plan)).digest('hex');
}

function readFingerprint(folder: string): string | undefined {
  const path = join(folder, PLAN_FILE);
  if (!existsSync(path)) return undefined;
  const header: unknown = JSON.parse(readFileSync(path, 'utf8'));
  return (header as { fingerprint?: string }).fingerprint;
}

/** A line cut short by a crash is dropped, and cut off, so that the next one starts on a line of its own. */
function readPoints(path: string): SweepPoint[] {
  if (!existsSync(path)) return [];
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SweepPoint);
}
