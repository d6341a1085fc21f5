// Tasks by versions: done with its interval, running with its bar, queued; a click chooses what the curve below shows.
import { useQuery } from '@tanstack/react-query';
import { Check, Play } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatScore, titleOfTaskId } from '../../shared/score-words.ts';
import type { KickCell, KickRun } from '../../shared/session/kick-calls.ts';
import { formatCount } from '../../shared/units.ts';
import { tasksQuery } from '../api/queries.ts';
import { rowLabelOf } from '../models/model-words.ts';
import type { BenchVersion } from '../models/use-bench.ts';
import { Glyph } from '../ui/Glyph.tsx';
import { MiddleText } from '../ui/MiddleText.tsx';
import { ProgressBar } from '../ui/ProgressBar.tsx';

interface KickMatrixProps {
  readonly run: KickRun;
  readonly looks: readonly BenchVersion[];
  readonly task: string;
  readonly onTask: (task: string) => void;
}

/** As everywhere else, whatever order the queue took them in. */
function inCatalogOrder(ids: readonly string[], tasks: readonly { readonly id: string }[]): string[] {
  const rank = (id: string) => tasks.findIndex((task) => task.id === id);
  return ids.toSorted((a, b) => rank(a) - rank(b));
}

function CellScore({ cell }: { readonly cell: KickCell }): ReactElement | null {
  if (cell.score === null) return null;
  const { value, low, high, unit } = cell.score;
  return (
    <span className="cell-score">
      <b className="strong">{formatScore(value, unit)}</b>{' '}
      <span className="faint">± {formatScore((high - low) / 2, unit)}</span>
      {cell.stoppedEarly ? <span className="faint xs"> early</span> : null}
    </span>
  );
}

function Cell({ cell }: { readonly cell: KickCell | undefined }): ReactElement {
  if (cell === undefined) return <span className="faint">–</span>;
  const words = [...cell.notes, cell.alreadyClear ?? ''].filter((note) => note !== '').join(' ');
  if (cell.state === 'running') {
    return (
      <span className="cell-running" title={words}>
        {cell.score === null ? <span className="muted">{formatCount(cell.doneCount)}</span> : <CellScore cell={cell} />}
        <ProgressBar label={`${cell.task} of ${cell.model}`} done={cell.doneCount} total={cell.totalCount} />
      </span>
    );
  }
  if (cell.score !== null) {
    return (
      <span title={words}>
        <CellScore cell={cell} />
        {cell.state === 'paused' || cell.state === 'interrupted' ? <span className="faint xs"> paused</span> : null}
      </span>
    );
  }
  return <span className={cell.state === 'failed' ? 'bad-ink' : 'faint'}>{cell.state}</span>;
}

export function KickMatrix({ run, looks, task, onTask }: KickMatrixProps): ReactElement {
  const { data: tasks = [] } = useQuery(tasksQuery);
  const cellOf = (model: string, id: string) => run.cells.find((cell) => cell.model === model && cell.task === id);
  return (
    <div className="kick-matrix scroll">
      <table className="table">
        <thead>
          <tr>
            <th>Task</th>
            <th className="number hide-narrow">Questions</th>
            {run.models.map((model) => {
              const look = looks.find(({ node }) => node.id === model || node.path === model);
              return (
                <th key={model}>
                  <span className="row">
                    <Glyph slot={look?.slot ?? 8} fill={look?.fill ?? 'solid'} />
                    <span className="matrix-name" style={{ maxWidth: run.models.length < 4 ? 170 : 108 }}>
                      <MiddleText text={look === undefined ? model : rowLabelOf(look.node)} tailLength={10} />
                    </span>
                  </span>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {inCatalogOrder(run.tasks, tasks).map((id) => {
            const cells = run.models.map((model) => cellOf(model, id));
            const entry = tasks.find((known) => known.id === id);
            const isDone = cells.every((cell) => cell?.state === 'done');
            const isRunning = cells.some((cell) => cell?.state === 'running');
            return (
              <tr key={id} data-selected={id === task || undefined}>
                <td>
                  <button
                    type="button"
                    className="plain-button row"
                    aria-pressed={id === task}
                    onClick={() => onTask(id)}
                  >
                    <span style={{ width: 14 }}>
                      {isDone ? <Check className="icon-small ok-ink" aria-label="done" /> : null}
                      {isRunning ? <Play className="icon-small accent-ink" aria-label="running" /> : null}
                    </span>
                    <span>
                      <span className="strong">{entry?.title ?? titleOfTaskId(id)}</span>
                      <span className="faint xs task-what ellipsis" title={entry?.summary}>
                        {entry?.summary}
                      </span>
                    </span>
                  </button>
                </td>
                <td className="number hide-narrow">
                  {formatCount(Math.max(0, ...cells.map((cell) => cell?.totalCount ?? 0)))}
                </td>
                {cells.map((cell, place) => (
                  <td key={run.models[place]}>
                    <Cell cell={cell} />
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
