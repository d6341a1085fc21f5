// Calls about the queue of heavy work. Inputs of a job are those of the engine's call of its kind, checked when it is added.
import { z } from 'zod';
import { JOB_KINDS, type Job } from '../job.ts';
import { type CallTable, done, idField, nothing, outputOf } from './call-table.ts';

export interface JobsAtStart {
  /** Jobs that were running when Whittle ended, not yet taken up or left. */
  readonly interrupted: readonly Job[];
}

export const jobCalls = {
  /** Checks the input, puts the job at the end of the queue. Throws as the engine's own call would. */
  startJob: {
    input: z.strictObject({
      kind: z.enum(JOB_KINDS),
      input: z.record(z.string(), z.unknown()),
      title: z.string().max(500).optional(),
      runId: idField.optional(),
    }),
    output: outputOf<Job>(),
  },
  /** Running, waiting in their order, then ended ones, newest first. */
  listJobs: { input: nothing, output: outputOf<readonly Job[]>() },
  getJob: { input: z.strictObject({ jobId: idField }), output: outputOf<Job>() },
  /** Ends it; what it wrote is removed, finished answers stay. */
  cancelJob: { input: z.strictObject({ jobId: idField }), output: outputOf<Job>() },
  /** Only jobs with `canResume` keep what was done when they run; waiting ones of any kind can be paused. */
  pauseJob: { input: z.strictObject({ jobId: idField }), output: outputOf<Job>() },
  /** Paused and interrupted jobs: back to the head of the queue. */
  resumeJob: { input: z.strictObject({ jobId: idField }), output: outputOf<Job>() },
  /** A new job with the same input, `changes` laid over it, such as `{gpu: 'none'}`. */
  retryJob: {
    input: z.strictObject({ jobId: idField, changes: z.record(z.string(), z.unknown()).default({}) }),
    output: outputOf<Job>(),
  },
  /** To the head of the queue. */
  raiseJob: { input: z.strictObject({ jobId: idField }), output: outputOf<Job>() },
  /** Forgets an ended job; scores and files stay. */
  removeJob: { input: z.strictObject({ jobId: idField }), output: done },
  clearEndedJobs: { input: nothing, output: done },
  pauseAllJobs: { input: nothing, output: done },
  resumeAllJobs: { input: nothing, output: done },
  jobLog: {
    input: z.strictObject({ jobId: idField, lastLines: z.int().min(1).max(5000).default(500) }),
    output: outputOf<{ readonly lines: readonly string[] }>(),
  },
  jobsAtStart: { input: nothing, output: outputOf<JobsAtStart>() },
} as const satisfies CallTable;
