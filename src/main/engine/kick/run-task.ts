// Runs one task: batches of questions through the model, each journaled before the next starts, then the scores.
import type { SampleResult, ScoreRecord } from '../../../shared/kick.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { ModelSession } from '../native/model-session.ts';
import { answerBatch } from './answer-wave.ts';
import type { Batch, BatchPlan } from './plan-batches.ts';
import { lockJournal, type RunIdentity, SampleJournal } from './sample-journal.ts';
import { type RunFacts, scoreSamples } from './score-samples.ts';
import type { KickTask, TaskItem, TaskReply } from './task.ts';

export interface TaskRun {
  readonly task: KickTask;
  readonly plan: BatchPlan;
  readonly itemCount: number;
  readonly facts: Omit<RunFacts, 'elapsedMs'>;
  readonly identity: RunIdentity;
  /** Undefined: nothing is kept, and nothing can be resumed. */
  readonly journalPath: string | undefined;
  readonly resume: boolean;
}

/** What each finished batch sends as `partial`: its answers, and what they are answers to. */
export interface KickPartial {
  readonly identity: RunIdentity;
  readonly journalPath: string | undefined;
  readonly samples: readonly SampleResult[];
}

export interface TaskResult {
  readonly samples: readonly SampleResult[];
  readonly scores: readonly ScoreRecord[];
  /** Resident memory of the process at its highest between two batches; null when nothing was asked any more. */
  readonly peakMemoryBytes: number | null;
}

export async function runTask(run: TaskRun, session: ModelSession, context: JobContext): Promise<TaskResult> {
  const startedMs = performance.now();
  const { task, plan, itemCount, journalPath } = run;
  using _ = journalPath === undefined ? undefined : await lockJournal(journalPath, task.id, context.signal);
  const journal = journalPath === undefined ? undefined : SampleJournal.open(journalPath, run.identity, run.resume);
  try {
    const samples: SampleResult[] = [...(journal?.samples ?? [])];
    if (samples.length > 0)
      context.log(`${task.id}: ${samples.length} of ${itemCount} answers are there from an earlier run.`);
    const report = (done: number, answered?: readonly SampleResult[]): void => {
      const { identity } = run;
      const partial: KickPartial | undefined = answered && { identity, journalPath, samples: answered };
      context.progress({ stage: task.id, done, total: itemCount, unit: 'questions', ...(partial && { partial }) });
    };
    report(samples.length, [...samples]);
    let peakMemoryBytes: number | null = null;
    for (const batch of plan.batches) {
      if (batch.start < samples.length) continue;
      const answered = await answerAndScore(session, batch, plan, context, report);
      journal?.append(answered);
      samples.push(...answered);
      peakMemoryBytes = Math.max(peakMemoryBytes ?? 0, process.memoryUsage.rss());
      report(samples.length, answered);
    }
    const elapsedMs = Math.round(performance.now() - startedMs);
    return { samples, scores: scoreSamples(task, samples, { ...run.facts, elapsedMs }), peakMemoryBytes };
  } finally {
    journal?.close();
  }
}

async function answerAndScore(
  session: ModelSession,
  batch: Batch,
  plan: BatchPlan,
  context: JobContext,
  report: (done: number) => void,
): Promise<SampleResult[]> {
  let done = batch.start;
  const replies = await answerBatch(session, batch, plan.sequenceCount - 1, context.signal, (items) => {
    done += items;
    report(done);
  });
  return batch.items.map((item, offset) => sampleOf(item, batch.start + offset, replies[offset]!));
}

function sampleOf(item: TaskItem, index: number, replies: readonly TaskReply[]): SampleResult {
  const scored = item.score(replies);
  return {
    index,
    id: item.id,
    ...(item.group !== undefined && { group: item.group }),
    prompt: item.prompt,
    answer: scored.answer,
    expected: item.expected,
    score: scored.score,
    ...(scored.metrics && { metrics: scored.metrics }),
    outcome: scored.score === null ? 'failed' : 'answered',
    ...(item.failure !== undefined && { failure: item.failure }),
    ...(scored.logprobs && { logprobs: scored.logprobs }),
  };
}
