// Carries out the jobs of the queue through the engine's calls, and lets the rest of the session know what came of them:
// new files join the library, new scores the charts, finished answers the live feed.
import type { CompressResult } from '../../../shared/artifact.ts';
import type { CallInput, CallName } from '../../../shared/contract.ts';
import type { Job } from '../../../shared/job.ts';
import type { ModelSummary } from '../../../shared/model.ts';
import type { Progress } from '../../../shared/progress.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { KickPartial } from '../kick/run-task.ts';
import { callOfKind } from './job-kinds.ts';
import type { Services } from './services.ts';

export class JobRunner {
  #services: Services | undefined;

  /** The queue needs the runner and the runner the queue: the rest comes once it is there. */
  attach(services: Services): void {
    this.#services = services;
  }

  async run(job: Job, isResumed: boolean, context: JobContext): Promise<unknown> {
    const services = this.#attached();
    const name = callOfKind(job.kind);
    const input = isResumed && job.canResume ? { ...(job.input as object), resume: true } : job.input;
    const listening = { ...context, progress: (progress: Progress) => this.#hear(job, progress, context) };
    try {
      const output = await services.workbench.call(name, this.#prepare(job, input) as CallInput<CallName>, listening);
      await this.#afterwards(job, output, context.signal);
      return output;
    } finally {
      services.liveAnswers.end(job.id);
    }
  }

  #prepare(job: Job, input: unknown): unknown {
    return job.kind === 'measure-sparsity'
      ? { ...(input as object), tensors: true, measureSparsity: true, sha256: true }
      : input;
  }

  #hear(job: Job, progress: Progress, context: JobContext): void {
    context.progress(progress);
    const { partial } = progress;
    if (partial === undefined) return;
    const { liveAnswers, kickRuns, emit } = this.#attached();
    if (job.kind === 'kick' && isKickPartial(partial)) {
      liveAnswers.add(job.id, partial);
      if (partial.samples.length === 0) return;
      const dense = job.runId === undefined ? new Map() : kickRuns.denseSamples(job);
      emit({
        type: 'answers',
        jobId: job.id,
        runId: job.runId,
        model: job.models[0] ?? '',
        task: partial.identity.task,
        answers: partial.samples.map((sample) => ({ sample, denseSample: dense.get(sample.index) })),
      });
    } else if (job.kind === 'sweep') emit({ type: 'scores-changed', rows: [] });
  }

  async #afterwards(job: Job, output: unknown, signal: AbortSignal): Promise<void> {
    const { emit } = this.#attached();
    if (job.kind === 'compress') await this.#keepArtifact(job, output as CompressResult);
    else if (job.kind === 'measure-sparsity') await this.#keepSparsity(output as ModelSummary);
    else if (job.kind === 'kick') {
      const { scores } = output as { scores: readonly { modelSha256: string }[] };
      await this.#keepHash(job, scores[0]?.modelSha256, signal);
    }
    if (job.kind === 'kick' || job.kind === 'sweep') {
      emit({ type: 'scores-changed', rows: [] });
      emit({ type: 'models-changed' });
    }
  }

  async #keepArtifact(job: Job, { artifact }: CompressResult): Promise<void> {
    const { tree, emit, pathOf } = this.#attached();
    await tree.add(artifact.path);
    await tree.learn(artifact.path, {
      sha256: artifact.sha256,
      sparsityRatio: artifact.sparsityRatio,
      parentPath: pathOf((job.input as { model: string; recipe: Recipe }).model),
      tensorSparsity: byTensor(artifact.tensors, ({ sparsityRatio }) => sparsityRatio),
      tensorErrors: byTensor(artifact.tensors, ({ relativeSquaredError }) => relativeSquaredError),
    });
    emit({ type: 'models-changed' });
  }

  async #keepSparsity(summary: ModelSummary): Promise<void> {
    const { tree, emit } = this.#attached();
    await tree.learn(summary.path, {
      sha256: summary.sha256,
      sparsityRatio: summary.sparsityRatio,
      tensorSparsity: byTensor(summary.tensors ?? [], ({ sparsityRatio }) => sparsityRatio),
    });
    emit({ type: 'models-changed' });
  }

  async #keepHash(job: Job, sha256: string | undefined, signal: AbortSignal): Promise<void> {
    const { tree, pathOf, scoreBoard } = this.#attached();
    const model = job.models[0];
    if (model === undefined || sha256 === undefined || signal.aborted) return;
    await tree.learn(pathOf(model), { sha256 });
    scoreBoard.forget();
  }

  #attached(): Services {
    if (this.#services === undefined) throw new Error('A job was started before its session was ready.');
    return this.#services;
  }
}

function isKickPartial(partial: unknown): partial is KickPartial {
  return typeof partial === 'object' && partial !== null && 'identity' in partial && 'samples' in partial;
}

function byTensor<Tensor extends { readonly name: string }>(
  tensors: readonly Tensor[],
  read: (tensor: Tensor) => number | undefined,
): Record<string, number> {
  return Object.fromEntries(
    tensors.flatMap((tensor) => {
      const value = read(tensor);
      return value === undefined ? [] : [[tensor.name, value]];
    }),
  );
}
