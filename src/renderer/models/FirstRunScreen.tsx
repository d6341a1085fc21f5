// First run: a chart about a real model within about a minute, before any file is asked for.
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Cpu } from 'lucide-react';
import type { ReactElement } from 'react';
import type { FirstRun } from '../../shared/session/machine-calls.ts';
import { call } from '../api/client.ts';
import { firstRunQuery, machineQuery, previewQuery } from '../api/queries.ts';
import { aboutWords } from '../jobs/job-words.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { KeyCap } from '../ui/KeyCap.tsx';
import { goTo } from '../ui/use-place.ts';
import { useShortcuts } from '../ui/use-shortcuts.ts';
import { FoundFolders } from './FoundFolders.tsx';
import { fitsMachineWords } from './fits-machine.ts';
import { GhostChart } from './GhostChart.tsx';
import { useAddFiles } from './use-add-files.ts';
import './first-run.css';

/** What the written file will hold, not what its type is called; without a number until that is planned. */
function useButtonLabel(firstRun: FirstRun | undefined): string {
  const input = { model: firstRun?.demoModel ?? '', recipe: firstRun?.lastRecipe ?? { steps: [] } };
  const { data } = useQuery({ ...previewQuery(input), enabled: firstRun !== undefined });
  const bits = data?.plan?.bitsPerWeight;
  return bits === undefined ? 'Show me what fewer bits forget' : `Show me what ${Math.round(bits)} bits forgets`;
}

function DemoCard(): ReactElement {
  const { data: firstRun, error } = useQuery(firstRunQuery);
  const buttonLabel = useButtonLabel(firstRun);
  const start = useMutation({
    mutationFn: () => call('startFirstRun', {}),
    onSuccess: ({ jobId, sweepTasks }) =>
      goTo('scores', { demo: jobId, task: sweepTasks[0] ?? '', axis: 'bitsPerWeight' }),
  });
  useShortcuts({ enter: () => start.mutate() }, firstRun !== undefined && !start.isPending);
  const estimates = (firstRun?.steps ?? []).map(({ estimatedMs }) => estimatedMs);
  const total = estimates.reduce((sum: number | null, part) => (sum === null || part === null ? null : sum + part), 0);
  return (
    <section className="first-card first-demo">
      <h2>See it work first</h2>
      <GhostChart />
      <ol className="first-steps">
        {(firstRun?.steps ?? []).map(({ title, estimatedMs }) => (
          <li key={title}>
            <span className="sm">{title}</span>
            {estimatedMs === null ? null : <span className="faint xs">{aboutWords(estimatedMs)}</span>}
          </li>
        ))}
      </ol>
      {error === null ? null : <ErrorNote error={error} />}
      {start.error === null ? null : (
        <ErrorNote error={start.error} action={{ label: 'Try again', run: () => start.mutate() }} />
      )}
      <div className="row" style={{ gap: 12, marginTop: 'auto' }}>
        <Button
          variant="filled"
          size="lg"
          disabled={firstRun === undefined}
          loading={start.isPending}
          rightSection={<KeyCap keys="enter" />}
          onClick={() => start.mutate()}
        >
          {buttonLabel}
        </Button>
        {total === null || total === 0 ? null : <span className="sm muted">{aboutWords(total)}</span>}
      </div>
      <p className="faint xs">{firstRun?.help}</p>
    </section>
  );
}

function DropCard(): ReactElement {
  const { openFiles, openFolder } = useAddFiles();
  const { data: machine } = useQuery(machineQuery);
  return (
    <section className="first-card">
      <div className="first-drop">
        <svg width="40" height="40" viewBox="0 0 20 20" aria-hidden="true">
          <path d="M2 18V8.5L8.5 2H18v16Z" fill="none" stroke="var(--control-line)" strokeWidth=".9" />
          <path
            d="M10 7v6M7.2 10.4 10 13.2l2.8-2.8"
            fill="none"
            stroke="var(--accent)"
            strokeWidth="1.2"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
        <h2>Drop a model anywhere</h2>
        <p className="sm muted">
          GGUF, split GGUF, or a folder with safetensors. It is read where it lies, never moved or changed.
        </p>
        <div className="row" style={{ marginTop: 6 }}>
          <Button rightSection={<KeyCap keys="mod+o" />} onClick={() => void openFiles()}>
            Open…
          </Button>
          <Button onClick={() => void openFolder()}>Open folder…</Button>
        </div>
      </div>
      <FoundFolders />
      {machine === undefined ? null : (
        <div className="row row-top xs muted first-machine">
          <Cpu className="icon" aria-hidden="true" />
          <span>{fitsMachineWords(machine)}</span>
        </div>
      )}
    </section>
  );
}

export function FirstRunScreen(): ReactElement {
  return (
    <div className="screen scroll">
      <div className="first-run">
        <h1 className="first-title">Which version of your model may you ship, and what will it have forgotten?</h1>
        <p className="first-lead muted">
          Whittle makes smaller versions of a model, asks every version the same questions, and shows what each one
          lost. Everything stays on this computer.
        </p>
        <div className="first-cards">
          <DemoCard />
          <DropCard />
        </div>
      </div>
    </div>
  );
}
