// The log of a job: what the worker and llama.cpp said; it grows while the job runs.
import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { Job } from '../../shared/job.ts';
import { useWindowEvent } from '../api/event-stream.tsx';
import { jobLogQuery } from '../api/queries.ts';
import { CopyButton } from '../ui/CopyButton.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';

const MAX_LINES = 2000;

export function JobLogDialog({ job, onClose }: { readonly job: Job; readonly onClose: () => void }): ReactElement {
  const { data, error } = useQuery(jobLogQuery(job.id));
  const [added, setAdded] = useState<readonly string[]>([]);
  useWindowEvent((event) => {
    if (event.type === 'job-log' && event.jobId === job.id) setAdded((old) => [...old, event.line].slice(-MAX_LINES));
  });
  const text = [...(data?.lines ?? []), ...added].slice(-MAX_LINES).join('\n');
  return (
    <Modal opened onClose={onClose} title={job.title} size={820}>
      {error === null ? null : <ErrorNote error={error} />}
      <pre className="log-text selectable">{text === '' ? 'Nothing was logged.' : text}</pre>
      <CopyButton text={text} label="Copy log" disabled={text === ''} />
    </Modal>
  );
}
