// KICK: ask all versions the same questions, and know when enough were asked.
import { Button, SegmentedControl } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Pause, Play, Square } from 'lucide-react';
import type { ReactElement } from 'react';
import type { KickRun } from '../../shared/session/kick-calls.ts';
import { call } from '../api/client.ts';
import { useCommands } from '../ui/commands.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { showError } from '../ui/notices.tsx';
import { ScreenHead } from '../ui/ScreenHead.tsx';
import { usePlaceParam } from '../ui/use-place.ts';
import { useShortcuts } from '../ui/use-shortcuts.ts';
import { NewRun } from './NewRun.tsx';
import { OwnQuestions } from './OwnQuestions.tsx';
import { PastRuns } from './PastRuns.tsx';
import { RunningRun } from './RunningRun.tsx';
import { useKickRuns } from './use-kick-runs.ts';
import './kick.css';

type Tab = 'new' | 'running' | 'past' | 'questions';

function RunActions({ run }: { readonly run: KickRun }): ReactElement {
  const isPaused = run.state === 'paused' || run.state === 'interrupted';
  const toggle = useMutation({
    mutationFn: () => call(isPaused ? 'resumeKickRun' : 'pauseKickRun', { runId: run.runId }),
    onError: showError,
  });
  const stop = useMutation({ mutationFn: () => call('cancelKickRun', { runId: run.runId }), onError: showError });
  useShortcuts({ p: () => toggle.mutate() });
  useCommands('kick-run', [
    {
      id: 'pause-kick',
      title: isPaused ? 'Go on with KICK' : 'Pause KICK',
      detail: `${run.doneCount} of ${run.totalCount}`,
      group: 'action',
      keys: 'p',
      run: () => toggle.mutate(),
    },
    { id: 'stop-kick', title: 'Stop KICK, keep answers', group: 'action', run: () => stop.mutate() },
  ]);
  const Icon = isPaused ? Play : Pause;
  return (
    <>
      <span className="faint xs hide-narrow">Saved after every answer</span>
      <Button
        leftSection={<Icon className="icon-small" aria-hidden="true" />}
        loading={toggle.isPending}
        onClick={() => toggle.mutate()}
      >
        {isPaused ? 'Go on' : 'Pause'}
      </Button>
      <Button
        leftSection={<Square className="icon-small" aria-hidden="true" />}
        loading={stop.isPending}
        onClick={() => stop.mutate()}
      >
        Stop, keep answers
      </Button>
    </>
  );
}

export function KickScreen(): ReactElement {
  const { runs, active, error, isLoaded } = useKickRuns();
  const [asked, setTab] = usePlaceParam('tab');
  const known: readonly Tab[] = ['new', 'running', 'past', 'questions'];
  const tab = known.find((one) => one === asked) ?? (active === undefined ? 'new' : 'running');
  return (
    <div className="screen">
      <ScreenHead title="KICK">
        <SegmentedControl
          ml={8}
          aria-label="View"
          value={tab}
          onChange={setTab}
          data={[
            { value: 'new', label: 'New run' },
            { value: 'running', label: 'Running' },
            { value: 'past', label: 'Past runs' },
            { value: 'questions', label: 'My questions' },
          ]}
        />
        <span className="grow" />
        {tab === 'running' && active !== undefined ? <RunActions run={active} /> : null}
      </ScreenHead>
      {error === null ? null : (
        <div style={{ padding: 16 }}>
          <ErrorNote error={error} />
        </div>
      )}
      {tab === 'new' ? <NewRun onStarted={() => setTab('running')} /> : null}
      {tab === 'running' && isLoaded ? <RunningRun run={active ?? runs[0]} onNew={() => setTab('new')} /> : null}
      {tab === 'past' ? <PastRuns runs={runs} /> : null}
      {tab === 'questions' ? <OwnQuestions /> : null}
    </div>
  );
}
