// LLM-KICK as calls: plans, runs of several versions, the feed of answers, a person's own questions, exports.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { KickRun, kickCalls } from '../../../shared/session/kick-calls.ts';
import { formatScoreCsv, scoreRowOf } from '../export/score-rows.ts';
import { endEarly } from '../kick-runs/end-early.ts';
import { lmEvalResults } from '../kick-runs/lm-eval-results.ts';
import { OwnQuestions } from '../kick-runs/own-questions.ts';
import { planKick } from '../kick-runs/plan-kick.ts';
import { exportedFile } from './exported-file.ts';
import { addJob } from './job-handlers.ts';
import { type HandlersOf, OK, type Services } from './services.ts';

export function kickHandlers(services: Services): HandlersOf<typeof kickCalls> {
  const { queue, kickRuns, scoreBoard, emit } = services;
  const own = new OwnQuestions(services.home);
  return {
    planKick: async ({ models, ...request }) => {
      const nodes = await services.tree.list();
      const facts = models.map((model) => {
        const path = services.pathOf(model);
        const node = nodes.find((candidate) => candidate.id === model || candidate.path === path);
        return { id: model, sha256: node?.sha256 ?? null, sizeBytes: node?.sizeBytes ?? 0 };
      });
      return planKick({
        ...request,
        models: facts,
        journals: scoreBoard.journals,
        earlier: earlierKickJobs(services),
        speed: services.speed.last,
      });
    },
    startKickRun: (request) =>
      kickRuns.start(request, (input, runId) => addJob(services, { kind: 'kick', input, runId })),
    listKickRuns: () => ({ runs: kickRuns.list() }),
    getKickRun: ({ runId }) => kickRuns.get(runId),
    pauseKickRun: ({ runId }) => forJobs(services, runId, ({ id, state }) => state !== 'done' && void queue.pause(id)),
    resumeKickRun: ({ runId }) => {
      // Each goes to the head of the queue, so the first one is put there last.
      for (const { id } of kickRuns.jobsOf(runId).reverse()) queue.resume(id);
      return kickRuns.get(runId);
    },
    cancelKickRun: ({ runId }) => {
      // The running one last: else the next would start for a moment.
      for (const { id } of kickRuns.jobsOf(runId).reverse()) queue.cancel(id);
      return kickRuns.get(runId);
    },
    listAnswers: ({ runId, model, task, change, offset, limit }) => {
      const jobs = runId === undefined ? queue.list().filter(({ kind }) => kind === 'kick') : kickRuns.jobsOf(runId);
      const answers = kickRuns
        .answers(jobs)
        .filter(
          (answer) =>
            (model === undefined || answer.model === model) &&
            (task === undefined || answer.task === task) &&
            (change === undefined || answer.change === change),
        );
      return { answers: answers.slice(offset, offset + limit), totalCount: answers.length };
    },
    skipRest: async ({ jobId }) => {
      await endEarly(services, jobId);
      return OK;
    },
    listOwnQuestions: () => ({ questions: own.list(), path: own.path }),
    saveOwnQuestion: (question) => {
      mkdirSync(dirname(own.path), { recursive: true });
      const saved = own.save(question);
      emit({ type: 'questions-changed' });
      return saved;
    },
    removeOwnQuestion: ({ id }) => {
      own.remove(id);
      emit({ type: 'questions-changed' });
      return OK;
    },
    exportSamples: ({ model, task }) => {
      const entry = scoreBoard.entries.find(
        ({ row }) => row.task === task && row.modelSha256 === (services.sha256Of(model) ?? model),
      );
      const samples = entry === undefined ? undefined : scoreBoard.samplesOf(entry);
      if (samples === undefined)
        throw new WorkbenchError('NOT_POSSIBLE_NOW', `There are no answers of ${model} to ${task}. Run KICK first.`);
      return exportedFile(`${model}-${task}.jsonl`, samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''));
    },
    exportRun: ({ runId, format }) => {
      const jobs = kickRuns.jobsOf(runId);
      const hashes = new Set(jobs.flatMap(({ output }) => scoresOf(output).map(({ modelSha256 }) => modelSha256)));
      const tasks = new Set(kickRuns.get(runId).tasks);
      const entries = scoreBoard.entries.filter(({ row }) => hashes.has(row.modelSha256) && tasks.has(row.task));
      const name = `kick-${runId}`;
      if (format === 'csv')
        return exportedFile(`${name}.csv`, formatScoreCsv(entries.map(({ row }) => scoreRowOf(row))));
      const document = format === 'json' ? kickRuns.get(runId) : lmEvalResults(entries.map(({ row }) => row));
      return exportedFile(
        `${name}${format === 'json' ? '' : '-lm-eval'}.json`,
        `${JSON.stringify(document, null, 2)}\n`,
      );
    },
  };
}

/** Newest first, with models named by path: how fast this computer asks. */
export function earlierKickJobs(services: Services): ReturnType<Services['queue']['list']> {
  const jobs = services.queue.list().filter(({ kind }) => kind === 'kick');
  return jobs.map((job) => withModelPath(services, job));
}

/** Earlier jobs name models by id; their size is found by path. */
function withModelPath({ pathOf }: Services, job: ReturnType<Services['queue']['get']>) {
  try {
    return { ...job, input: { ...(job.input as object), model: pathOf(job.models[0] ?? '') } };
  } catch {
    return job;
  }
}

function scoresOf(output: unknown): readonly { readonly modelSha256: string }[] {
  return (output as { scores?: readonly { modelSha256: string }[] } | undefined)?.scores ?? [];
}

function forJobs(
  { kickRuns }: Services,
  runId: string,
  act: (job: ReturnType<Services['queue']['get']>) => unknown,
): KickRun {
  // Waiting ones first: pausing the running one would start the next.
  for (const job of kickRuns
    .jobsOf(runId)
    .sort((a, b) => Number(a.state === 'running') - Number(b.state === 'running')))
    act(job);
  return kickRuns.get(runId);
}
