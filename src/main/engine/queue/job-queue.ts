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
import { ENDED, JobTable, publicJob } from './job-table.ts';
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

const CAN_RETRY: ReadonlySet<JobState> = new Set(['done', 'failed', 'cancelled', 'interrupted']);
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
  readonly #table: JobTable;
  readonly #folder: JobFolder;
  readonly #claim: SessionClaim;
  readonly #sessionId = randomBytes(8).toString('hex');
  readonly #options: JobQueueOptions;
  readonly #waiting = new Map<string, ((job: Job) => void)[]>();
  #running: Running | undefined;
  #isClosed = false;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#folder = new JobFolder(options.home);
    this.#table = new JobTable(this.#folder, options.emit);
    this.#claim = new SessionClaim(options.home, this.#sessionId);
    this.#takeOver();
  }

  add(job: NewJob): Job {
    const record: JobRecord = {
      ...job,
      id: this.#table.newId(),
      state: 'queued',
      createdAt: Date.now(),
      elapsedMs: 0,
      rank: this.#table.lastRank() + 1,
      sessionId: this.#sessionId,
    };
    this.#table.put(record);
    this.#table.prune();
    this.#startNext();
    return publicJob(this.#table.find(record.id));
  }

  list(): Job[] {
    return this.#table.list();
  }

  get(id: string): Job {
    return publicJob(this.#table.find(id));
  }

  interrupted(): Job[] {
    return this.list().filter(({ state }) => state === 'interrupted');
  }

  cancel(id: string): Job {
    const job = this.#table.find(id);
    if (ENDED.has(job.state)) return publicJob(job);
    if (this.#running?.id === id) {
      this.#running.stopAs = 'cancelled';
      this.#running.controller.abort();
      return publicJob(job);
    }
    return this.#end({ ...job, state: 'cancelled' });
  }

  pause(id: string): Job {
    const job = this.#table.find(id);
    if (this.#running?.id === id) {
      if (!job.canResume) {
        throw new WorkbenchError('NOT_POSSIBLE_NOW', `${job.title} cannot be paused once it runs. Stop it instead.`);
      }
      this.#running.stopAs = 'paused';
      this.#running.controller.abort();
      return publicJob(job);
    }
    if (job.state === 'queued') this.#table.put({ ...job, state: 'paused' });
    return this.get(id);
  }

  /** Paused and interrupted jobs wait again, at the head. */
  resume(id: string): Job {
    const job = this.#table.find(id);
    if (job.state === 'paused' || job.state === 'interrupted') {
      this.#table.put({ ...job, state: 'queued', rank: this.#table.firstRank() - 1, sessionId: this.#sessionId });
      this.#startNext();
    }
    return this.get(id);
  }

  raise(id: string): Job {
    const job = this.#table.find(id);
    if (job.state === 'queued' || job.state === 'paused')
      this.#table.put({ ...job, rank: this.#table.firstRank() - 1 });
    return this.get(id);
  }

  retry(
    id: string,
    changes: Readonly<Record<string, unknown>>,
    check: (kind: JobKind, input: unknown) => unknown,
  ): Job {
    const job = this.#table.find(id);
    if (!CAN_RETRY.has(job.state)) {
      throw new WorkbenchError('NOT_POSSIBLE_NOW', `${job.title} has not ended yet. Wait for it, or stop it first.`);
    }
    const input = check(job.kind, { ...(job.input as object), ...changes });
    const { kind, title, models, canResume, runId } = job;
    return this.add({ kind, title, models, canResume, runId, input });
  }

  remove(id: string): void {
    const job = this.#table.find(id);
    if (!ENDED.has(job.state) && job.state !== 'interrupted') {
      throw new WorkbenchError('NOT_POSSIBLE_NOW', `${job.title} has not ended yet. Stop it first.`);
    }
    this.#table.forget(id);
  }

  removeEnded(): void {
    for (const { id, state } of this.#table.all()) if (ENDED.has(state)) this.#table.forget(id);
  }

  log(id: string, lastLines: number): string[] {
    return this.#folder.readLog(this.#table.find(id).id, lastLines);
  }

  /** Resolves with the ended job. */
  whenEnded(id: string): Promise<Job> {
    const job = this.#table.find(id);
    if (ENDED.has(job.state)) return Promise.resolve(publicJob(job));
    return new Promise((resolve) => this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), resolve]));
  }

  /** A running job becomes `interrupted`, as after a crash; its process is stopped. */
  close(): void {
    this.#isClosed = true;
    if (this.#running !== undefined) {
      const job = this.#table.find(this.#running.id);
      this.#folder.write({ ...this.#stopped(job), state: 'interrupted' });
      this.#running.controller.abort();
    }
    this.#claim.release();
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
      this.#table.set(record);
      if (record.state !== job.state) this.#folder.write(record);
    }
  }

  #startNext(): void {
    if (this.#running !== undefined || this.#isClosed) return;
    const next = this.#table
      .all()
      .filter(({ state }) => state === 'queued')
      .sort((a, b) => a.rank - b.rank)[0];
    if (next === undefined) return;
    const running: Running = {
      id: next.id,
      controller: new AbortController(),
      stopAs: undefined,
      startedAtMs: performance.now(),
    };
    this.#running = running;
    const isResumed = next.startedAt !== undefined;
    this.#table.put({ ...next, state: 'running', startedAt: next.startedAt ?? Date.now(), error: undefined });
    void this.#work(running, isResumed);
  }

  async #work(running: Running, isResumed: boolean): Promise<void> {
    const job = this.#table.find(running.id);
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
      ended = { ...this.#stopped(this.#table.find(running.id)), state: 'done', output, ...AT_REST };
    } catch (error) {
      ended = this.#afterFailure(running, error);
    }
    memory.close();
    if (this.#isClosed) return;
    this.#running = undefined;
    if (ended.state === 'paused') this.#table.put(ended);
    else this.#end(ended);
    this.#startNext();
  }

  #afterFailure(running: Running, error: unknown): JobRecord {
    const job = this.#stopped(this.#table.find(running.id));
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
    const job = this.#table.find(id);
    const { remainingMs, unitsPerSecond } = estimate.add(progress, performance.now());
    const { partial: _, ...kept } = progress;
    this.#table.set({ ...job, progress: kept, remainingMs, unitsPerSecond });
    const { memoryBytes } = job;
    this.#options.emit({ type: 'job-progress', jobId: id, progress: kept, remainingMs, unitsPerSecond, memoryBytes });
  }

  #remember(id: string, facts: Pick<JobRecord, 'memoryBytes' | 'peakMemoryBytes'>): void {
    if (!this.#isClosed && this.#table.has(id)) this.#table.set({ ...this.#table.find(id), ...facts });
  }

  #end(job: JobRecord): Job {
    this.#table.put({ ...job, endedAt: Date.now() });
    const ended = this.get(job.id);
    for (const resolve of this.#waiting.get(job.id) ?? []) resolve(ended);
    this.#waiting.delete(job.id);
    return ended;
  }
}
