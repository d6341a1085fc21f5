// Calls about LLM-KICK: planning a run of several versions, following it, past runs, samples, a person's own questions.
import { z } from 'zod';
import type { JobState } from '../job.ts';
import type { SampleResult } from '../kick.ts';
import { PROTOCOLS } from '../kick.ts';
import { type CallTable, done, idField, modelField, nothing, outputOf, pathField } from './call-table.ts';
import type { ExportedFile } from './model-calls.ts';

export const KICK_SIZES = ['taste', 'quick', 'standard', 'full'] as const;

export interface PlannedTask {
  readonly task: string;
  readonly title: string;
  /** Questions in the data set. */
  readonly availableCount: number;
  /** Questions that each version is asked. */
  readonly askCount: number;
  /** By model: how many of those are answered already. */
  readonly knownCounts: Readonly<Record<string, number>>;
  /** Half the 95 % interval at worst (a proportion of one half), in score units; null where the score is no proportion. */
  readonly worstHalfWidth: number | null;
  readonly problem: string | null;
}

export interface KickPlan {
  readonly tasks: readonly PlannedTask[];
  /** From measured speed; null before anything was measured. */
  readonly estimatedMs: number | null;
  readonly sizes: readonly {
    readonly size: (typeof KICK_SIZES)[number];
    /** null: all. */
    readonly limit: number | null;
    readonly worstHalfWidth: number | null;
    readonly estimatedMs: number | null;
    /** `a collapse`, `a 7-point loss` */
    readonly canSee: string;
  }[];
  readonly notes: readonly string[];
}

/** forgotten: dense right, version wrong; gained: the other way; kept: both right; never-knew: neither. */
export type AnswerChange = 'forgotten' | 'gained' | 'kept' | 'never-knew' | 'failed';

export interface KickCell {
  readonly model: string;
  readonly task: string;
  readonly state: JobState;
  readonly jobId: string;
  readonly doneCount: number;
  readonly totalCount: number;
  /** So far, or the end. */
  readonly score: {
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly unit: string;
    readonly itemCount: number;
  } | null;
  readonly chanceValue: number | null;
  /** By the 99.9 % intervals, looked at each 100 questions from 200 on: more questions will not change the verdict. */
  readonly alreadyClear: string | null;
  /** `No letter in 81 % of answers: ...`, `Same as guessing (25 %).` */
  readonly notes: readonly string[];
  readonly stoppedEarly: boolean;
}

export interface KickRun {
  readonly runId: string;
  readonly state: JobState;
  readonly createdAt: number;
  readonly models: readonly string[];
  readonly tasks: readonly string[];
  readonly protocol: string;
  readonly limit: number | null;
  readonly doneCount: number;
  readonly totalCount: number;
  readonly remainingMs: number | null;
  readonly cells: readonly KickCell[];
}

export interface LiveAnswer {
  readonly model: string;
  readonly task: string;
  readonly sample: SampleResult;
  readonly denseSample: SampleResult | null;
  readonly change: AnswerChange | null;
}

export interface OwnQuestion {
  readonly id: string;
  readonly question: string;
  /** Accepted answers; the first is shown. */
  readonly answers: readonly string[];
  readonly createdAt: number;
}

const runFields = {
  models: z.array(modelField).min(1).max(9),
  tasks: z.array(z.string().min(1)).min(1).max(50),
  limit: z.int().min(1).nullable().default(null),
  protocol: z.enum(PROTOCOLS).default('standard'),
  shots: z.int().min(0).max(100).default(5),
  seed: z.int().min(0).max(0xffffffff).default(0),
  data: z.record(z.string(), pathField).default({}),
};

export const kickCalls = {
  planKick: { input: z.strictObject(runFields), output: outputOf<KickPlan>() },
  /** One job a version, the first model first; they share a `runId`. */
  startKickRun: { input: z.strictObject(runFields), output: outputOf<KickRun>() },
  /** Newest first. */
  listKickRuns: { input: nothing, output: outputOf<{ readonly runs: readonly KickRun[] }>() },
  getKickRun: { input: z.strictObject({ runId: idField }), output: outputOf<KickRun>() },
  pauseKickRun: { input: z.strictObject({ runId: idField }), output: outputOf<KickRun>() },
  resumeKickRun: { input: z.strictObject({ runId: idField }), output: outputOf<KickRun>() },
  cancelKickRun: { input: z.strictObject({ runId: idField }), output: outputOf<KickRun>() },
  /** Newest first, running and finished jobs alike; the live feed after a reload. */
  listAnswers: {
    input: z.strictObject({
      runId: idField.optional(),
      model: modelField.optional(),
      task: z.string().optional(),
      change: z.enum(['forgotten', 'gained', 'kept', 'never-knew', 'failed']).optional(),
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(1000).default(100),
    }),
    output: outputOf<{ readonly answers: readonly LiveAnswer[]; readonly totalCount: number }>(),
  },
  /** Ends the rest of one task of one version; the record says that it stopped early. */
  skipRest: { input: z.strictObject({ jobId: idField, task: z.string().min(1) }), output: done },
  listOwnQuestions: {
    input: nothing,
    output: outputOf<{ readonly questions: readonly OwnQuestion[]; readonly path: string }>(),
  },
  saveOwnQuestion: {
    input: z.strictObject({
      id: idField.optional(),
      question: z.string().min(1).max(20_000),
      answers: z.array(z.string().min(1).max(2000)).min(1).max(50),
    }),
    output: outputOf<OwnQuestion>(),
  },
  removeOwnQuestion: { input: z.strictObject({ id: idField }), output: done },
  /** JSON Lines, one a question. */
  exportSamples: {
    input: z.strictObject({ model: modelField, task: z.string().min(1) }),
    output: outputOf<ExportedFile>(),
  },
  exportRun: {
    input: z.strictObject({ runId: idField, format: z.enum(['json', 'csv', 'lm-eval']) }),
    output: outputOf<ExportedFile>(),
  },
} as const satisfies CallTable;
