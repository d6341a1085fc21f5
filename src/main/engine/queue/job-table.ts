// The jobs of a session, in memory and on disk: every change is on disk before anyone hears of it.
import { randomBytes } from 'node:crypto';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { WorkbenchEventBody } from '../../../shared/events.ts';
import type { Job, JobState } from '../../../shared/job.ts';
import type { JobFolder, JobRecord } from './job-record.ts';

export const ENDED: ReadonlySet<JobState> = new Set(['done', 'failed', 'cancelled']);
/** Ended jobs that are remembered. */
const KEPT_JOBS = 1000;

export class JobTable {
  readonly #jobs = new Map<string, JobRecord>();
  readonly #folder: JobFolder;
  readonly #emit: (event: WorkbenchEventBody) => void;
  #addedCount = 0;

  constructor(folder: JobFolder, emit: (event: WorkbenchEventBody) => void) {
    this.#folder = folder;
    this.#emit = emit;
  }

  all(): JobRecord[] {
    return [...this.#jobs.values()];
  }

  /** Running, waiting in their order, then ended ones, newest first. */
  list(): Job[] {
    const order: Record<JobState, number> = {
      running: 0,
      interrupted: 1,
      paused: 2,
      queued: 2,
      done: 3,
      failed: 3,
      cancelled: 3,
    };
    return [...this.#jobs.values()]
      .sort((a, b) => {
        const byState = order[a.state] - order[b.state];
        if (byState !== 0) return byState;
        return ENDED.has(a.state) ? (b.endedAt ?? 0) - (a.endedAt ?? 0) : a.rank - b.rank;
      })
      .map(publicJob);
  }

  find(id: string): JobRecord {
    const job = this.#jobs.get(id);
    if (job === undefined)
      throw new WorkbenchError('UNKNOWN_JOB', `There is no job ${id}. It may have been removed.`, { id });
    return job;
  }

  has(id: string): boolean {
    return this.#jobs.has(id);
  }

  /** In memory only: it is written with the next change of state. */
  set(job: JobRecord): void {
    this.#jobs.set(job.id, job);
  }

  put(job: JobRecord): void {
    this.#jobs.set(job.id, job);
    this.#folder.write(job);
    this.#emit({ type: 'job-changed', job: publicJob(job) });
  }

  forget(id: string): void {
    this.#jobs.delete(id);
    this.#folder.remove(id);
    this.#emit({ type: 'job-removed', jobId: id });
  }

  /** The oldest ended ones. */
  prune(): void {
    const ended = this.list().filter(({ state }) => ENDED.has(state));
    for (const { id } of ended.slice(KEPT_JOBS)) this.forget(id);
  }

  /** Sorts by time and order of adding. */
  newId(): string {
    const stamp = new Date().toISOString().replace(/[-:T.Z]/g, '');
    this.#addedCount += 1;
    return `${stamp}-${String(this.#addedCount).padStart(5, '0')}-${randomBytes(3).toString('hex')}`;
  }

  #ranks(): number[] {
    return [...this.#jobs.values()].map(({ rank }) => rank);
  }

  lastRank(): number {
    return Math.max(0, ...this.#ranks());
  }

  firstRank(): number {
    return Math.min(0, ...this.#ranks());
  }
}

export function publicJob({ rank: _, sessionId: __, ...job }: JobRecord): Job {
  return job;
}
