// The call runKick: tasks asked of a model in a worker, the scores kept, and the same for the model to compare with.
import { resolve } from 'node:path';
import type { CallOutput, CheckedInput } from '../../../shared/contract.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { ScoreRecord } from '../../../shared/kick.ts';
import { checkOutput, lockOutput } from '../artifacts/output-file.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { runWorker } from '../jobs/run-worker.ts';
import { findTask } from '../kick/registry.ts';
import type { KickResult } from '../kick/run-kick.ts';
import type { CallPlace } from './call-place.ts';
import { describeFile } from './describe-file.ts';
import { describeSelection, storePeakMemory, storeScores } from './store-scores.ts';

export async function runKickCall(
  { model, against, force, samplesPath, ...options }: CheckedInput<'runKick'>,
  place: CallPlace,
  context: JobContext,
): Promise<CallOutput<'runKick'>> {
  for (const id of options.tasks ?? []) findTask(id);
  const modelPath = place.modelPath(model);
  const paths = samplesPath === undefined ? {} : { samplesPath: checkSamplesPath(samplesPath, modelPath, force) };
  const againstPath = against === undefined ? undefined : place.modelPath(against);
  const scores = await kickIntoFile({ ...options, ...paths, modelPath }, place, context);
  if (againstPath === undefined) return { scores };
  return { scores, against: { scores: await kickAndStore({ ...options, modelPath: againstPath }, place, context) } };
}

/** Found before an hour of questions is asked, not after. */
function checkSamplesPath(samplesPath: string, modelPath: string, force: boolean): string {
  const outputPath = resolve(samplesPath);
  checkOutput({ outputPath, sourcePaths: [modelPath], force });
  return outputPath;
}

type KickOptions = Omit<CheckedInput<'runKick'>, 'model' | 'against' | 'force' | 'samplesPath'>;

export interface KickJob extends KickOptions {
  readonly modelPath: string;
  readonly modelSha256?: string;
  readonly samplesPath?: string;
}

/** In a worker; paths of data are made absolute. The memory that it took is kept beside the scores to come. */
export async function runKickJob(job: KickJob, place: CallPlace, context: JobContext): Promise<readonly ScoreRecord[]> {
  const data = Object.fromEntries(Object.entries(job.data).map(([task, path]) => [task, resolve(path)]));
  const input = { ...job, data, journalFolder: place.journalFolder };
  const { scores, peakMemoryBytes } = await runWorker<KickResult>('kick', 'kick', input, context);
  storePeakMemory(place.scoreStorePath, scores, peakMemoryBytes);
  return scores;
}

async function kickIntoFile(job: KickJob, place: CallPlace, context: JobContext): Promise<ScoreRecord[]> {
  using _ = job.samplesPath === undefined ? undefined : await lockOutput(job.samplesPath, context.signal);
  return await kickAndStore(job, place, context);
}

async function kickAndStore(job: KickJob, place: CallPlace, context: JobContext): Promise<ScoreRecord[]> {
  const scores = await runKickJob(job, place, context).catch((error: unknown) => {
    if (!(error instanceof WorkbenchError) || error.code !== 'CANCELLED') throw error;
    const left = 'the answers so far are kept: run the same command with --resume to go on';
    throw new WorkbenchError('CANCELLED', `the run was cancelled; ${left}`, {}, error);
  });
  const sha256 = scores[0]?.modelSha256;
  if (sha256 !== undefined) {
    const file = await describeFile(job.modelPath, sha256, place, context);
    storeScores(place.scoreStorePath, file, scores, describeSelection(job));
  }
  return [...scores];
}
