// Events -> the query cache: jobs are patched in place, everything else is asked for again. Nothing is kept per event, so the
// page's memory stays flat.
import type { QueryClient } from '@tanstack/react-query';
import type { WindowEvent } from '../../shared/events.ts';
import type { Job, JobState } from '../../shared/job.ts';
import { jobsQuery } from './queries.ts';

/** Queries to ask again, by the event that makes them old. */
const MAKES_OLD: Partial<Record<WindowEvent['type'], readonly string[]>> = {
  'scores-changed': ['scores', 'models', 'kick-runs', 'kick-plan'],
  'models-changed': ['models', 'bench', 'first-run', 'scores'],
  'recipes-changed': ['recipes'],
  'settings-changed': ['settings', 'machine', 'first-run'],
  'bench-changed': ['bench', 'scores'],
  'conversations-changed': ['conversations'],
  'questions-changed': ['own-questions', 'tasks'],
};

const STATE_ORDER: readonly JobState[] = ['running', 'paused', 'interrupted', 'queued', 'failed', 'done', 'cancelled'];

/** `job` takes the place of the one with its id, or joins: running first, waiting in their order, ended newest first. */
export function placeJob(jobs: readonly Job[], job: Job): readonly Job[] {
  const known = jobs.findIndex((other) => other.id === job.id);
  if (known >= 0 && jobs[known]!.state === job.state) return jobs.with(known, job);
  const others = jobs.filter((other) => other.id !== job.id);
  const isEnded = (state: JobState) => STATE_ORDER.indexOf(state) >= STATE_ORDER.indexOf('failed');
  const firstEnded = others.findIndex((other) => isEnded(other.state));
  const endOfWaiting = firstEnded < 0 ? others.length : firstEnded;
  const place = job.state === 'running' ? 0 : endOfWaiting;
  return [...others.slice(0, place), job, ...others.slice(place)];
}

function patchJobs(client: QueryClient, patch: (jobs: readonly Job[]) => readonly Job[]): void {
  client.setQueryData(jobsQuery.queryKey, (jobs: readonly Job[] | undefined) =>
    jobs === undefined ? jobs : patch(jobs),
  );
}

export function applyEvent(client: QueryClient, event: WindowEvent): void {
  if (event.type === 'job-progress') {
    const { type: _type, jobId, epoch: _epoch, sequence: _sequence, ...news } = event;
    patchJobs(client, (jobs) => {
      const place = jobs.findIndex((job) => job.id === jobId);
      return place < 0 ? jobs : jobs.with(place, { ...jobs[place]!, ...news });
    });
    return;
  }
  if (event.type === 'job-changed') {
    patchJobs(client, (jobs) => placeJob(jobs, event.job));
    // The engine orders the queue: a moved job is asked for, not guessed.
    void client.invalidateQueries({ queryKey: ['jobs'] });
    void client.invalidateQueries({ queryKey: ['kick-runs'] });
    return;
  }
  if (event.type === 'job-removed') {
    patchJobs(client, (jobs) => jobs.filter((job) => job.id !== event.jobId));
    return;
  }
  if (event.type === 'connected') {
    if (event.reset) void client.invalidateQueries();
    return;
  }
  for (const key of MAKES_OLD[event.type] ?? []) void client.invalidateQueries({ queryKey: [key] });
}
