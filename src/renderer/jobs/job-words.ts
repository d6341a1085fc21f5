// Words of a job: what it is, how far it is, how long it may take.

import type { Job, JobKind } from '../../shared/job.ts';
import { formatCount, formatDuration } from '../../shared/units.ts';

export const KIND_WORDS: Readonly<Record<JobKind, string>> = {
  compress: 'Compress',
  imatrix: 'Measure',
  influence: 'Layers',
  kick: 'KICK',
  sweep: 'Sweep',
  perplexity: 'Perplexity',
  compare: 'Divergence',
  report: 'Report',
  'measure-sparsity': 'Sparsity',
};

/** `about 52 min left`; rounded, because it is a guess. */
export function remainingWords(remainingMs: number): string {
  const minutes = remainingMs / 60_000;
  if (minutes < 1) return `${Math.max(1, Math.round(remainingMs / 1000))} s left`;
  if (minutes < 90) return `${Math.round(minutes)} min left`;
  return `${(minutes / 60).toFixed(1)} h left`;
}

/** `about 52 min`, for what has not started. */
export function aboutWords(estimatedMs: number): string {
  const minutes = estimatedMs / 60_000;
  if (minutes < 1) return `about ${Math.max(1, Math.round(estimatedMs / 1000))} s`;
  return minutes < 90 ? `about ${Math.round(minutes)} min` : `about ${(minutes / 60).toFixed(1)} h`;
}

export function progressWords(job: Job): string {
  const { progress, remainingMs } = job;
  if (progress === undefined) return job.state === 'running' ? 'starting' : job.state;
  const count =
    progress.total === undefined
      ? `${formatCount(progress.done)} ${progress.unit}`
      : `${formatCount(progress.done)} of ${formatCount(progress.total)}`;
  return remainingMs === undefined ? count : `${count} \u00b7 ${remainingWords(remainingMs)}`;
}

/** `2.9 questions/s`, `1,123 tokens/s`. */
export function speedWords(job: Job): string {
  const { unitsPerSecond, progress } = job;
  if (unitsPerSecond === undefined || progress === undefined) return '';
  const speed = unitsPerSecond >= 100 ? formatCount(Math.round(unitsPerSecond)) : unitsPerSecond.toFixed(1);
  return `${speed} ${progress.unit}/s`;
}

export function elapsedWords(job: Job): string {
  return formatDuration(job.elapsedMs);
}

export function isEnded(job: Job): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled';
}
