// The running job, small, above the settings; a click opens the queue.
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { jobsQuery } from '../api/queries.ts';
import { ProgressBar } from '../ui/ProgressBar.tsx';
import { goTo } from '../ui/use-place.ts';
import { progressWords } from './job-words.ts';

export function JobCard(): ReactElement | null {
  const { data: jobs = [] } = useQuery(jobsQuery);
  const running = jobs.find((job) => job.state === 'running');
  const waiting = jobs.filter((job) => job.state === 'queued' || job.state === 'paused').length;
  if (running === undefined) return null;
  return (
    <button type="button" className="job-card" onClick={() => goTo('jobs')} title={running.title}>
      <div className="ellipsis strong">{running.title}</div>
      <div className="faint ellipsis">
        {progressWords(running)}
        {waiting > 0 ? ` \u00b7 ${waiting} waiting` : ''}
      </div>
      <ProgressBar label={running.title} done={running.progress?.done ?? 0} total={running.progress?.total} />
    </button>
  );
}
