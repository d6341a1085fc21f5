// Jobs: what runs, what waits, what failed and why.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { Job } from '../../shared/job.ts';
import { call } from '../api/client.ts';
import { jobsQuery } from '../api/queries.ts';
import { plural } from '../models/model-words.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { showError } from '../ui/notices.tsx';
import { ScreenHead } from '../ui/ScreenHead.tsx';
import { goTo } from '../ui/use-place.ts';
import { JobLogDialog } from './JobLogDialog.tsx';
import { JobRow } from './JobRow.tsx';
import './jobs.css';

interface Group {
  readonly title: string;
  readonly jobs: readonly Job[];
}

/** Running, Waiting, Failed, Done: what needs a person comes before what is over. */
export function groupJobs(jobs: readonly Job[]): Group[] {
  const of = (...states: readonly Job['state'][]) => jobs.filter((job) => states.includes(job.state));
  return [
    { title: 'Running', jobs: of('running') },
    { title: 'Waiting', jobs: of('queued', 'paused', 'interrupted') },
    { title: 'Failed', jobs: of('failed') },
    { title: 'Done', jobs: of('done', 'cancelled') },
  ].filter((group) => group.jobs.length > 0);
}

export function JobsScreen(): ReactElement {
  const { data: jobs, error, isFetching } = useQuery(jobsQuery);
  const [logOf, setLogOf] = useState<Job | null>(null);
  const groups = groupJobs(jobs ?? []);
  const hasActive = jobs?.some((job) => job.state === 'running' || job.state === 'queued') ?? false;
  const hasPaused = jobs?.some((job) => job.state === 'paused' || job.state === 'interrupted') ?? false;
  const hasEnded = groups.some(({ title }) => title === 'Done' || title === 'Failed');
  return (
    <div className="screen">
      <ScreenHead title="Jobs" isBusy={isFetching && jobs === undefined}>
        <span className="faint sm">One heavy job at a time; the others wait their turn.</span>
        <span className="grow" />
        {hasPaused ? (
          <Button onClick={() => void call('resumeAllJobs', {}).catch(showError)}>Go on with all</Button>
        ) : null}
        {hasActive ? <Button onClick={() => void call('pauseAllJobs', {}).catch(showError)}>Pause all</Button> : null}
        {hasEnded ? (
          <Button variant="subtle" onClick={() => void call('clearEndedJobs', {}).catch(showError)}>
            Clear ended
          </Button>
        ) : null}
      </ScreenHead>
      {error === null ? null : (
        <div style={{ padding: 16 }}>
          <ErrorNote error={error} />
        </div>
      )}
      {jobs !== undefined && groups.length === 0 ? (
        <div className="empty-middle">
          <p>Nothing is running.</p>
          <div className="row">
            <Button onClick={() => goTo('compress')}>Compress a model</Button>
            <Button onClick={() => goTo('kick', { tab: 'new' })}>Run KICK</Button>
          </div>
        </div>
      ) : (
        <div className="scroll fill jobs">
          {groups.map(({ title, jobs: members }) => (
            <section key={title} aria-label={title}>
              <h2 className="jobs-group">
                {title} <span className="faint xs">{plural(members.length, 'job')}</span>
              </h2>
              <ul className="job-list">
                {members.map((job) => (
                  <JobRow key={job.id} job={job} onLog={() => setLogOf(job)} />
                ))}
              </ul>
            </section>
          ))}
        </div>
      )}
      {logOf === null ? null : <JobLogDialog job={logOf} onClose={() => setLogOf(null)} />}
    </div>
  );
}
