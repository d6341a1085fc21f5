// What a KICK run will cost and show, before it starts: questions, interval widths, time, what is answered already.
import { statSync } from 'node:fs';
import { serializeError } from '../../../shared/errors.ts';
import type { Job } from '../../../shared/job.ts';
import type { Protocol } from '../../../shared/kick.ts';
import { titleOfTaskId } from '../../../shared/score-words.ts';
import type { KickPlan, PlannedTask } from '../../../shared/session/kick-calls.ts';
import type { SpeedProbe } from '../../../shared/session/machine-calls.ts';
import { embeddedPath } from '../embedded-files.ts';
import { type Dataset, readDataset } from '../kick/dataset.ts';
import { findTask } from '../kick/registry.ts';
import type { KickTask } from '../kick/task.ts';
import type { JournalIndex } from '../score-board/journal-index.ts';
import { Z_95 } from '../scores/intervals.ts';
import { msPerQuestion } from './estimate-questions.ts';

export interface KickPlanInput {
  readonly models: readonly { readonly id: string; readonly sha256: string | null; readonly sizeBytes: number }[];
  readonly tasks: readonly string[];
  readonly limit: number | null;
  readonly protocol: Protocol;
  readonly shots: number;
  readonly seed: number;
  readonly data: Readonly<Record<string, string>>;
  readonly journals: JournalIndex;
  /** Ended KICK jobs: how fast this computer asks. */
  readonly earlier: readonly Job[];
  readonly speed: SpeedProbe | null;
}

const SIZES = [
  { size: 'taste', limit: 120, canSee: 'a collapse' },
  { size: 'quick', limit: 400, canSee: 'a 7-point loss' },
  { size: 'standard', limit: 1000, canSee: 'a 4-point loss' },
  { size: 'full', limit: null, canSee: 'as in papers' },
] as const;

export function planKick(input: KickPlanInput): KickPlan {
  const planned = input.tasks.map((id) => planTask(id, input));
  const notes = planned.flatMap(({ title, problem }) => (problem === null ? [] : [`${title}: ${problem}`]));
  return {
    tasks: planned,
    estimatedMs: estimate(input, planned, input.limit),
    sizes: SIZES.map(({ size, limit, canSee }) => ({
      size,
      limit,
      canSee,
      worstHalfWidth: worstHalfWidth(Math.min(limit ?? Number.POSITIVE_INFINITY, smallestTask(planned))),
      estimatedMs: estimate(input, planned, limit),
    })),
    notes,
  };
}

function planTask(id: string, input: KickPlanInput): PlannedTask {
  const task = findTask(id);
  const title = task.title || titleOfTaskId(id);
  try {
    const dataset = cachedDataset(task, input.data[id] ?? embeddedPath(task.embeddedData));
    const availableCount = dataset.records.length;
    const askCount = Math.min(input.limit ?? availableCount, availableCount);
    const isProportion = task.metrics(input.protocol)[0]?.aggregate === 'proportion';
    return {
      task: id,
      title,
      availableCount,
      askCount,
      knownCounts: knownCounts(task, dataset, input),
      worstHalfWidth: isProportion ? worstHalfWidth(askCount) : null,
      problem: null,
    };
  } catch (error) {
    const problem = serializeError(error).message;
    return { task: id, title, availableCount: 0, askCount: 0, knownCounts: {}, worstHalfWidth: null, problem };
  }
}

function knownCounts(task: KickTask, dataset: Dataset, input: KickPlanInput): Record<string, number> {
  const { protocol, seed, shots, limit, journals } = input;
  const entries = input.models.map(({ id, sha256 }) => {
    if (sha256 === null) return [id, 0] as const;
    const query = {
      task: task.id,
      taskVersion: task.version,
      modelSha256: sha256,
      dataSha256: dataset.sha256,
      protocol,
      seed,
    };
    const samples = journals.find({ ...query, shots: task.usesShots ? shots : undefined, limit, limitPerGroup: null });
    return [id, samples?.length ?? 0] as const;
  });
  return Object.fromEntries(entries);
}

/** Half the 95 % interval of a proportion of one half: no score's interval is wider. */
export function worstHalfWidth(count: number): number | null {
  return count > 0 && Number.isFinite(count) ? (Z_95 * 0.5) / Math.sqrt(count) : null;
}

function smallestTask(tasks: readonly PlannedTask[]): number {
  return Math.min(
    ...tasks.filter(({ worstHalfWidth: width }) => width !== null).map(({ availableCount }) => availableCount),
  );
}

/** Time grows with questions and weights. Null until a job of each task, or at least the speed probe, was run here. */
function estimate(
  { models, earlier, speed }: KickPlanInput,
  tasks: readonly PlannedTask[],
  limit: number | null,
): number | null {
  let total = 0;
  for (const { task, availableCount } of tasks) {
    const count = Math.min(limit ?? availableCount, availableCount);
    const measured = msPerQuestionByte(task, earlier);
    if (measured === undefined && speed === null) return null;
    for (const { sizeBytes } of models) {
      total +=
        count *
        (measured === undefined ? msPerQuestion(findTask(task).dataNeed, sizeBytes, speed!) : sizeBytes * measured);
    }
  }
  return Math.round(total);
}

/** From the newest finished job of the task. */
function msPerQuestionByte(task: string, earlier: readonly Job[]): number | undefined {
  for (const { input, elapsedMs, output, state } of earlier) {
    const { tasks, model } = input as { tasks?: readonly string[]; model?: string };
    if (state !== 'done' || tasks?.length !== 1 || tasks[0] !== task) continue;
    const count = (output as { scores?: readonly { itemCount: number }[] }).scores?.[0]?.itemCount ?? 0;
    const sizeBytes = model === undefined ? undefined : statSync(model, { throwIfNoEntry: false })?.size;
    if (count >= 20 && sizeBytes !== undefined) return elapsedMs / count / sizeBytes;
  }
  return undefined;
}

const datasets = new Map<string, { readonly stamp: string; readonly dataset: Dataset }>();

/** Counting questions reads the whole set: once, until the file changes. */
function cachedDataset(task: KickTask, path: string): Dataset {
  const stat = statSync(path, { throwIfNoEntry: false });
  const stamp = `${stat?.size}/${stat?.mtimeMs}`;
  const key = `${task.dataNeed} ${path}`;
  const known = datasets.get(key);
  if (known?.stamp === stamp) return known.dataset;
  const dataset = readDataset(task.dataNeed, path);
  datasets.set(key, { stamp, dataset });
  return dataset;
}
