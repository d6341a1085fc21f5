// Runs a list of recipes over models: the dense file first, then each recipe compressed and scored.
// A finished point is journaled at once, so a killed sweep goes on where it was.
import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CompressResult } from '../../../shared/artifact.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import { findFileType } from '../../../shared/ggml-types.ts';
import type { ScoreRecord, Sweep, SweepPoint } from '../../../shared/kick.ts';
import type { ModelSummary } from '../../../shared/model.ts';
import type { Progress } from '../../../shared/progress.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import { findMethod } from '../compress/registry.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { SweepRecipe } from './expand-grid.ts';
import { runLanes, Turnstile } from './run-lanes.ts';
import type { SweepJournal } from './sweep-journal.ts';

export interface SweepModel {
  readonly path: string;
  /** What the user calls it. */
  readonly name: string;
}

/** What a sweep has done for it; every call is a job of its own. */
export interface SweepSteps {
  readonly inspect: (path: string, context: JobContext) => Promise<ModelSummary>;
  readonly compress: (
    input: { sourcePath: string; outputPath: string; recipe: Recipe },
    context: JobContext,
  ) => Promise<CompressResult>;
  /** Path of an importance matrix of this model, from a cache where it can. */
  readonly imatrix: (modelPath: string, context: JobContext) => Promise<string>;
  readonly kick: (modelPath: string, modelSha256: string, context: JobContext) => Promise<readonly ScoreRecord[]>;
}

export interface SweepInput {
  readonly models: readonly SweepModel[];
  readonly recipes: readonly SweepRecipe[];
  readonly keepFiles: boolean;
  /** Points that are worked on at once. Small models gain: their threads would mostly wait for each other. */
  readonly parallelPoints: number;
}

/** What a finished point sends as `partial` of the sweep's progress. */
export interface SweepPartial {
  readonly sweepId: string;
  readonly point: SweepPoint;
}

export async function runSweep(
  input: SweepInput,
  journal: SweepJournal,
  steps: SweepSteps,
  context: JobContext,
): Promise<Sweep> {
  const filesFolder = join(journal.folder, 'files');
  mkdirSync(filesFolder, { recursive: true });
  const jobs = listJobs(input, filesFolder);
  const isDone = ({ model, label }: SweepJob): boolean =>
    journal.points.some((point) => point.model === model.name && point.label === label);
  // Statistics and matrices are measured by the first recipe that needs them and found by the next: one at a time.
  const compressing = new Turnstile();
  const run = async (job: SweepJob, signal: AbortSignal): Promise<void> => {
    if (signal.aborted) throw new WorkbenchError('CANCELLED', 'the sweep was cancelled');
    const inner = innerContext({ ...context, signal }, job.label, journal, jobs.length);
    const point = await scorePoint(job, steps, compressing, inner);
    journal.add(point);
    if (!input.keepFiles) rmSync(job.outputPath, { force: true });
    const partial: SweepPartial = { sweepId: journal.sweepId, point };
    const done = journal.points.length;
    context.progress({ stage: job.label, done, total: jobs.length, unit: 'recipes', partial });
  };
  try {
    const open = jobs.filter((job) => !isDone(job));
    await runLanes(open, input.parallelPoints, context.signal, run);
  } finally {
    if (!input.keepFiles) rmSync(filesFolder, { recursive: true, force: true });
  }
  return { sweepId: journal.sweepId, points: inOrder(journal.points, jobs) };
}

/** One file to score: the dense one where nothing is planned. */
interface SweepJob {
  readonly model: SweepModel;
  readonly label: string;
  readonly planned: SweepRecipe | undefined;
  readonly outputPath: string;
}

function listJobs({ models, recipes }: SweepInput, folder: string): SweepJob[] {
  return models
    .flatMap((model) =>
      [undefined, ...recipes].map((planned) => ({ model, planned, label: planned?.label ?? 'dense' })),
    )
    .map((job, index) => ({ ...job, outputPath: join(folder, `${index}-${fileNameOf(job.label)}.gguf`) }));
}

function inOrder(points: readonly SweepPoint[], jobs: readonly SweepJob[]): SweepPoint[] {
  return jobs.flatMap(({ model, label }) =>
    points.filter((point) => point.model === model.name && point.label === label),
  );
}

function scorePoint(
  { model, planned, outputPath }: SweepJob,
  steps: SweepSteps,
  compressing: Turnstile,
  context: JobContext,
): Promise<SweepPoint> {
  if (planned === undefined) return scoreDense(model, steps, context);
  return scoreCompressed(model, planned, outputPath, steps, compressing, context);
}

async function scoreDense(model: SweepModel, steps: SweepSteps, context: JobContext): Promise<SweepPoint> {
  const summary = await steps.inspect(model.path, context);
  const modelSha256 = hashOf(summary.sha256, model.path);
  const scores = await steps.kick(model.path, modelSha256, context);
  return {
    label: 'dense',
    model: model.name,
    modelSha256,
    recipe: null,
    method: 'dense',
    sizeBytes: summary.sizeBytes,
    bitsPerWeight: summary.bitsPerWeight,
    sparsityRatio: summary.sparsityRatio ?? 0,
    scores,
  };
}

async function scoreCompressed(
  model: SweepModel,
  planned: SweepRecipe,
  outputPath: string,
  steps: SweepSteps,
  compressing: Turnstile,
  context: JobContext,
): Promise<SweepPoint> {
  const { artifact, recipe, warnings } = await compressing.pass(async () => {
    const wanted = await withImatrix(planned, model.path, steps, context);
    return steps.compress({ sourcePath: model.path, outputPath, recipe: wanted }, context);
  });
  for (const warning of warnings) context.log(`${planned.label}: ${warning}`);
  const modelSha256 = hashOf(artifact.sha256, outputPath);
  const scores = await steps.kick(outputPath, modelSha256, context);
  return {
    label: planned.label,
    model: model.name,
    modelSha256,
    recipe: withoutFolders(recipe),
    method: findMethod(recipe.steps.at(-1)?.method ?? '').family,
    sizeBytes: artifact.sizeBytes,
    bitsPerWeight: artifact.bitsPerWeight,
    sparsityRatio: artifact.sparsityRatio ?? 0,
    scores,
  };
}

/** Types that llama.cpp refuses without an importance matrix get the dense model's; others where the grid asks for it. */
async function withImatrix(
  { recipe, wantsImatrix = false }: SweepRecipe,
  modelPath: string,
  steps: SweepSteps,
  context: JobContext,
): Promise<Recipe> {
  const needsOne = ({ method, params }: Recipe['steps'][number]): boolean =>
    method === 'quantize' &&
    typeof params['type'] === 'string' &&
    params['imatrix'] === undefined &&
    (wantsImatrix || findFileType(params['type'])?.imatrix === 'required');
  if (!recipe.steps.some(needsOne)) return recipe;
  const imatrix = await steps.imatrix(modelPath, context);
  return {
    ...recipe,
    steps: recipe.steps.map((step) => (needsOne(step) ? { ...step, params: { ...step.params, imatrix } } : step)),
  };
}

/** A report may be given away: it names the matrix, not the folders of this machine. */
function withoutFolders(recipe: Recipe): Recipe {
  const steps = recipe.steps.map((step) => {
    const { imatrix } = step.params;
    return typeof imatrix === 'string' ? { ...step, params: { ...step.params, imatrix: basename(imatrix) } } : step;
  });
  return { ...recipe, steps };
}

function hashOf(sha256: string | undefined, path: string): string {
  if (sha256 === undefined) throw new WorkbenchError('INTERNAL', `${path} was not hashed`);
  return sha256;
}

function fileNameOf(label: string): string {
  return label.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^-+|-+$/g, '');
}

/** A step's own progress becomes a part of the sweep's stage: `Q4_K_M, factoid-qa 120 of 240`. */
function innerContext(context: JobContext, label: string, journal: SweepJournal, total: number): JobContext {
  return {
    ...context,
    progress: ({ stage, done, total: innerTotal }: Progress) => {
      const inner = innerTotal === undefined ? stage : `${stage} ${done} of ${innerTotal}`;
      context.progress({ stage: `${label}, ${inner}`, done: journal.points.length, total, unit: 'recipes' });
    },
  };
}
