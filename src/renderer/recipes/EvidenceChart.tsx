// What a person's own runs already say of this method on this model.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ScoreChartData } from '../../shared/comparison.ts';
import { formatCount } from '../../shared/units.ts';
import { chartsQuery } from '../api/queries.ts';
import { isReversed } from '../charts/axis-words.ts';
import { xPixel } from '../charts/chart-measures.ts';
import { layoutChart } from '../charts/layout-chart.ts';
import { ScaledChart } from '../scores/ScaledChart.tsx';
import type { DraftStep, MethodEntry } from './draft-recipe.ts';

interface EvidenceChartProps {
  readonly base: string;
  readonly step: DraftStep;
  readonly method: MethodEntry | undefined;
  /** Of the file that the recipe would write. */
  readonly bitsPerWeight: number | undefined;
  readonly onSweep: () => void;
}

/** The lines of this method alone: not of recipes that go on after it. */
function onlyMethod(chart: ScoreChartData, method: string): ScoreChartData {
  const isOwn = (id: string) => (id === method || id.startsWith(`${method}-`)) && !id.includes('+');
  return { ...chart, series: chart.series.filter(({ id }) => isOwn(id)) };
}

/** The present setting, where it lies among what was run. */
function SettingLine({
  chart,
  x,
  width,
  height,
}: {
  readonly chart: ScoreChartData;
  readonly x: number;
  readonly width: number;
  readonly height: number;
}): ReactElement | null {
  const layout = layoutChart(chart, { width, height, variant: 'plain' });
  const { plot } = layout;
  const left = xPixel(layout, x, isReversed(chart.axis));
  if (left < plot.left || left > plot.left + plot.width) return null;
  return (
    <svg className="setting-line" width={width} height={height} aria-hidden="true">
      <path
        d={`M${left} ${plot.top}V${plot.top + plot.height}`}
        stroke="var(--ink-3)"
        strokeDasharray="2 3"
        strokeWidth={1.5}
      />
    </svg>
  );
}

export function EvidenceChart({ base, step, method, bitsPerWeight, onSweep }: EvidenceChartProps): ReactElement {
  const axis = typeof step.params['type'] === 'string' ? 'bitsPerWeight' : 'sparsityRatio';
  const { data } = useQuery(chartsQuery({ base, axis }));
  const chart = (data?.charts ?? [])
    .map(({ chart: whole }) => onlyMethod(whole, step.method))
    .find(({ series }) => series.length > 0);
  const sparsity = step.params['sparsity'];
  const x = axis === 'bitsPerWeight' ? bitsPerWeight : typeof sparsity === 'number' ? sparsity : undefined;
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
        <div className="evidence-chart">
          <ScaledChart
            data={chart}
            variant="plain"
            scale={0.72}
            overlay={(width, height) =>
              x === undefined ? null : <SettingLine chart={chart} x={x} width={width} height={height} />
            }
          />
        </div>
      )}
    </section>
  );
}
