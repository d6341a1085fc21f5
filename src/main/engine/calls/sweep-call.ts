// The call runSweep: a grid checked and expanded, its journal found or made, and each step carried out by the worker of its kind.
import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import type { CallOutput, CheckedInput } from '../../../shared/contract.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { ScoreRecord, SweepPoint } from '../../../shared/kick.ts';
import { typeOfRecipe } from '../../../shared/series.ts';
import { engineVersion } from '../engine-version.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { findTask, TASKS } from '../kick/registry.ts';
import { inspectModel } from '../models/inspect-model.ts';
import { expandGrid } from '../sweep/expand-grid.ts';
import { runSweep, type SweepModel, type SweepPartial, type SweepSteps } from '../sweep/run-sweep.ts';
import { SweepJournal, type SweepPlan } from '../sweep/sweep-journal.ts';
import { samplesPath } from '../sweep/sweep-samples.ts';
import { cachedImatrix } from './cached-imatrix.ts';
import type { CallPlace } from './call-place.ts';
import { runCompressJob } from './compress-call.ts';
import { inspectFile } from './inspect-call.ts';
import { runKickJob } from './kick-call.ts';
import { describeSelection, storeScores } from './store-scores.ts';

const DEFAULT_SHOTS = 5;

type SweepInput = CheckedInput<'runSweep'>;

export async function runSweepCall(
  input: SweepInput,
  place: CallPlace,
  context: JobContext,
): Promise<CallOutput<'runSweep'>> {
  const recipes = expandGrid(input.grid, input.seed);
  for (const id of tasksOf(input) ?? []) findTask(id);
  const models = await nameModels(input.models, place);
  const { models: _, grid, resume, keepFiles, parallelPoints, gpu, threads, ...kick } = input;
  const plan: SweepPlan = {
    models: models.map(({ path }) => ({ path, ...statOf(path) })),
    recipes,
    kick: { ...kick, tasks: tasksOf(input), shots: grid.shots, limit: limitOf(input), gpu },
    engineVersion: engineVersion(),
  };
  const found = resume ? SweepJournal.findUnfinished(place.sweepsFolder, plan) : undefined;
  const journal = found ?? SweepJournal.create(place.sweepsFolder, plan, new Date());
  using _lock = await journal.lock(context.signal);
  if (found !== undefined) context.log(`going on with sweep ${found.sweepId}, ${found.points.length} points are there`);
  try {
    const steps = sweepSteps(input, place, journal);
    const keeping = keepScores(input, place, context);
    const sweep = await runSweep({ models, recipes, keepFiles, parallelPoints }, journal, steps, keeping);
    journal.finish();
    return sweep;
  } catch (error) {
    throw withWhatIsLeft(error, journal);
  } finally {
    journal.discard();
  }
}

function tasksOf({ tasks, grid }: SweepInput): string[] | undefined {
  return tasks ?? grid.tasks;
}

function limitOf({ limit, grid }: SweepInput): number | undefined {
  return limit ?? grid.limit;
}

function statOf(path: string): { sizeBytes: number; modifiedMs: number } {
  const { size, mtimeMs } = statSync(path);
  return { sizeBytes: size, modifiedMs: mtimeMs };
}

/** By the name in the header, as the score store has them; two models of one name are told apart by their files. */
async function nameModels(references: readonly string[], place: CallPlace): Promise<SweepModel[]> {
  const models: SweepModel[] = [];
  for (const reference of references) {
    const path = place.modelPath(reference);
    const { name } = await inspectModel(path);
    models.push({ path, name });
  }
  return models.map(({ path, name }) => {
    const isTaken = models.some((other) => other.name === name && other.path !== path);
    return { path, name: isTaken ? `${name} (${basename(path)})` : name };
  });
}

function sweepSteps(input: SweepInput, place: CallPlace, journal: SweepJournal): SweepSteps {
  const device = { gpu: input.gpu, ...threadShare(input) };
  return {
    inspect: (path, context) => inspectFile({ path, tensors: false, measureSparsity: true, sha256: true }, context),
    imatrix: (modelPath, context) => cachedImatrix({ modelPath, ...device }, place, context),
    compress: ({ sourcePath, outputPath, recipe }, context) =>
      runCompressJob(
        { sourcePath, outputPath, recipe, allowRequantize: false, strict: false, force: true, ...device },
        place,
        context,
      ),
    kick: (modelPath, modelSha256, context) => kickAllShots(input, { modelPath, modelSha256 }, place, journal, context),
  };
}

/** Points side by side must not fight for the cores; a point alone measures what is best for it. */
function threadShare({ threads, parallelPoints }: SweepInput): { readonly threads?: number } {
  if (threads !== undefined) return { threads };
  if (parallelPoints === 1) return {};
  return { threads: Math.max(1, Math.floor(availableParallelism() / parallelPoints)) };
}

/** All tasks with the first number of shots; with the others only those that take shots. */
async function kickAllShots(
  input: SweepInput,
  model: { readonly modelPath: string; readonly modelSha256: string },
  place: CallPlace,
  journal: SweepJournal,
  context: JobContext,
): Promise<ScoreRecord[]> {
  const { data, protocol, seed, gpu, limitPerGroup, resume, grid } = input;
  const limit = limitOf(input);
  const scores: ScoreRecord[] = [];
  const shotCounts = grid.shots.length > 0 ? grid.shots : [DEFAULT_SHOTS];
  for (const [index, shots] of shotCounts.entries()) {
    const tasks = index === 0 ? tasksOf(input) : shotTasks(tasksOf(input));
    if (tasks?.length === 0) continue;
    const job = {
      ...model,
      shots,
      data: Object.fromEntries(Object.entries(data).filter(([id]) => tasks?.includes(id) ?? true)),
      protocol,
      seed,
      gpu,
      resume,
      samplesPath: samplesPath(journal.folder, model.modelSha256, shots, tasks),
      ...(tasks === undefined ? {} : { tasks }),
      ...(limit === undefined ? {} : { limit }),
      ...(limitPerGroup === undefined ? {} : { limitPerGroup }),
      ...threadShare(input),
    };
    scores.push(...(await runKickJob(job, place, context)));
  }
  return scores;
}

function shotTasks(ids: readonly string[] | undefined): string[] {
  const tasks = ids === undefined ? TASKS.filter(({ needsJudge }) => !needsJudge) : ids.map(findTask);
  return tasks.filter(({ usesShots }) => usesShots).map(({ id }) => id);
}

/** Every finished point goes into the score store as well. */
function keepScores(input: SweepInput, place: CallPlace, context: JobContext): JobContext {
  const selection = describeSelection({ limit: limitOf(input), limitPerGroup: input.limitPerGroup });
  return {
    ...context,
    progress: (progress) => {
      const { partial } = progress;
      if (partial !== undefined) storePoint((partial as SweepPartial).point, selection, place);
      context.progress(progress);
    },
  };
}

function storePoint(point: SweepPoint, selection: string, place: CallPlace): void {
  const { modelSha256, scores, ...file } = point;
  const type = typeOfRecipe(point.recipe) ?? '';
  storeScores(place.scoreStorePath, { ...file, sha256: modelSha256, type, path: null }, scores, selection);
}

/** A cancelled sweep is not lost; its user should know. */
function withWhatIsLeft(error: unknown, journal: SweepJournal): unknown {
  if (!(error instanceof WorkbenchError) || error.code !== 'CANCELLED') return error;
  const count = journal.points.length;
  const kept = count === 1 ? 'one finished point is kept' : `${count} finished points are kept`;
  const left =
    count === 0
      ? 'the sweep was cancelled before its first point; nothing is left of it'
      : `the sweep was cancelled; ${kept}: run the same command with --resume to go on`;
  return new WorkbenchError('CANCELLED', left, { sweepId: journal.sweepId, pointCount: count }, error);
}
