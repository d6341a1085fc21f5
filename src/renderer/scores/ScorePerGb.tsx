// The best version under a size: the front of score against size, and a limit of one's own.
import { NumberInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ScoreChart } from '../../shared/session/score-calls.ts';
import { scorePerGbQuery } from '../api/queries.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import type { ChartRequest } from './chart-request.ts';
import { frontChart } from './front-chart.ts';
import { ScaledChart } from './ScaledChart.tsx';

interface ScorePerGbProps {
  readonly chart: ScoreChart;
  readonly request: ChartRequest;
}

export function ScorePerGb({ chart, request }: ScorePerGbProps): ReactElement {
  const [limit, setLimit] = useState<number | ''>('');
  const largest = Math.max(...chart.rows.map(({ sizeBytes }) => sizeBytes), 1);
  const [unit, unitBytes] = largest < 2e9 ? ['MB', 1e6] : ['GB', 1e9];
  const input = { ...request, task: chart.chart.task, ...(limit === '' ? {} : { limitBytes: limit * unitBytes }) };
  const { data, error } = useQuery(scorePerGbQuery(input));
  return (
    <div className="front">
      <div className="row">
        <NumberInput
          w={170}
          aria-label="Your limit"
          placeholder={`your limit in ${unit}`}
          prefix="your limit: "
          suffix={` ${unit}`}
          decimalScale={2}
          min={0.01}
          value={limit}
          onChange={(next) => setLimit(next === '' ? '' : Number(next))}
        />
        <span className="sm ellipsis" title={data?.text ?? ''}>
          {data?.text}
        </span>
      </div>
      {error === null ? null : <ErrorNote error={error} />}
      {data === undefined || data.points.length === 0 ? null : (
        <ScaledChart data={frontChart(data.points, chart.chart)} variant="plain" scale={0.75} />
      )}
    </div>
  );
}
