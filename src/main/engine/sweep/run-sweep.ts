// Runs a list of recipes over models: the dense file first, then each recipe compressed and scored, one after the other.
// A finished point is journaled before the next one starts, so a killed sweep goes on where it was.
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
  const jobs = input.models.flatMap((model) => [
    { model, planned: undefined },
    ...input.recipes.map((planned) => ({ model, planned })),
  ]);
  try {
    for (const [index, { model, planned }] of jobs.entries()) {
      if (context.signal.aborted) throw new WorkbenchError('CANCELLED', 'the sweep was cancelled');
      const label = planned?.label ?? 'dense';
      if (journal.points.some((point) => point.model === model.name && point.label === label)) continue;
      const inner = innerContext(context, label, index, jobs.length);
      const outputPath = join(filesFolder, `${index}-${fileNameOf(label)}.gguf`);
      const point = await (planned === undefined
        ? scoreDense(model, steps, inner)
        : scoreCompressed(model, planned, outputPath, steps, inner));
      journal.add(point);
      if (!input.keepFiles) rmSync(outputPath, { force: true });
      const partial: SweepPartial = { sweepId: journal.sweepId, point };
      context.progress({ stage: label, done: index + 1, total: jobs.length, unit: 'recipes', partial });
    }
  } finally {
    if (!input.keepFiles) rmSync(filesFolder, { recursive: true, force: true });
  }
  return { sweepId: journal.sweepId, points: inOrder(journal.points, jobs) };
}

function inOrder(
  points: readonly SweepPoint[],
  jobs: readonly { model: SweepModel; planned: SweepRecipe | undefined }[],
): SweepPoint[] {
  return jobs.flatMap(({ model, planned }) =>
    points.filter((point) => point.model === model.name && point.label === (planned?.label ?? 'dense')),
  );
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
  context: JobContext,
): Promise<SweepPoint> {
  const wanted = await withImatrix(planned.recipe, model.path, steps, context);
  rmSync(outputPath, { force: true });
  const { artifact, recipe, warnings } = await steps.compress(
    { sourcePath: model.path, outputPath, recipe: wanted },
    context,
  );
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

/** Types that llama.cpp refuses without an importance matrix get the dense model's. */
async function withImatrix(recipe: Recipe, modelPath: string, steps: SweepSteps, context: JobContext): Promise<Recipe> {
  const needsOne = ({ params }: Recipe['steps'][number]): boolean =>
    typeof params['type'] === 'string' &&
    params['imatrix'] === undefined &&
    findFileType(params['type'])?.imatrix === 'required';
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
function innerContext(context: JobContext, label: string, index: number, total: number): JobContext {
  return {
    ...context,
    progress: ({ stage, done, total: innerTotal }: Progress) => {
      const inner = innerTotal === undefined ? stage : `${stage} ${done} of ${innerTotal}`;
      context.progress({ stage: `${label}, ${inner}`, done: index, total, unit: 'recipes' });
    },
  };
}
