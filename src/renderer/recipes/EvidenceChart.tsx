// What a person's own runs already say of this method on this model.
import { Button } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ScoreChartData } from '../../shared/comparison.ts';
import { formatCount } from '../../shared/units.ts';
import { chartsQuery } from '../api/queries.ts';
import { ScoreChart } from '../charts/ScoreChart.tsx';
import type { DraftStep, MethodEntry } from './draft-recipe.ts';

interface EvidenceChartProps {
  readonly base: string;
  readonly step: DraftStep;
  readonly method: MethodEntry | undefined;
  readonly onSweep: () => void;
}

/** The lines of this method alone: not of recipes that go on after it. */
function onlyMethod(chart: ScoreChartData, method: string): ScoreChartData {
  const isOwn = (id: string) => (id === method || id.startsWith(`${method}-`)) && !id.includes('+');
  return { ...chart, series: chart.series.filter(({ id }) => isOwn(id)) };
}

export function EvidenceChart({ base, step, method, onSweep }: EvidenceChartProps): ReactElement {
  const axis = typeof step.params['type'] === 'string' ? 'bitsPerWeight' : 'sparsityRatio';
  const { data } = useQuery(chartsQuery({ base, axis }));
  const { ref, width, height } = useElementSize();
  const chart = (data?.charts ?? [])
    .map(({ chart: whole }) => onlyMethod(whole, step.method))
    .find(({ series }) => series.length > 0);
  const sparsity = step.params['sparsity'];
  const setting =
    typeof sparsity === 'number'
      ? `your setting: ${Number((sparsity * 100).toFixed(1))} %`
      : `your setting: ${String(step.params['type'] ?? step.params['pattern'] ?? '')}`;
  return (
    <section className="evidence" aria-label="Evidence">
      <div className="row">
        <h3 className="grow ellipsis">
          {chart === undefined
            ? 'What your runs show'
            : `What your runs already show: ${chart.taskTitle}, ${method?.title ?? ''} on this model`}
        </h3>
        {chart === undefined ? null : (
          <span className="xs faint">
            {setting} · n {formatCount(chart.itemCount.max)}
          </span>
        )}
      </div>
      {chart === undefined ? (
        <div className="row sm muted">
          <span>No runs of this method on this model.</span>
          <Button size="compact-xs" onClick={onSweep}>
            Sweep and score
          </Button>
        </div>
      ) : (
        <div className="evidence-chart" ref={ref}>
          {width > 0 && height > 60 ? (
            <ScoreChart data={chart} theme="page" variant="small" width={width} height={height} />
          ) : null}
        </div>
      )}
    </section>
  );
}
