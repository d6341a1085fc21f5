// A KICK run: tasks asked of one model. Everything that can be wrong with the input is found before the model is loaded.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { WorkbenchError } from '../../../shared/errors.ts';
import { PROTOCOLS, type SampleResult, type ScoreRecord } from '../../../shared/kick.ts';
import { embeddedPath } from '../embedded-files.ts';
import { engineVersion } from '../engine-version.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { hashFiles } from '../models/hash-file.ts';
import { summarizeGguf } from '../models/inspect-model.ts';
import { LLAMA_CPP_RELEASE } from '../native/abi.generated.ts';
import { ModelSession } from '../native/model-session.ts';
import { type Dataset, readDataset } from './dataset.ts';
import { openSession } from './open-session.ts';
import { type BatchPlan, planBatches } from './plan-batches.ts';
import { findTask, TASKS } from './registry.ts';
import { runTask } from './run-task.ts';
import { journalPath, type RunIdentity } from './sample-journal.ts';
import { selectItems } from './select-items.ts';
import { sessionTokenizer } from './session-tokenizer.ts';
import type { KickTask, TaskSettings } from './task.ts';

const count = z.int().min(1);

/** Paths are absolute. */
const kickInputSchema = z.strictObject({
  modelPath: z.string().min(1),
  /** Saves hashing the file when the caller knows. */
  modelSha256: z.string().optional(),
  /** Default: every task that needs no judge. */
  tasks: z.array(z.string()).min(1).optional(),
  /** Task id -> path; `*` stands for the only task. Default: the embedded sets. */
  data: z.record(z.string(), z.string()).default({}),
  limit: count.optional(),
  limitPerGroup: count.optional(),
  shots: z.int().min(0).max(100).default(5),
  protocol: z.enum(PROTOCOLS).default('standard'),
  seed: z.int().min(0).default(0),
  /** Tokens a window of perplexity. */
  contextSize: z.int().min(8).default(512),
  threads: z.int().min(1).optional(),
  gpu: z.enum(['auto', 'cuda', 'metal', 'vulkan', 'none']).default('auto'),
  journalFolder: z.string().optional(),
  resume: z.boolean().default(false),
  samplesPath: z.string().optional(),
});

export type KickInput = z.infer<typeof kickInputSchema>;

export interface KickResult {
  readonly scores: readonly ScoreRecord[];
  /** By task; without those whose questions had all been answered before. */
  readonly peakMemoryBytes: Readonly<Record<string, number>>;
}

/** One task with its data read and its prompts made. */
interface PreparedTask {
  readonly task: KickTask;
  readonly dataSha256: string;
  readonly settings: TaskSettings;
  readonly itemCount: number;
  readonly plan: BatchPlan;
}

export async function runKick(rawInput: unknown, context: JobContext): Promise<KickResult> {
  const input = kickInputSchema.parse(rawInput);
  const tasks = tasksOf(input);
  const datasets = tasks.map((task) => readDataset(task.dataNeed, dataPathOf(task, tasks, input)));
  const model = readGguf(input.modelPath);
  const prepared = await prepareTasks(tasks, datasets, input, summarizeGguf(model).contextLength, context);
  const modelSha256 =
    input.modelSha256 ??
    (await hashFiles(
      model.shards.map(({ path }) => path),
      { signal: context.signal },
    ));
  using session = openSession(
    {
      ...input,
      cells: Math.max(...prepared.map(({ plan }) => plan.cells)),
      sequences: Math.max(...prepared.map(({ plan }) => plan.sequenceCount)),
    },
    context,
  );
  return await runTasks(prepared, session, modelSha256, input, context);
}

function tasksOf(input: KickInput): KickTask[] {
  if (input.tasks === undefined) return TASKS.filter((task) => !task.needsJudge);
  return [...new Set(input.tasks)].map(findTask);
}

function dataPathOf(task: KickTask, tasks: readonly KickTask[], { data }: KickInput): string {
  const stray = Object.keys(data).find((key) => key !== '*' && !tasks.some(({ id }) => id === key));
  if (stray !== undefined)
    throw new WorkbenchError('BAD_USAGE', `Data is given for "${stray}", which is not among the tasks of this run.`);
  if (data['*'] !== undefined && tasks.length > 1) {
    throw new WorkbenchError('BAD_USAGE', 'With several tasks each data set needs the name of its task: ID=PATH.');
  }
  return data[task.id] ?? data['*'] ?? embeddedPath(task.embeddedData);
}

async function prepareTasks(
  tasks: readonly KickTask[],
  datasets: readonly Dataset[],
  input: KickInput,
  windowTokens: number,
  context: JobContext,
): Promise<PreparedTask[]> {
  using vocabulary = ModelSession.open({ modelPath: input.modelPath, vocabOnly: true });
  const tokenizer = sessionTokenizer(vocabulary, windowTokens);
  const { protocol, shots, seed, contextSize } = input;
  const settings = { protocol, shots, seed, contextSize };
  const prepared: PreparedTask[] = [];
  for (const [index, task] of tasks.entries()) {
    const { records, sha256 } = datasets[index]!;
    const items = await selectItems(task, records, settings, tokenizer, input, context);
    const plan = planBatches(items, vocabulary.canShareSequences);
    prepared.push({ task, dataSha256: sha256, settings, itemCount: items.length, plan });
  }
  return prepared;
}

async function runTasks(
  prepared: readonly PreparedTask[],
  session: ModelSession,
  modelSha256: string,
  input: KickInput,
  context: JobContext,
): Promise<KickResult> {
  const scores: ScoreRecord[] = [];
  const lines: string[] = [];
  const peakMemoryBytes: Record<string, number> = {};
  for (const { task, dataSha256, settings, itemCount, plan } of prepared) {
    const { protocol, seed, shots } = settings;
    const versions = { engineVersion: engineVersion(), llamaCppVersion: LLAMA_CPP_RELEASE };
    const facts = { protocol, dataSha256, modelSha256, seed, ...(task.usesShots && { shots }), ...versions };
    const identity: RunIdentity = {
      task: task.id,
      taskVersion: task.version,
      modelSha256,
      dataSha256,
      settings: {
        ...settings,
        limit: input.limit ?? null,
        limitPerGroup: input.limitPerGroup ?? null,
        gpu: session.gpu,
      },
      itemCount,
      itemsPerBatch: plan.itemsPerBatch,
      ...versions,
    };
    const path = input.journalFolder === undefined ? undefined : journalPath(input.journalFolder, identity);
    const result = await runTask(
      { task, plan, itemCount, facts, identity, journalPath: path, resume: input.resume },
      session,
      context,
    );
    scores.push(...result.scores);
    if (result.peakMemoryBytes !== null) peakMemoryBytes[task.id] = result.peakMemoryBytes;
    lines.push(...result.samples.map((sample) => sampleLine(sample, prepared.length > 1 ? task.id : undefined)));
  }
  if (input.samplesPath !== undefined) writeWhole(input.samplesPath, lines.join(''));
  return { scores, peakMemoryBytes };
}

/** With several tasks in one file each line also names its task. */
function sampleLine(sample: SampleResult, task: string | undefined): string {
  return `${JSON.stringify(task === undefined ? sample : { task, ...sample })}\n`;
}

function writeWhole(path: string, text: string): void {
  const partial = `${path}.partial`;
  try {
    writeFileSync(partial, text, { flush: true });
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}
