// The calls that write models and importance matrices, each in a worker that may crash: what it leaves unfinished is removed here.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CompressResult } from '../../../shared/artifact.ts';
import type { CallOutput, CheckedInput } from '../../../shared/contract.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import { lockOutput, partialFolderOf, removePartial } from '../artifacts/output-file.ts';
import type { ImatrixJob } from '../calibration/imatrix-job.ts';
import type { CompressJob, PlanJob } from '../compress/compress-job.ts';
import { seedRecipe } from '../compress/seed-recipe.ts';
import { EMBEDDED_CALIBRATION_TEXT, embeddedPath } from '../embedded-files.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { runWorker } from '../jobs/run-worker.ts';
import type { CallPlace } from './call-place.ts';

export function planRecipeCall(
  { model, outputPath, recipe, seed, allowRequantize }: CheckedInput<'planRecipe'>,
  place: CallPlace,
  context: JobContext,
): Promise<CallOutput<'planRecipe'>> {
  const sourcePath = place.modelPath(model);
  const job: PlanJob = { sourcePath, outputPath, recipe: seedRecipe(recipe, seed), allowRequantize };
  return runWorker('compress', 'plan', job, context);
}

export function compressCall(
  { model, outputPath, recipe, seed, ...options }: CheckedInput<'compress'>,
  place: CallPlace,
  context: JobContext,
): Promise<CallOutput<'compress'>> {
  const sourcePath = place.modelPath(model);
  const job = { ...options, sourcePath, outputPath: resolve(outputPath), recipe: seedRecipe(recipe, seed) };
  return runCompressJob(job, place, context);
}

export async function runCompressJob(
  job: Omit<CompressJob, 'cacheFolder'>,
  place: CallPlace,
  context: JobContext,
): Promise<CompressResult> {
  using _ = await lockOutput(job.outputPath, context.signal);
  try {
    return await runWorker<CompressResult>(
      'compress',
      'compress',
      { ...job, cacheFolder: place.cacheFolder } satisfies CompressJob,
      context,
    );
  } catch (error) {
    // A worker that was killed could not do this itself.
    if (wasKilled(error)) removePartial(job.outputPath);
    if (!isCancelled(error)) throw error;
    throw new WorkbenchError('CANCELLED', `compressing was cancelled; nothing of ${job.outputPath} is left`, {}, error);
  }
}

export async function measureImatrixCall(
  { model, outputPath, textPath, ...options }: CheckedInput<'measureImatrix'>,
  place: CallPlace,
  context: JobContext,
): Promise<CallOutput<'measureImatrix'>> {
  const job = {
    ...options,
    modelPath: place.modelPath(model),
    outputPath: resolve(outputPath),
    textPath: textPath === undefined ? embeddedPath(EMBEDDED_CALIBRATION_TEXT) : resolve(textPath),
  };
  using _ = await lockOutput(job.outputPath, context.signal);
  return await runImatrixJob(job, place, context);
}

/** The caller has locked the output. */
export async function runImatrixJob(
  job: Omit<ImatrixJob, 'cacheFolder'>,
  place: CallPlace,
  context: JobContext,
): Promise<CallOutput<'measureImatrix'>> {
  const input: ImatrixJob = { ...job, cacheFolder: place.cacheFolder };
  try {
    return await runWorker('compress', 'imatrix', input, context);
  } catch (error) {
    if (!isCancelled(error)) throw error;
    const left = existsSync(partialFolderOf(job.outputPath))
      ? 'what was read so far is kept: run the same command with --resume to go on'
      : 'nothing is left of it';
    throw new WorkbenchError('CANCELLED', `measuring importances was cancelled; ${left}`, {}, error);
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof WorkbenchError && error.code === 'CANCELLED';
}

function wasKilled(error: unknown): boolean {
  return error instanceof WorkbenchError && (error.code === 'CANCELLED' || error.code === 'WORKER_CRASHED');
}
