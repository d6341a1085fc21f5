// Made-up jobs for pictures.
import type { Job, JobKind, JobState } from '../../src/shared/job.ts';

export interface JobSpec {
  readonly kind: JobKind;
  readonly title: string;
  readonly models: readonly string[];
  readonly state?: JobState;
  readonly stage?: string;
  readonly done?: number;
  readonly total?: number;
  readonly unit?: string;
  readonly error?: Job['error'];
  readonly output?: unknown;
}

let count = 0;

export function sampleJob(spec: JobSpec): Job {
  count += 1;
  const state = spec.state ?? 'running';
  return {
    id: `job-${count}`,
    kind: spec.kind,
    state,
    title: spec.title,
    models: spec.models,
    input: {},
    canResume: spec.kind === 'kick' || spec.kind === 'sweep',
    createdAt: 1_790_000_000_000 + count,
    elapsedMs: 95_000,
    ...(spec.done === undefined
      ? {}
      : { progress: { stage: spec.stage ?? '', done: spec.done, total: spec.total, unit: spec.unit ?? 'questions' } }),
    ...(state === 'running' ? { remainingMs: 372_000, unitsPerSecond: 2.9, memoryBytes: 5.1 * 2 ** 30 } : {}),
    ...(spec.error === undefined ? {} : { error: spec.error }),
    ...(spec.output === undefined ? {} : { output: spec.output }),
  };
}
