// The queue of heavy work: one job runs, the others wait. Every change is on disk before anyone hears of it, so that a
// restart finds what was waiting, and what was running as `interrupted`.
import { randomBytes } from 'node:crypto';
import { serializeError, WorkbenchError } from '../../../shared/errors.ts';
import type { WorkbenchEventBody } from '../../../shared/events.ts';
import type { Job, JobKind, JobState } from '../../../shared/job.ts';
import type { Progress } from '../../../shared/progress.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { MemoryWatch } from '../machine/memory-watch.ts';
import { RemainingTime } from './estimate-remaining.ts';
import { JobFolder, type JobRecord } from './job-record.ts';
import { SessionClaim } from './session-claim.ts';

export interface NewJob {
  readonly kind: JobKind;
  readonly title: string;
  readonly input: unknown;
  readonly models: readonly string[];
  readonly canResume: boolean;
  readonly runId?: string | undefined;
}

/** Does the work of a job; `isResumed` when an earlier part of it may already be done. */
export type RunJob = (job: Job, isResumed: boolean, context: JobContext) => Promise<unknown>;

export interface JobQueueOptions {
  readonly home: string;
  readonly run: RunJob;
  readonly emit: (event: WorkbenchEventBody) => void;
}

const ENDED: ReadonlySet<JobState> = new Set(['done', 'failed', 'cancelled']);
const CAN_RETRY: ReadonlySet<JobState> = new Set(['done', 'failed', 'cancelled', 'interrupted']);
/** Ended jobs that are remembered. */
const KEPT_JOBS = 1000;

/** What only a running job has. */
const AT_REST = { remainingMs: undefined, memoryBytes: undefined } as const;

interface Running {
  readonly id: string;
  readonly controller: AbortController;
  /** What the job becomes when its process has stopped. */
  stopAs: 'cancelled' | 'paused' | undefined;
  readonly startedAtMs: number;
}

export class JobQueue {
  readonly #jobs = new Map<string, JobRecord>();
  readonly #folder: JobFolder;
  readonly #claim: SessionClaim;
  readonly #sessionId = randomBytes(8).toString('hex');
  readonly #options: JobQueueOptions;
  readonly #waiting = new Map<string, ((job: Job) => void)[]>();
  #running: Running | undefined;
  #isClosed = false;
  #addedCount = 0;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#folder = new JobFolder(options.home);
    this.#claim = new SessionClaim(options.home, this.#sessionId);
    this.#takeOver();
  }

  add(job: NewJob): Job {
    const record: JobRecord = {
      ...job,
      id: this.#newId(),
      state: 'queued',
      createdAt: Date.now(),
      elapsedMs: 0,
      rank: this.#lastRank() + 1,
      sessionId: this.#sessionId,
    };
    this.#put(record);
    this.#prune();
    this.#startNext();
    return publicJob(this.#find(record.id));
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

  get(id: string): Job {
    return publicJob(this.#find(id));
  }

  interrupted(): Job[] {
    return this.list().filter(({ state }) => state === 'interrupted');
  }

  cancel(id: string): Job {
    const job = this.#find(id);
    if (ENDED.has(job.state)) return publicJob(job);
    if (this.#running?.id === id) {
      this.#running.stopAs = 'cancelled';
      this.#running.controller.abort();
      return publicJob(job);
    }
    return this.#end({ ...job, state: 'cancelled' });
  }

  pause(id: string): Job {
    const job = this.#find(id);
    if (this.#running?.id === id) {
      if (!job.canResume) {
        throw new WorkbenchError('NOT_POSSIBLE_NOW', `${job.title} cannot be paused once it runs. Stop it instead.`);
      }
      this.#running.stopAs = 'paused';
      this.#running.controller.abort();
      return publicJob(job);
    }
    if (job.state === 'queued') this.#put({ ...job, state: 'paused' });
    return this.get(id);
  }

  /** Paused and interrupted jobs wait again, at the head. */
  resume(id: string): Job {
    const job = this.#find(id);
    if (job.state === 'paused' || job.state === 'interrupted') {
      this.#put({ ...job, state: 'queued', rank: this.#firstRank() - 1, sessionId: this.#sessionId });
      this.#startNext();
    }
    return this.get(id);
  }

  raise(id: string): Job {
    const job = this.#find(id);
    if (job.state === 'queued' || job.state === 'paused') this.#put({ ...job, rank: this.#firstRank() - 1 });
    return this.get(id);
  }

  retry(
    id: string,
    changes: Readonly<Record<string, unknown>>,
    check: (kind: JobKind, input: unknown) => unknown,
  ): Job {
    const job = this.#find(id);
    if (!CAN_RETRY.has(job.state)) {
      throw new WorkbenchError('NOT_POSSIBLE_NOW', `${job.title} has not ended yet. Wait for it, or stop it first.`);
    }
    const input = check(job.kind, { ...(job.input as object), ...changes });
    const { kind, title, models, canResume, runId } = job;
    return this.add({ kind, title, models, canResume, runId, input });
  }

  remove(id: string): void {
    const job = this.#find(id);
    if (!ENDED.has(job.state) && job.state !== 'interrupted') {
      throw new WorkbenchError('NOT_POSSIBLE_NOW', `${job.title} has not ended yet. Stop it first.`);
    }
    this.#forget(id);
  }

  removeEnded(): void {
    for (const { id, state } of [...this.#jobs.values()]) if (ENDED.has(state)) this.#forget(id);
  }

  log(id: string, lastLines: number): string[] {
    return this.#folder.readLog(this.#find(id).id, lastLines);
  }

  /** Resolves with the ended job. */
  whenEnded(id: string): Promise<Job> {
    const job = this.#find(id);
    if (ENDED.has(job.state)) return Promise.resolve(publicJob(job));
    return new Promise((resolve) => this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), resolve]));
  }

  /** A running job becomes `interrupted`, as after a crash; its process is stopped. */
  close(): void {
    this.#isClosed = true;
    if (this.#running !== undefined) {
      const job = this.#find(this.#running.id);
      this.#folder.write({ ...this.#stopped(job), state: 'interrupted' });
      this.#running.controller.abort();
    }
    this.#claim.release();
  }

  /** Sorts by time and order of adding. */
  #newId(): string {
    const stamp = new Date().toISOString().replace(/[-:T.Z]/g, '');
    this.#addedCount += 1;
    return `${stamp}-${String(this.#addedCount).padStart(5, '0')}-${randomBytes(3).toString('hex')}`;
  }

  #takeOver(): void {
    const living = this.#claim.living();
    for (const job of this.#folder.readAll()) {
      if (job.sessionId !== this.#sessionId && living.has(job.sessionId)) continue;
      const wasRunning = job.state === 'running';
      const record: JobRecord = {
        ...job,
        sessionId: this.#sessionId,
        // What waited when Whittle ended waits for a person too: nothing heavy starts by itself at the next start.
        state: wasRunning || job.state === 'queued' ? 'interrupted' : job.state,
      };
      this.#jobs.set(record.id, record);
      if (record.state !== job.state) this.#folder.write(record);
    }
  }

  #startNext(): void {
    if (this.#running !== undefined || this.#isClosed) return;
    const next = [...this.#jobs.values()].filter(({ state }) => state === 'queued').sort((a, b) => a.rank - b.rank)[0];
    if (next === undefined) return;
    const running: Running = {
      id: next.id,
      controller: new AbortController(),
      stopAs: undefined,
      startedAtMs: performance.now(),
    };
    this.#running = running;
    const isResumed = next.startedAt !== undefined;
    this.#put({ ...next, state: 'running', startedAt: next.startedAt ?? Date.now(), error: undefined });
    void this.#work(running, isResumed);
  }

  async #work(running: Running, isResumed: boolean): Promise<void> {
    const job = this.#find(running.id);
    const estimate = new RemainingTime();
    const memory = new MemoryWatch((memoryBytes, peakMemoryBytes) =>
      this.#remember(running.id, { memoryBytes, peakMemoryBytes }),
    );
    const context: JobContext = {
      signal: running.controller.signal,
      started: (processId) => memory.watch(processId),
      progress: (progress) => this.#report(running.id, progress, estimate),
      log: (line) => {
        if (this.#isClosed) return;
        this.#folder.appendLog(running.id, line);
        this.#options.emit({ type: 'job-log', jobId: running.id, line });
      },
    };
    let ended: JobRecord;
    try {
      const output = await this.#options.run(publicJob(job), isResumed, context);
      ended = { ...this.#stopped(this.#find(running.id)), state: 'done', output, ...AT_REST };
    } catch (error) {
      ended = this.#afterFailure(running, error);
    }
    memory.close();
    if (this.#isClosed) return;
    this.#running = undefined;
    if (ended.state === 'paused') this.#put(ended);
    else this.#end(ended);
    this.#startNext();
  }

  #afterFailure(running: Running, error: unknown): JobRecord {
    const job = this.#stopped(this.#find(running.id));
    if (running.stopAs !== undefined) return { ...job, state: running.stopAs, ...AT_REST };
    const plain = serializeError(error);
    this.#folder.appendLog(running.id, `${plain.code}: ${plain.message}`);
    return { ...job, state: 'failed', error: plain, ...AT_REST };
  }

  #stopped(job: JobRecord): JobRecord {
    const ranMs = this.#running === undefined ? 0 : performance.now() - this.#running.startedAtMs;
    return { ...job, elapsedMs: job.elapsedMs + ranMs };
  }

  #report(id: string, progress: Progress, estimate: RemainingTime): void {
    if (this.#isClosed) return;
    const job = this.#find(id);
    const { remainingMs, unitsPerSecond } = estimate.add(progress, performance.now());
    const { partial: _, ...kept } = progress;
    // Kept in memory only: it is written with the next change of state.
    this.#jobs.set(id, { ...job, progress: kept, remainingMs, unitsPerSecond });
    const { memoryBytes } = job;
    this.#options.emit({ type: 'job-progress', jobId: id, progress: kept, remainingMs, unitsPerSecond, memoryBytes });
  }

  #remember(id: string, facts: Pick<JobRecord, 'memoryBytes' | 'peakMemoryBytes'>): void {
    const job = this.#jobs.get(id);
    if (job !== undefined && !this.#isClosed) this.#jobs.set(id, { ...job, ...facts });
  }

  #end(job: JobRecord): Job {
    this.#put({ ...job, endedAt: Date.now() });
    const ended = this.get(job.id);
    for (const resolve of this.#waiting.get(job.id) ?? []) resolve(ended);
    this.#waiting.delete(job.id);
    return ended;
  }

  #put(job: JobRecord): void {
    this.#jobs.set(job.id, job);
    this.#folder.write(job);
    this.#options.emit({ type: 'job-changed', job: publicJob(job) });
  }

  #forget(id: string): void {
    this.#jobs.delete(id);
    this.#folder.remove(id);
    this.#options.emit({ type: 'job-removed', jobId: id });
  }

  #prune(): void {
    const ended = this.list().filter(({ state }) => ENDED.has(state));
    for (const { id } of ended.slice(KEPT_JOBS)) this.#forget(id);
  }

  #find(id: string): JobRecord {
    const job = this.#jobs.get(id);
    if (job === undefined)
      throw new WorkbenchError('UNKNOWN_JOB', `There is no job ${id}. It may have been removed.`, { id });
    return job;
  }

  #ranks(): number[] {
    return [...this.#jobs.values()].map(({ rank }) => rank);
  }

  #lastRank(): number {
    return Math.max(0, ...this.#ranks());
  }

  #firstRank(): number {
    return Math.min(0, ...this.#ranks());
  }
}

function publicJob({ rank: _, sessionId: __, ...job }: JobRecord): Job {
  return job;
}
