// One small chart a task on the same axis; a click makes it the large one. Tasks that were not run offer to ask.
import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import type { ScoreChart } from '../../shared/session/score-calls.ts';
import { goTo } from '../ui/use-place.ts';
import { ScaledChart } from './ScaledChart.tsx';

interface SmallChartsProps {
  readonly charts: readonly ScoreChart[];
  readonly current: ScoreChart;
  readonly missing: readonly { readonly id: string; readonly title: string }[];
  readonly onPromote: (task: string) => void;
}

export function SmallCharts({ charts, current, missing, onPromote }: SmallChartsProps): ReactElement {
  return (
    <aside className="small-charts" aria-label="Charts by task">
      {charts.map((chart) => (
        <div key={chart.chart.name} className="small-chart" data-current={chart === current || undefined}>
          <ScaledChart data={chart.chart} variant="small" scale={0.86} />
          <button
            type="button"
            aria-pressed={chart === current}
            aria-label={`Show ${chart.chart.taskTitle} large`}
            title={chart.chart.title}
            onClick={() => onPromote(chart.chart.task)}
          />
        </div>
      ))}
      {missing.map(({ id, title }) => (
        <div key={id} className="small-missing">
          <span className="strong sm">{title}</span>
          <span className="xs muted">Not run for these versions.</span>
          <Button size="compact-xs" onClick={() => goTo('kick', { tab: 'new', tasks: id, limit: '400' })}>
            Run 400 questions
          </Button>
        </div>
      ))}
    </aside>
  );
}
