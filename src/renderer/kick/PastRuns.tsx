// Runs that ended: what was asked of whom, what came out, and their files.
import { Button, Menu } from '@mantine/core';
import { Download } from 'lucide-react';
import type { ReactElement } from 'react';
import { titleOfTaskId } from '../../shared/score-words.ts';
import type { KickRun } from '../../shared/session/kick-calls.ts';
import { formatCount } from '../../shared/units.ts';
import { call } from '../api/client.ts';
import { plural } from '../models/model-words.ts';
import { useBench } from '../models/use-bench.ts';
import { showError } from '../ui/notices.tsx';
import { saveFile } from '../ui/save-file.ts';
import { goTo } from '../ui/use-place.ts';
import { isActiveRun } from './use-kick-runs.ts';

const STATES = {
  done: 'done',
  failed: 'failed',
  cancelled: 'stopped, answers kept',
  paused: 'paused',
  interrupted: 'interrupted',
  queued: 'waiting',
  running: 'running',
} as const;

function RunRow({ run, namesOf }: { readonly run: KickRun; readonly namesOf: (id: string) => string }): ReactElement {
  const names = run.models.map(namesOf).join(', ');
  const tasks = run.tasks.map(titleOfTaskId).join(', ');
  const isWaiting = run.state === 'paused' || run.state === 'interrupted';
  return (
    <tr>
      <td className="nowrap">{new Date(run.createdAt).toLocaleString()}</td>
      <td className="ellipsis past-names" title={names}>
        <span className="strong">{plural(run.models.length, 'version')}</span> <span className="faint">{names}</span>
      </td>
      <td className="ellipsis past-names" title={tasks}>
        {tasks}
      </td>
      <td className="number">
        {formatCount(run.doneCount)} <span className="faint">of {formatCount(run.totalCount)}</span>
      </td>
      <td className={run.state === 'failed' ? 'bad-ink' : 'muted'}>{STATES[run.state]}</td>
      <td className="number">
        <span className="row" style={{ justifyContent: 'flex-end', gap: 4 }}>
          {isWaiting ? (
            <Button size="compact-xs" onClick={() => void call('resumeKickRun', { runId: run.runId }).catch(showError)}>
              Go on
            </Button>
          ) : null}
          <Button size="compact-xs" onClick={() => goTo('scores', { task: run.tasks[0] ?? '' })}>
            Show scores
          </Button>
          <Menu>
            <Menu.Target>
              <Button size="compact-xs" variant="subtle" aria-label="Export run">
                <Download className="icon-small" aria-hidden="true" />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => void saveFile(call('exportRun', { runId: run.runId, format: 'json' }))}>
                JSON
              </Menu.Item>
              <Menu.Item onClick={() => void saveFile(call('exportRun', { runId: run.runId, format: 'csv' }))}>
                CSV
              </Menu.Item>
              <Menu.Item onClick={() => void saveFile(call('exportRun', { runId: run.runId, format: 'lm-eval' }))}>
                As lm-evaluation-harness writes it
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </span>
      </td>
    </tr>
  );
}

export function PastRuns({ runs }: { readonly runs: readonly KickRun[] }): ReactElement {
  const { models } = useBench();
  const namesOf = (id: string) => {
    const node = models.find((one) => one.id === id || one.path === id);
    return node === undefined ? id : node.baseId === null ? node.name : node.recipeLabel;
  };
  const ended = runs.filter((run) => !isActiveRun(run) || run.state === 'paused' || run.state === 'interrupted');
  if (ended.length === 0) {
    return (
      <div className="empty-middle">
        <p>No run has ended yet.</p>
        <Button variant="filled" onClick={() => goTo('kick', { tab: 'new' })}>
          New run
        </Button>
      </div>
    );
  }
  return (
    <div className="fill scroll">
      <table className="table past-runs">
        <thead>
          <tr>
            <th>When</th>
            <th>Versions</th>
            <th>Tasks</th>
            <th className="number">Answers</th>
            <th>State</th>
            <th>
              <span className="hidden-text">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {ended.map((run) => (
            <RunRow key={run.runId} run={run} namesOf={namesOf} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
