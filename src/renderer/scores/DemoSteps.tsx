// The first run, step by step, above the chart that it fills; at its end the way on to a model of one's own.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import type { ReactElement } from 'react';
import { call } from '../api/client.ts';
import { firstRunQuery, jobsQuery } from '../api/queries.ts';
import { progressWords } from '../jobs/job-words.ts';
import { useAddFiles } from '../models/use-add-files.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { showError } from '../ui/notices.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';
import { goTo } from '../ui/use-place.ts';
import { useShortcuts } from '../ui/use-shortcuts.ts';

export function DemoSteps({
  jobId,
  hasPoints,
}: {
  readonly jobId: string;
  readonly hasPoints: boolean;
}): ReactElement | null {
  const { data: jobs } = useQuery(jobsQuery);
  const { data: firstRun } = useQuery(firstRunQuery);
  const { openFiles } = useAddFiles();
  const job = jobs?.find(({ id }) => id === jobId);
  const isActive = job?.state === 'running' || job?.state === 'queued';
  const stop = () => void call('cancelJob', { jobId }).catch(showError);
  useShortcuts({ escape: stop }, isActive);
  if (job === undefined) return null;
  if (job.state === 'failed') {
    return (
      <div className="demo-steps">
        <ErrorNote
          error={job.error ?? 'The demo failed.'}
          action={{
            label: 'Try on CPU',
            run: () => void call('retryJob', { jobId, changes: { gpu: 'none' } }).catch(showError),
          }}
        />
      </div>
    );
  }
  const isDone = job.state === 'done';
  const step = isDone
    ? 3
    : hasPoints || /question|answer|ask/i.test(`${job.progress?.stage} ${job.progress?.unit}`)
      ? 1
      : 0;
  return (
    <div className="demo-steps" role="status">
      <ol className="demo-list">
        {(firstRun?.steps ?? []).map(({ title }, index) => (
          <li key={title} data-done={index < step || undefined} data-now={index === step || undefined}>
            {index < step ? <Check className="icon-small ok-ink" aria-label="done" /> : null}
            <span className="ellipsis" title={title}>
              {title}
            </span>
          </li>
        ))}
      </ol>
      {isActive ? (
        <div className="row">
          <ProgressBar label="First run" done={job.progress?.done ?? 0} total={job.progress?.total} width={220} />
          <span className="xs muted ellipsis grow" title={job.progress?.stage}>
            {job.progress?.stage} · {progressWords(job)}
          </span>
          <Button size="compact-xs" onClick={stop}>
            Stop
          </Button>
        </div>
      ) : null}
      {isDone ? (
        <div className="row">
          <Button variant="filled" onClick={() => void openFiles()}>
            Now do it with your model
          </Button>
          <Button onClick={() => goTo('kick', { tab: 'new', limit: '520' })}>Ask 400 more</Button>
        </div>
      ) : null}
    </div>
  );
}
