// The tasks that can be asked: what each tests, where it comes from, how many questions there are.
import { Button, Checkbox } from '@mantine/core';
import type { ReactElement } from 'react';
import { formatScore } from '../../shared/score-words.ts';
import type { KickPlan } from '../../shared/session/kick-calls.ts';
import type { SessionOutput } from '../../shared/session-contract.ts';
import { formatCount } from '../../shared/units.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';

interface TaskListProps {
  readonly tasks: SessionOutput<'listTasks'>;
  readonly plan: KickPlan | undefined;
  readonly wanted: readonly string[];
  readonly onWanted: (ids: readonly string[]) => void;
  readonly error: Error | null;
}

export function TaskList({ tasks, plan, wanted, onWanted, error }: TaskListProps): ReactElement {
  const free = tasks.filter((task) => task['needsJudge'] !== true);
  const toggle = (id: string) =>
    onWanted(wanted.includes(id) ? wanted.filter((other) => other !== id) : [...wanted, id]);
  return (
    <section className="task-list scroll" aria-label="Tasks">
      <div className="row task-head">
        <h2 className="grow">What to ask</h2>
        <Button size="compact-xs" onClick={() => onWanted(free.map(({ id }) => id))}>
          All without a judge
        </Button>
        <Button size="compact-xs" variant="subtle" onClick={() => onWanted([])}>
          None
        </Button>
      </div>
      {error === null ? null : <ErrorNote error={error} />}
      <ul className="task-rows">
        {tasks.map((task) => {
          const planned = plan?.tasks.find((one) => one.task === task.id);
          const licence = typeof task['licence'] === 'string' ? task['licence'] : '';
          return (
            <li key={task.id} className="task-row" data-chosen={wanted.includes(task.id) || undefined}>
              <Checkbox
                id={`task-${task.id}`}
                checked={wanted.includes(task.id)}
                onChange={() => toggle(task.id)}
                aria-label={task.title}
              />
              <label htmlFor={`task-${task.id}`} className="grow">
                <span className="row">
                  <span className="strong">{task.title}</span>
                  {task['needsJudge'] === true ? <span className="tag">needs a judge</span> : null}
                </span>
                <span className="sm muted task-summary">{task.summary}</span>
                <span className="xs faint">
                  {task.source.title}
                  {licence === '' ? '' : ` \u00b7 ${licence}`}
                </span>
              </label>
              {planned === undefined ? null : (
                <span className="task-numbers sm">
                  <span className="number">
                    {formatCount(planned.askCount)}{' '}
                    <span className="faint">of {formatCount(planned.availableCount)}</span>
                  </span>
                  <span className="number faint xs">
                    {planned.worstHalfWidth === null ? '' : `\u00b1 ${formatScore(planned.worstHalfWidth, 'ratio')}`}
                  </span>
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
