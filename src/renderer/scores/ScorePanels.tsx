// Below the chart: verdicts, points, categories and score per size beside the questions that changed.
import { Tabs } from '@mantine/core';
import type { ReactElement } from 'react';
import type { ScoreChart, ScoreRow } from '../../shared/session/score-calls.ts';
import { useDraft } from '../api/use-draft.ts';
import { CategoryTable } from './CategoryTable.tsx';
import { ChangedPanel } from './ChangedPanel.tsx';
import type { ChartRequest } from './chart-request.ts';
import { PointsTable } from './PointsTable.tsx';
import { ScorePerGb } from './ScorePerGb.tsx';
import { VerdictTable } from './VerdictTable.tsx';

interface ScorePanelsProps {
  readonly chart: ScoreChart;
  readonly request: ChartRequest;
  readonly chosen: ScoreRow | undefined;
  readonly onChoose: (scoreId: string) => void;
  readonly onOpen: (scoreId: string) => void;
}

export function ScorePanels({ chart, request, chosen, onChoose, onOpen }: ScorePanelsProps): ReactElement {
  const [tab, setTab] = useDraft<string>('scores-tab', 'verdicts');
  const table = { chart, chosenId: chosen?.scoreId, onChoose, onOpen };
  return (
    <div className="score-panels">
      <Tabs className="score-tabs" value={tab} onChange={(value) => setTab(value ?? 'verdicts')} keepMounted={false}>
        <Tabs.List className="panel-head">
          <Tabs.Tab value="verdicts">Verdicts</Tabs.Tab>
          <Tabs.Tab value="points">Points</Tabs.Tab>
          <Tabs.Tab value="categories">By category</Tabs.Tab>
          <Tabs.Tab value="front">Score per GB</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="verdicts" className="panel-body">
          <VerdictTable {...table} />
        </Tabs.Panel>
        <Tabs.Panel value="points" className="panel-body">
          <PointsTable {...table} />
        </Tabs.Panel>
        <Tabs.Panel value="categories" className="panel-body">
          {chosen === undefined ? (
            <p className="panel-empty faint">Choose a point of the chart.</p>
          ) : (
            <CategoryTable scoreId={chosen.scoreId} unit={chosen.unit} />
          )}
        </Tabs.Panel>
        <Tabs.Panel value="front" className="panel-body">
          <ScorePerGb chart={chart} request={request} />
        </Tabs.Panel>
      </Tabs>
      {chosen === undefined || chosen.isDense ? (
        <section className="changed">
          <p className="panel-empty faint">Choose a point: the questions it forgot are listed here.</p>
        </section>
      ) : (
        <ChangedPanel key={chosen.scoreId} chart={chart} row={chosen} />
      )}
    </div>
  );
}
