// MMLU with five examples: questions a second of the runner, beside the plain loop that decodes every full prompt by itself.

import type { JobContext } from '../../src/main/engine/jobs/job-context.ts';
import { answerBatch } from '../../src/main/engine/kick/answer-wave.ts';
import { readDataset } from '../../src/main/engine/kick/dataset.ts';
import type { ChoiceRecord } from '../../src/main/engine/kick/formats/records.ts';
import { openSession } from '../../src/main/engine/kick/open-session.ts';
import { planBatches } from '../../src/main/engine/kick/plan-batches.ts';
import { findTask } from '../../src/main/engine/kick/registry.ts';
import { selectItems } from '../../src/main/engine/kick/select-items.ts';
import { sessionTokenizer } from '../../src/main/engine/kick/session-tokenizer.ts';
import type { ChooseReply, ChooseRequest, TaskItem } from '../../src/main/engine/kick/task.ts';
import { ModelSession } from '../../src/main/engine/native/model-session.ts';
import { sharedData } from '../../test/support/outside-data.ts';
import type { BenchReport } from './bench-report.ts';
import type { BenchSetting } from './bench-setting.ts';

const LEAST_RATIO = 3;
const SHOTS = 5;
/** Every eighth subject, so that short and long questions are there; not a divisor of the batch size, as in a full run. */
const SUBJECT_STEP = 8;
const QUESTIONS_PER_SUBJECT = 50;
/** The plain loop answers every so many-th of the same questions. */
const PLAIN_STEP = 16;

export async function benchMmluThroughput(setting: BenchSetting, report: BenchReport): Promise<void> {
  const data = sharedData('mmlu');
  if (setting.smolPath === undefined || data === undefined) {
    return report.skip('MMLU throughput', `${data === undefined ? 'MMLU' : 'SmolLM2'} is not on this machine`);
  }
  const items = await readItems(setting.smolPath, data);
  const ours = await runnerSpeed(setting.smolPath, items, setting.threads);
  const plainItems = items.filter((_, index) => index % PLAIN_STEP === 0);
  const plain = plainSpeed(setting.smolPath, plainItems, setting.threads);
  const right = items.filter((item, index) => item.score([ours.replies[index]!]).score === 1).length;
  const ratio = ours.questionsPerSecond / plain;
  report.note(`${items.length} questions, ${((right / items.length) * 100).toFixed(1)} % right`);
  report.add({
    what: `MMLU ${SHOTS}-shot throughput`,
    measured: `${ratio.toFixed(2)} x (${ours.questionsPerSecond.toFixed(2)} questions/s, plain loop ${plain.toFixed(2)})`,
    bar: `>= ${LEAST_RATIO} x the plain loop`,
    passed: ratio >= LEAST_RATIO,
  });
}

async function readItems(modelPath: string, data: string): Promise<TaskItem[]> {
  const records = readDataset('choices', data).records as readonly ChoiceRecord[];
  const subjects = [...new Set(records.map(({ subject }) => subject))].filter((_, index) => index % SUBJECT_STEP === 0);
  const chosen = records.filter(({ subject }) => subjects.includes(subject));
  using vocabulary = ModelSession.open({ modelPath, vocabOnly: true });
  const tokenizer = sessionTokenizer(vocabulary, 2048);
  const settings = { protocol: 'standard', shots: SHOTS, seed: 0, contextSize: 512 } as const;
  const limits = { limitPerGroup: QUESTIONS_PER_SUBJECT };
  return await selectItems(findTask('multiple-choice-qa'), chosen, settings, tokenizer, limits, silentContext());
}

function silentContext(): JobContext {
  return { signal: new AbortController().signal, progress: () => {}, log: () => {} };
}

async function runnerSpeed(modelPath: string, items: readonly TaskItem[], threads: number) {
  const context = silentContext();
  const plan = planBatches(items, true);
  const needs = { modelPath, cells: plan.cells, sequences: plan.sequenceCount, threads, gpu: 'none' } as const;
  using session = openSession(needs, context);
  const startedMs = performance.now();
  const replies: ChooseReply[] = [];
  for (const batch of plan.batches) {
    const answered = await answerBatch(session, batch, plan.sequenceCount - 1, context.signal, () => {});
    replies.push(...answered.map(([reply]) => reply as ChooseReply));
  }
  return { replies, questionsPerSecond: (items.length * 1000) / (performance.now() - startedMs) };
}

function plainSpeed(modelPath: string, items: readonly TaskItem[], threads: number): number {
  using session = ModelSession.open({ modelPath, contextSize: 2048, batchSize: 2048, threads, gpu: 'none' });
  const startedMs = performance.now();
  for (const item of items) {
    const { promptTokens, choices } = item.requests[0] as ChooseRequest;
    session.clear();
    session.decodeRun(promptTokens);
    const last = promptTokens.length - 1;
    session.logProbabilities(
      choices.map(() => last),
      choices.map((choice) => choice[0]!),
    );
  }
  return (items.length * 1000) / (performance.now() - startedMs);
}
