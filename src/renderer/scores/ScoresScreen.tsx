// Scores: a picture, a sentence and the list of what was forgotten.
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { SCORE_AXES, type ScoreAxis } from '../../shared/session/score-calls.ts';
import { chartsQuery, jobsQuery, tasksQuery } from '../api/queries.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { ScreenHead } from '../ui/ScreenHead.tsx';
import { useShortcuts } from '../ui/use-shortcuts.ts';
import { ChartFilters } from './ChartFilters.tsx';
import { ChartOverlay } from './ChartOverlay.tsx';
import { firstStop } from './chart-points.ts';
import { ANY_BASE, AXIS_WORDS, useScoresPlace } from './chart-request.ts';
import { DemoSteps } from './DemoSteps.tsx';
import { ExportMenu } from './ExportMenu.tsx';
import { NoScores } from './NoScores.tsx';
import { PointDialog } from './PointDialog.tsx';
import { PointsTable } from './PointsTable.tsx';
import { ScaledChart } from './ScaledChart.tsx';
import { ScorePanels } from './ScorePanels.tsx';
import { SmallCharts } from './SmallCharts.tsx';
import './scores.css';

const MAIN_AXES: readonly ScoreAxis[] = ['sparsityRatio', 'bitsPerWeight', 'sizeBytes'];

export function ScoresScreen(): ReactElement {
  const place = useScoresPlace();
  const { data, error, isFetching } = useQuery(chartsQuery(place.request));
  const { data: tasks = [] } = useQuery(tasksQuery);
  const { data: jobs = [] } = useQuery(jobsQuery);
  const [chosenId, setChosen] = useState<string | undefined>(undefined);
  const [openId, setOpen] = useState<string | null>(null);
  const [isTable, setTable] = useState(false);
  const charts = data?.charts ?? [];
  const current = charts.find(({ chart }) => chart.task === place.task) ?? charts[0];
  const chosen =
    current?.rows.find(({ scoreId }) => scoreId === chosenId) ??
    (current === undefined ? undefined : firstStop(current)?.row);
  const shownCount = new Set(current?.rows.filter(({ isDense }) => !isDense).map(({ recipe }) => recipe)).size;
  const hiddenWords = `Showing ${shownCount} of ${shownCount + (data?.hiddenVersionCount ?? 0)} versions with scores.`;
  const isRunning = jobs.some((job) => job.state === 'running' && (job.kind === 'kick' || job.kind === 'sweep'));
  const missing = tasks.filter(
    ({ id, ...task }) => task['needsJudge'] !== true && !charts.some(({ chart }) => chart.task === id),
  );
  const axes = MAIN_AXES.includes(place.axis) ? MAIN_AXES : [...MAIN_AXES, place.axis];
  const stepTask = (step: 1 | -1) => {
    if (current === undefined) return;
    const next = charts.at((charts.indexOf(current) + step + charts.length) % charts.length);
    place.set({ task: next?.chart.task });
  };
  useShortcuts({
    '[': () => stepTask(-1),
    ']': () => stepTask(1),
    x: () => place.set({ axis: SCORE_AXES[(SCORE_AXES.indexOf(place.axis) + 1) % SCORE_AXES.length] }),
    t: () => setTable(!isTable),
  });

  return (
    <div className="screen">
      <ScreenHead title="Scores" isBusy={isFetching}>
        <SegmentedControl
          ml={8}
          aria-label="Axis"
          value={place.axis}
          onChange={(axis) => place.set({ axis })}
          data={axes.map((axis) => ({ value: axis, label: AXIS_WORDS[axis] }))}
        />
        <SegmentedControl
          aria-label="Chart or table"
          value={isTable ? 'table' : 'chart'}
          onChange={(value) => setTable(value === 'table')}
          data={[
            { value: 'chart', label: 'Chart' },
            { value: 'table', label: 'Table' },
          ]}
        />
        {(data?.hiddenVersionCount ?? 0) > 0 ? (
          <span className="faint xs ellipsis hide-narrow" title={hiddenWords}>
            {hiddenWords}
          </span>
        ) : null}
        <span className="grow" />
        <ChartFilters place={place} />
        <ExportMenu request={place.request} task={current?.chart.task} />
      </ScreenHead>
      {place.params['demo'] === undefined ? null : (
        <DemoSteps jobId={place.params['demo']} hasPoints={current !== undefined} />
      )}
      {error === null ? null : (
        <div style={{ padding: 16 }}>
          <ErrorNote error={error} />
        </div>
      )}
      {current === undefined ? (
        data === undefined ? null : (
          <NoScores
            isRunning={isRunning}
            hiddenCount={data.hiddenVersionCount}
            onShowAll={() =>
              place.set({ base: ANY_BASE, methods: undefined, protocol: undefined, sweep: undefined, bench: undefined })
            }
          />
        )
      ) : (
        <div className="screen-body">
          <div className="scores-main">
            <div className="scores-title">
              <h2 className="scores-sentence">
                {current.chart.title}
                {isRunning ? <span className="faint"> So far.</span> : null}
              </h2>
              <p className="sm muted">{current.chart.subtitle}</p>
            </div>
            <div className="main-chart">
              {isTable ? (
                <div className="scroll fill">
                  <PointsTable chart={current} chosenId={chosen?.scoreId} onChoose={setChosen} onOpen={setOpen} />
                </div>
              ) : (
                <ScaledChart
                  data={current.chart}
                  variant="plain"
                  scale={0.8}
                  overlay={(width, height) => (
                    <ChartOverlay
                      chart={current}
                      width={width}
                      height={height}
                      chosenId={chosen?.scoreId}
                      onChoose={setChosen}
                      onOpen={setOpen}
                    />
                  )}
                />
              )}
            </div>
            <ScorePanels
              chart={current}
              request={place.request}
              chosen={chosen}
              onChoose={setChosen}
              onOpen={setOpen}
            />
          </div>
          <SmallCharts charts={charts} current={current} missing={missing} onPromote={(task) => place.set({ task })} />
        </div>
      )}
      {openId === null ? null : <PointDialog scoreId={openId} onClose={() => setOpen(null)} />}
    </div>
  );
}
