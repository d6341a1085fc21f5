// One job: kind, models, step, bar, speed, time left, memory, and what can be done with it.
import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { ArrowUpToLine, Ellipsis, Pause, Play, ScrollText, X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { Job } from '../../shared/job.ts';
import { call } from '../api/client.ts';
import { fileNameOf, formatMemory } from '../models/model-words.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { showError } from '../ui/notices.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';
import { goTo } from '../ui/use-place.ts';
import { elapsedWords, isEnded, KIND_WORDS, progressWords, speedWords } from './job-words.ts';

interface JobRowProps {
  readonly job: Job;
  readonly onLog: () => void;
}

const STATE_WORDS: Readonly<Record<Job['state'], string>> = {
  queued: 'waits its turn',
  running: 'running',
  paused: 'paused',
  interrupted: 'was running when Whittle closed',
  done: 'done',
  failed: 'failed',
  cancelled: 'stopped',
};

type JobCall = 'pauseJob' | 'resumeJob' | 'cancelJob' | 'raiseJob' | 'removeJob';

function tell(name: JobCall, job: Job): void {
  call(name, { jobId: job.id }).catch(showError);
}

/** Where what it made can be seen. */
function ResultLink({ job }: { readonly job: Job }): ReactElement | null {
  if (job.state !== 'done') return null;
  if (job.kind === 'compress') {
    const path =
      typeof job.input === 'object' && job.input !== null && 'outputPath' in job.input
        ? String(job.input.outputPath)
        : '';
    return (
      <Button size="compact-xs" title={path} onClick={() => goTo('models')}>
        {path === '' ? 'Show in Models' : `Show ${fileNameOf(path)}`}
      </Button>
    );
  }
  if (job.kind === 'kick' || job.kind === 'sweep' || job.kind === 'compare' || job.kind === 'perplexity') {
    return (
      <Button size="compact-xs" onClick={() => goTo('scores')}>
        Show scores
      </Button>
    );
  }
  return null;
}

function Facts({ job }: { readonly job: Job }): ReactElement {
  const { progress, memoryBytes } = job;
  const facts = [
    progress?.stage ?? '',
    progress === undefined && job.state !== 'running' ? '' : progressWords(job),
    job.state === 'running' ? speedWords(job) : '',
    memoryBytes === undefined || job.state !== 'running' ? '' : formatMemory(memoryBytes),
  ].filter((fact) => fact !== '');
  const words = isEnded(job) ? `${STATE_WORDS[job.state]} after ${elapsedWords(job)}` : facts.join(' \u00b7 ');
  return (
    <span className="xs muted ellipsis" title={words}>
      {words === '' ? STATE_WORDS[job.state] : words}
    </span>
  );
}

function Tool({
  label,
  icon: Icon,
  run,
}: {
  readonly label: string;
  readonly icon: typeof X;
  readonly run: () => void;
}): ReactElement {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" size={26} aria-label={label} onClick={run}>
        <Icon className="icon-small" aria-hidden="true" />
      </ActionIcon>
    </Tooltip>
  );
}

export function JobRow({ job, onLog }: JobRowProps): ReactElement {
  const isWaiting = job.state === 'queued';
  const isStill = job.state === 'paused' || job.state === 'interrupted';
  const isRunning = job.state === 'running';
  return (
    <li className="job-row">
      <div className="row">
        <span className="job-kind xs">{KIND_WORDS[job.kind]}</span>
        <span className="column grow" style={{ gap: 0 }}>
          <span className="strong ellipsis" title={job.title}>
            {job.title}
          </span>
          <Facts job={job} />
        </span>
        {isRunning || isStill ? (
          <span className="job-bar">
            <ProgressBar label={job.title} done={job.progress?.done ?? 0} total={job.progress?.total} />
          </span>
        ) : null}
        {isStill ? <span className="xs warn-ink nowrap">{STATE_WORDS[job.state]}</span> : null}
        <ResultLink job={job} />
        {isRunning || isWaiting ? <Tool label="Pause" icon={Pause} run={() => tell('pauseJob', job)} /> : null}
        {isStill ? <Tool label="Go on" icon={Play} run={() => tell('resumeJob', job)} /> : null}
        {isWaiting ? (
          <Tool label="To the head of the queue" icon={ArrowUpToLine} run={() => tell('raiseJob', job)} />
        ) : null}
        <Tool label="Show log" icon={ScrollText} run={onLog} />
        {isEnded(job) ? (
          <Menu>
            <Menu.Target>
              <ActionIcon variant="subtle" size={26} aria-label={`More about ${job.title}`}>
                <Ellipsis className="icon-small" aria-hidden="true" />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => void call('retryJob', { jobId: job.id }).catch(showError)}>
                Do it again
              </Menu.Item>
              <Menu.Item onClick={() => tell('removeJob', job)}>Remove from list</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ) : (
          <Tool label="Stop" icon={X} run={() => tell('cancelJob', job)} />
        )}
      </div>
      {job.state === 'failed' ? (
        <ErrorNote
          error={job.error ?? 'The job failed.'}
          action={{ label: 'Try again', run: () => void call('retryJob', { jobId: job.id }).catch(showError) }}
        >
          <Button onClick={() => void call('retryJob', { jobId: job.id, changes: { gpu: 'none' } }).catch(showError)}>
            Try on CPU
          </Button>
          <Button variant="subtle" onClick={onLog}>
            Show log
          </Button>
        </ErrorNote>
      ) : null}
    </li>
  );
}
