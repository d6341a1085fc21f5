// A run while it goes: how far, the matrix, the curve of one task, and the answers as they come.
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { titleOfTaskId } from '../../shared/score-words.ts';
import type { KickCell, KickRun } from '../../shared/session/kick-calls.ts';
import { formatCount } from '../../shared/units.ts';
import { call } from '../api/client.ts';
import { jobsQuery, tasksQuery } from '../api/queries.ts';
import { remainingWords } from '../jobs/job-words.ts';
import { looksOf, useBench } from '../models/use-bench.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Note } from '../ui/Note.tsx';
import { showError } from '../ui/notices.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';
import { goTo } from '../ui/use-place.ts';
import { AnswerFeed } from './AnswerFeed.tsx';
import { KickMatrix } from './KickMatrix.tsx';
import { ScoreCurve } from './ScoreCurve.tsx';
import { curveKey, isActiveRun, useCurves } from './use-kick-runs.ts';

function stateWords(run: KickRun): string {
  if (run.state === 'paused' || run.state === 'interrupted') {
    return `Paused at ${formatCount(run.doneCount)}. Continues where it stopped, also after a restart.`;
  }
  if (run.state === 'done') return 'Done';
  if (run.state === 'cancelled') return 'Stopped. Answers are kept.';
  if (run.state === 'failed') return 'Failed. Answers are kept.';
  return run.remainingMs === null ? '' : `about ${remainingWords(run.remainingMs)}`;
}

/** Spoken at each ten percent, not at every answer. */
function spokenPercent({ doneCount, totalCount }: KickRun): number {
  return totalCount === 0 ? 0 : Math.floor((doneCount / totalCount) * 10) * 10;
}

function Progress({ run }: { readonly run: KickRun }): ReactElement {
  const { data: jobs = [] } = useQuery(jobsQuery);
  const speed = jobs.find((job) => job.runId === run.runId && job.state === 'running')?.unitsPerSecond;
  return (
    <div className="run-progress">
      <div className="row">
        <span className="grow ellipsis">
          <b className="strong">
            {formatCount(run.doneCount)} of {formatCount(run.totalCount)} answers
          </b>{' '}
          <span className="faint sm">
            {run.limit === null ? 'all questions' : `${formatCount(run.limit)} a task`}
            {speed === undefined ? '' : ` \u00b7 ${speed.toFixed(1)} answers a second`}
          </span>
        </span>
        <span className="strong nowrap">{stateWords(run)}</span>
        {isActiveRun(run) ? null : (
          <Button size="compact-xs" onClick={() => goTo('scores', { task: run.tasks[0] ?? '' })}>
            Show scores
          </Button>
        )}
      </div>
      <ProgressBar label="KICK run" done={run.doneCount} total={run.totalCount} />
      <p className="hidden-text" role="status">
        {`KICK: ${spokenPercent(run)} percent`}
      </p>
    </div>
  );
}

function Clear({ cells }: { readonly cells: readonly KickCell[] }): ReactElement | null {
  const skip = useMutation({
    mutationFn: ({ jobId, task }: KickCell) => call('skipRest', { jobId, task }),
    onError: showError,
  });
  const clear = cells.find((cell) => cell.alreadyClear !== null && cell.state === 'running');
  if (clear === undefined) return null;
  return (
    <span className="row sm">
      <span className="ellipsis" title={clear.alreadyClear ?? ''}>
        <b className="strong">Already clear:</b> {clear.alreadyClear}
      </span>
      <Button size="compact-xs" loading={skip.isPending} onClick={() => skip.mutate(clear)}>
        Skip the rest
      </Button>
    </span>
  );
}

export function RunningRun({
  run,
  onNew,
}: {
  readonly run: KickRun | undefined;
  readonly onNew: () => void;
}): ReactElement {
  const { models } = useBench();
  const { data: tasks = [] } = useQuery(tasksQuery);
  const { data: jobs = [] } = useQuery(jobsQuery);
  const [chosenTask, setTask] = useState<string | null>(null);
  const curves = useCurves(run);
  if (run === undefined) {
    return (
      <div className="empty-middle">
        <p>Nothing is being asked.</p>
        <Button variant="filled" onClick={onNew}>
          New run
        </Button>
      </div>
    );
  }
  const nodes = run.models.flatMap((id) => models.find((node) => node.id === id || node.path === id) ?? []);
  const base = nodes.find((node) => node.baseId === null);
  const looks = looksOf(
    base,
    nodes.filter((node) => node !== base),
  );
  const running = run.cells.find((cell) => cell.state === 'running');
  const task = chosenTask ?? running?.task ?? run.tasks[0] ?? '';
  const cells = run.cells.filter((cell) => cell.task === task);
  const title = tasks.find(({ id }) => id === task)?.title ?? titleOfTaskId(task);
  const failed = jobs.filter((job) => job.runId === run.runId && job.state === 'failed');
  const lines = run.models.map((model) => ({
    name: model,
    look: looks.find(({ node }) => node.id === model || node.path === model),
    points: curves.get(curveKey({ model, task })) ?? [],
  }));
  const notes = [...new Set(cells.flatMap((cell) => cell.notes))];
  const unit = cells.find((cell) => cell.score !== null)?.score?.unit ?? 'ratio';
  return (
    <div className="screen-body">
      <div className="run-main">
        <Progress run={run} />
        {failed.map((job) => (
          <div key={job.id} className="run-note">
            <ErrorNote
              error={job.error ?? 'The job failed.'}
              action={{ label: 'Go on', run: () => void call('retryJob', { jobId: job.id }).catch(showError) }}
            />
          </div>
        ))}
        <KickMatrix run={run} looks={looks} task={task} onTask={setTask} />
        <section className="curve" aria-label={`${title} so far`}>
          <div className="row">
            <h2 className="grow ellipsis" title={`${title} so far, 95 % interval`}>
              {title} so far, 95 % interval
            </h2>
            <Clear cells={cells} />
          </div>
          {notes.map((note) => (
            <Note key={note} kind="warn">
              {note}
            </Note>
          ))}
          <ScoreCurve
            title={`${title} so far`}
            lines={lines}
            unit={unit}
            totalCount={Math.max(1, ...cells.map(({ totalCount }) => totalCount))}
            chanceValue={cells.find((cell) => cell.chanceValue !== null)?.chanceValue ?? null}
          />
        </section>
      </div>
      <AnswerFeed runId={run.runId} looks={looks} />
    </div>
  );
}
