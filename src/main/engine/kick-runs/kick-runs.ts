// Several versions asked the same questions as one run: a job for each version and task, and what the run shows while it goes.
import { randomBytes } from 'node:crypto';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { Job, JobState } from '../../../shared/job.ts';
import type { SampleResult } from '../../../shared/kick.ts';
import type { KickCell, KickRun, LiveAnswer } from '../../../shared/session/kick-calls.ts';
import { findTask } from '../kick/registry.ts';
import { scoreSamples } from '../kick/score-samples.ts';
import type { JobQueue } from '../queue/job-queue.ts';
import { changeOf } from '../score-board/changes.ts';
import { alreadyClear } from '../score-board/questions-to-settle.ts';
import { pairSamples } from '../scores/compare-scores.ts';
import type { LiveAnswers } from './live-answers.ts';

export interface KickRunRequest {
  readonly models: readonly string[];
  readonly tasks: readonly string[];
  readonly limit: number | null;
  readonly protocol: 'standard' | 'paper';
  readonly shots: number;
  readonly seed: number;
  readonly data: Readonly<Record<string, string>>;
}

/** The order in which states of jobs decide the state of their run. */
const STATE_ORDER: readonly JobState[] = ['running', 'queued', 'paused', 'interrupted', 'failed', 'cancelled', 'done'];

/** A model that knows the format misses it now and then. */
const MANY_WITHOUT_LETTER = 0.2;

export class KickRuns {
  readonly #queue: JobQueue;
  readonly #answers: LiveAnswers;

  constructor(queue: JobQueue, answers: LiveAnswers) {
    this.#queue = queue;
    this.#answers = answers;
  }

  /** Task by task, so that all versions of one can be compared soonest; the first model of the request first. */
  start(request: KickRunRequest, addJob: (input: Record<string, unknown>, runId: string) => Job): KickRun {
    const { models, tasks, limit, data, ...rest } = request;
    const runId = randomBytes(8).toString('hex');
    for (const task of tasks) {
      for (const model of models) {
        const ownData = data[task] === undefined ? {} : { [task]: data[task] };
        addJob(
          { ...rest, model, tasks: [task], data: ownData, resume: true, ...(limit === null ? {} : { limit }) },
          runId,
        );
      }
    }
    return this.get(runId);
  }

  list(): KickRun[] {
    const jobs = this.#queue.list().filter(({ kind, runId }) => kind === 'kick' && runId !== undefined);
    const runs = Map.groupBy(jobs, ({ runId }) => runId!);
    return [...runs]
      .map(([runId, members]) => this.#describe(runId, members))
      .sort((a, b) => b.createdAt - a.createdAt);
  }

  get(runId: string): KickRun {
    return this.#describe(runId, this.jobsOf(runId));
  }

  /** In the order they were added. */
  jobsOf(runId: string): Job[] {
    const jobs = this.#queue.list().filter((job) => job.runId === runId);
    if (jobs.length === 0) throw new WorkbenchError('UNKNOWN_JOB', `There is no KICK run ${runId}.`, { runId });
    return jobs.sort(byId);
  }

  /** The base is the first model of the run; its answers to the same questions stand beside. */
  denseJobOf(job: Job): Job | undefined {
    if (job.runId === undefined) return undefined;
    const jobs = this.jobsOf(job.runId);
    const base = jobs[0]?.models[0];
    return jobs.find((other) => other.models[0] === base && taskOf(other) === taskOf(job) && other.id !== job.id);
  }

  /** Newest first. */
  answers(jobs: readonly Job[]): LiveAnswer[] {
    return jobs
      .flatMap((job) => {
        const dense = this.denseSamples(job);
        return this.#answers.samplesOf(job.id).map((sample): LiveAnswer => {
          const denseSample = dense.get(sample.index);
          return {
            model: job.models[0] ?? '',
            task: taskOf(job),
            sample,
            denseSample: denseSample ?? null,
            change: changeOf(sample, denseSample),
          };
        });
      })
      .reverse();
  }

  denseSamples(job: Job): Map<number, SampleResult> {
    const dense = this.denseJobOf(job);
    return new Map(
      (dense === undefined ? [] : this.#answers.samplesOf(dense.id)).map((sample) => [sample.index, sample]),
    );
  }

  #describe(runId: string, jobs: readonly Job[]): KickRun {
    const cells = jobs.map((job) => this.#cell(job));
    const first = jobs[0]!;
    const input = first.input as { protocol: string; limit?: number };
    const active = jobs.find(({ state }) => state === 'running');
    return {
      runId,
      state: STATE_ORDER.find((state) => jobs.some((job) => job.state === state)) ?? 'done',
      createdAt: first.createdAt,
      models: [...new Set(jobs.flatMap(({ models }) => models[0] ?? []))],
      tasks: [...new Set(jobs.map(taskOf))],
      protocol: input.protocol,
      limit: input.limit ?? null,
      doneCount: cells.reduce((sum, { doneCount }) => sum + doneCount, 0),
      totalCount: cells.reduce((sum, { totalCount }) => sum + totalCount, 0),
      remainingMs: remainingOf(active, cells),
      cells,
    };
  }

  #cell(job: Job): KickCell {
    const samples = this.#answers.samplesOf(job.id);
    const task = findTask(taskOf(job));
    const limit = (job.input as { limit?: number }).limit;
    const output = job.output as { scores?: readonly { itemCount: number }[] } | undefined;
    const doneCount = job.progress?.unit === 'questions' ? Math.max(job.progress.done, samples.length) : samples.length;
    const totalCount = output?.scores?.[0]?.itemCount ?? job.progress?.total ?? limit ?? 0;
    const score = scoreOf(job, samples);
    const chanceValue = task.chanceValue ?? null;
    const clear = this.#clearVerdict(job, samples);
    return {
      model: job.models[0] ?? '',
      task: task.id,
      state: job.state,
      jobId: job.id,
      doneCount: job.state === 'done' ? totalCount : doneCount,
      totalCount: Math.max(totalCount, doneCount),
      score,
      chanceValue,
      alreadyClear: clear,
      notes: cellNotes(samples, score, chanceValue),
      stoppedEarly: stoppedEarly(job),
    };
  }

  #clearVerdict(job: Job, samples: readonly SampleResult[]): string | null {
    if (job.state === 'done') return null;
    const dense = this.denseSamples(job);
    if (dense.size === 0) return null;
    const { scores, denseScores } = pairSamples(samples, [...dense.values()]);
    const verdict = alreadyClear(scores, denseScores);
    return verdict === null ? null : `Already clear: ${verdict}.`;
  }
}

/** Ids sort by when a job was added. */
function byId(a: Job, b: Job): number {
  return a.id < b.id ? -1 : 1;
}

export function taskOf(job: Job): string {
  return (job.input as { tasks?: readonly string[] }).tasks?.[0] ?? '';
}

export function stoppedEarly(job: Job): boolean {
  return (job.output as { stoppedEarly?: boolean } | undefined)?.stoppedEarly === true;
}

function scoreOf(job: Job, samples: readonly SampleResult[]): KickCell['score'] {
  if (!samples.some(({ outcome }) => outcome === 'answered')) return null;
  const { protocol, seed } = job.input as { protocol: 'standard' | 'paper'; seed: number };
  const facts = {
    protocol,
    seed,
    dataSha256: '',
    modelSha256: '',
    elapsedMs: 0,
    engineVersion: '',
    llamaCppVersion: '',
  };
  const [main] = scoreSamples(findTask(taskOf(job)), samples, facts);
  if (main === undefined) return null;
  return {
    value: main.value,
    low: main.confidenceLow,
    high: main.confidenceHigh,
    unit: main.unit,
    itemCount: main.answeredCount,
  };
}

function cellNotes(samples: readonly SampleResult[], score: KickCell['score'], chanceValue: number | null): string[] {
  const notes: string[] = [];
  const failed = samples.filter(({ outcome }) => outcome === 'failed');
  if (failed.length > 0) {
    const share = failed.length / samples.length > 0.02 ? ' The score is partial.' : '';
    notes.push(
      `${failed.length} questions could not be asked (${failed[0]?.failure ?? 'no reason'}). They are left out of every version's score.${share}`,
    );
  }
  const withoutLetter = samples.filter(({ metrics }) => metrics?.['no_letter'] === 1).length / samples.length;
  if (withoutLetter > MANY_WITHOUT_LETTER) {
    const share = Math.round(withoutLetter * 100);
    notes.push(
      `No letter in ${share} % of answers: this version no longer follows the format. Its score may lie below chance.`,
    );
  }
  if (
    chanceValue !== null &&
    score !== null &&
    score.itemCount >= 50 &&
    score.low <= chanceValue &&
    score.high >= chanceValue
  ) {
    notes.push(`Same as guessing (${Math.round(chanceValue * 100)} %).`);
  }
  return notes;
}

/** The running job's own estimate, and the same speed for what waits. */
function remainingOf(active: Job | undefined, cells: readonly KickCell[]): number | null {
  if (active?.remainingMs === undefined || !active.unitsPerSecond) return null;
  const waiting = cells.filter(({ state }) => state === 'queued').reduce((sum, { totalCount }) => sum + totalCount, 0);
  return Math.round(active.remainingMs + (waiting / active.unitsPerSecond) * 1000);
}
