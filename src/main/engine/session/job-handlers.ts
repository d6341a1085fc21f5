// The queue as calls. A job's input is checked when it is added, so that a fault shows beside its form and not in the queue.
import { deserializeError } from '../../../shared/errors.ts';
import type { Job, JobKind } from '../../../shared/job.ts';
import type { jobCalls } from '../../../shared/session/job-calls.ts';
import { canResume, checkJobInput, modelsOfInput, titleOfJob } from './job-kinds.ts';
import { type HandlersOf, OK, type Services } from './services.ts';

export function jobHandlers(services: Services): HandlersOf<typeof jobCalls> {
  const { queue } = services;
  return {
    startJob: ({ kind, input, title, runId }) => addJob(services, { kind, input, title, runId }),
    listJobs: () => queue.list(),
    getJob: ({ jobId }) => queue.get(jobId),
    cancelJob: ({ jobId }) => queue.cancel(jobId),
    pauseJob: ({ jobId }) => queue.pause(jobId),
    resumeJob: ({ jobId }) => queue.resume(jobId),
    retryJob: ({ jobId, changes }) => queue.retry(jobId, changes, (kind, input) => checkJobInput(kind, input)),
    raiseJob: ({ jobId }) => queue.raise(jobId),
    removeJob: ({ jobId }) => {
      queue.remove(jobId);
      return OK;
    },
    clearEndedJobs: () => {
      queue.removeEnded();
      return OK;
    },
    pauseAllJobs: () => {
      for (const { id } of queue.list().filter(canBePaused)) queue.pause(id);
      return OK;
    },
    resumeAllJobs: () => {
      const waiting = queue.list().filter(({ state }) => state === 'paused' || state === 'interrupted');
      // Each goes to the head, so the first one is put there last.
      for (const { id } of waiting.reverse()) queue.resume(id);
      return OK;
    },
    jobLog: ({ jobId, lastLines }) => ({ lines: queue.log(jobId, lastLines) }),
    jobsAtStart: () => ({ interrupted: queue.interrupted() }),
  };
}

export interface JobRequest {
  readonly kind: JobKind;
  readonly input: Readonly<Record<string, unknown>>;
  readonly title?: string | undefined;
  readonly runId?: string | undefined;
}

export function addJob({ queue, settings, nameOf }: Services, { kind, input, title, runId }: JobRequest): Job {
  const checked = checkJobInput(kind, { ...deviceFor(kind, settings.device), ...input });
  return queue.add({
    kind,
    input: checked,
    models: modelsOfInput(kind, checked),
    title: title ?? titleOfJob(kind, checked, nameOf),
    canResume: canResume(kind),
    runId,
  });
}

/** A heavy call of the engine: waits its turn in the queue. Throws as the call itself would. */
export async function runAsJob(services: Services, request: JobRequest, signal: AbortSignal): Promise<unknown> {
  const { id } = addJob(services, request);
  const cancel = (): void => void services.queue.cancel(id);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const job = await services.queue.whenEnded(id);
    if (job.state === 'done') return job.output;
    throw deserializeError(job.error ?? { code: 'CANCELLED', message: `${job.title} was stopped.` });
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** What was set for all native work; some kinds compute nothing. */
function deviceFor(kind: JobKind, device: Services['settings']['device']): object {
  return kind === 'report' || kind === 'measure-sparsity' ? {} : device;
}

function canBePaused({ state, canResume: keepsWork }: Job): boolean {
  return state === 'queued' || (state === 'running' && keepsWork);
}
