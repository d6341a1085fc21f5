// A heavy piece of work in the queue of a running workbench: what it is, how far it is, how it ended.
import type { SerializedError } from './errors.ts';
import type { Progress } from './progress.ts';

export const JOB_KINDS = [
  'compress',
  'imatrix',
  'influence',
  'kick',
  'sweep',
  'perplexity',
  'compare',
  'report',
  'measure-sparsity',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/**
 * `queued` waits for its turn, `paused` waits for a person; `interrupted` was running when Whittle ended and can go on.
 * `done`, `failed` and `cancelled` are ends; `failed`, `cancelled` and `interrupted` can be tried again.
 */
export const JOB_STATES = ['queued', 'running', 'paused', 'interrupted', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  /** In words for people: `Wanda 50 %, then Q4_K_M of vicuna-7b`. */
  readonly title: string;
  /** The models it works on, as they were named; for links and for the row's marker. */
  readonly models: readonly string[];
  /** Jobs that were started as one, such as one KICK run of several versions. */
  readonly runId?: string | undefined;
  readonly input: unknown;
  readonly progress?: Progress | undefined;
  /** Estimated from the progress so far; absent where it cannot be known. */
  readonly remainingMs?: number | undefined;
  readonly unitsPerSecond?: number | undefined;
  /** Resident memory of the job's process, when last looked at. */
  readonly memoryBytes?: number | undefined;
  /** The most that any of the job's processes held, where the system tells. */
  readonly peakMemoryBytes?: number | undefined;
  readonly output?: unknown;
  readonly error?: SerializedError | undefined;
  /** True for kinds that keep what was done: pausing and an interruption lose at most one batch. */
  readonly canResume: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  /** Time spent running, pauses left out. */
  readonly elapsedMs: number;
}
