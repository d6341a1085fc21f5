// A new run: what to ask, whom, and how many questions, each size with what it can see and how long it takes.
import { Button, Select, Switch } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { PROTOCOLS, type Protocol } from '../../shared/kick.ts';
import { formatCount } from '../../shared/units.ts';
import { call } from '../api/client.ts';
import { kickPlanQuery, tasksQuery } from '../api/queries.ts';
import { aboutWords } from '../jobs/job-words.ts';
import { plural } from '../models/model-words.ts';
import { useBench } from '../models/use-bench.ts';
import { useCommands } from '../ui/commands.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Glyph } from '../ui/Glyph.tsx';
import { KeyCap } from '../ui/KeyCap.tsx';
import { MiddleText } from '../ui/MiddleText.tsx';
import { Note } from '../ui/Note.tsx';
import { goTo, usePlace } from '../ui/use-place.ts';
import { useShortcuts } from '../ui/use-shortcuts.ts';
import { RunSize } from './RunSize.tsx';
import { TaskList } from './TaskList.tsx';

const FIRST_LIMIT = 400;

function knownWords(askCount: number, knownCount: number): string {
  if (knownCount === 0) return '';
  const fresh = Math.max(0, askCount - knownCount);
  return `${formatCount(Math.min(knownCount, askCount))} of ${formatCount(askCount)} answers are known: asks ${formatCount(fresh)} new.`;
}

export function NewRun({ onStarted }: { readonly onStarted: () => void }): ReactElement {
  const { params } = usePlace();
  const bench = useBench();
  const { data: tasks = [], error: tasksError } = useQuery(tasksQuery);
  const free = tasks.filter((task) => task['needsJudge'] !== true).map(({ id }) => id);
  const [chosen, setChosen] = useState<readonly string[] | null>(params['tasks']?.split(',') ?? null);
  const [limit, setLimit] = useState<number | null>(
    params['limit'] === undefined ? FIRST_LIMIT : Number(params['limit']) || null,
  );
  const [protocol, setProtocol] = useState<Protocol>('standard');
  const [isBaseAsked, setBaseAsked] = useState(true);
  const wanted = (chosen ?? free).filter((id) => tasks.some((task) => task.id === id));
  const versions = bench.looks.filter(({ slot }) => isBaseAsked || slot !== 0);
  const models = versions.map(({ node }) => node.id);
  const [settled] = useDebouncedValue({ models, tasks: wanted, limit, protocol }, 150);
  const isAskable = models.length > 0 && wanted.length > 0;
  const { data: plan, error } = useQuery({
    ...kickPlanQuery(settled),
    enabled: isAskable && settled.models.length > 0 && settled.tasks.length > 0,
  });
  const start = useMutation({
    mutationFn: () => call('startKickRun', { models, tasks: wanted, limit, protocol }),
    onSuccess: onStarted,
  });
  useShortcuts({ 'mod+enter': () => isAskable && start.mutate() });
  useCommands('new-run', [
    {
      id: 'start-kick',
      title: 'Run KICK',
      detail: plural(models.length, 'version'),
      group: 'action',
      keys: 'mod+enter',
      blockedBy: isAskable ? undefined : 'needs a model and a task',
      run: () => start.mutate(),
    },
  ]);

  const asks = plan?.tasks.reduce((sum, { askCount }) => sum + askCount * models.length, 0) ?? 0;
  const known =
    plan?.tasks.reduce(
      (sum, { knownCounts }) => sum + models.reduce((part, id) => part + (knownCounts[id] ?? 0), 0),
      0,
    ) ?? 0;
  const problems = plan?.tasks.filter(({ problem }) => problem !== null) ?? [];
  return (
    <div className="screen-body new-run">
      <TaskList tasks={tasks} plan={plan} wanted={wanted} onWanted={setChosen} error={tasksError} />
      <div className="new-side scroll">
        <section className="column" aria-label="Versions">
          <div className="row">
            <h2 className="grow">Whom to ask</h2>
            <Button size="compact-xs" onClick={() => goTo('models')}>
              Change the bench
            </Button>
          </div>
          {bench.looks.length === 0 ? (
            <p className="muted sm">Put a model on the bench, then pick what to ask.</p>
          ) : null}
          <ul className="version-list">
            {bench.looks.map(({ node, slot, fill, label }) => (
              <li key={node.id} className="row sm">
                <Glyph slot={slot} fill={fill} />
                <span className="grow row">
                  <MiddleText text={label} tailLength={20} />
                </span>
                {slot === 0 ? (
                  <Switch
                    label="ask too"
                    checked={isBaseAsked}
                    onChange={(event) => setBaseAsked(event.currentTarget.checked)}
                  />
                ) : null}
              </li>
            ))}
          </ul>
          {bench.base !== undefined && bench.versions.length === 0 ? (
            <p className="faint xs">One version: it gets scores, and no verdict until another one is beside it.</p>
          ) : null}
        </section>
        {bench.looks.length === 0 ? null : <RunSize plan={plan} limit={limit} onLimit={setLimit} />}
        <Select
          label="Form of prompts and scoring"
          description={
            protocol === 'paper'
              ? "As in the paper's code, its slips included: compare with published numbers."
              : 'Corrected: compare versions with each other.'
          }
          inputWrapperOrder={['label', 'input', 'description']}
          data={[...PROTOCOLS]}
          value={protocol}
          onChange={(value) => setProtocol(PROTOCOLS.find((known_) => known_ === value) ?? 'standard')}
        />
        {problems.map(({ task, title, problem }) => (
          <Note key={task} kind="warn" title={`${title}:`}>
            {problem}
          </Note>
        ))}
        {(plan?.notes ?? []).map((note) => (
          <Note key={note} kind="info">
            {note}
          </Note>
        ))}
        {error === null ? null : <ErrorNote error={error} />}
        {start.error === null ? null : <ErrorNote error={start.error} />}
        <div className="row">
          <span className="faint xs grow">
            {plan === undefined ? '' : `${formatCount(asks)} answers in all. ${knownWords(asks, known)}`}
            {plan?.estimatedMs == null ? '' : ` It takes ${aboutWords(plan.estimatedMs)}.`}
          </span>
          <Button
            variant="filled"
            disabled={!isAskable}
            loading={start.isPending}
            rightSection={<KeyCap keys="mod+enter" />}
            onClick={() => start.mutate()}
          >
            Run
          </Button>
        </div>
      </div>
    </div>
  );
}
