// No score yet: empty axes and the way to the first one.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { kickPlanQuery, tasksQuery } from '../api/queries.ts';
import { aboutWords } from '../jobs/job-words.ts';
import { plural } from '../models/model-words.ts';
import { useBench } from '../models/use-bench.ts';
import { goTo } from '../ui/use-place.ts';

const LIMIT = 400;
const TICKS = [0, 10, 20, 30, 40, 50];

function GhostAxes(): ReactElement {
  return (
    <svg className="ghost-axes" viewBox="0 0 600 260" aria-hidden="true">
      {[0, 1, 2].map((line) => (
        <g key={line}>
          <path d={`M50 ${20 + line * 100}H580`} stroke={line === 2 ? 'var(--chart-axis)' : 'var(--chart-grid)'} />
          <text x={42} y={24 + line * 100} textAnchor="end">
            {100 - line * 50} %
          </text>
        </g>
      ))}
      {TICKS.map((tick) => (
        <text key={tick} x={60 + tick * 10.2} y={242} textAnchor="middle">
          {tick} %
        </text>
      ))}
    </svg>
  );
}

interface NoScoresProps {
  readonly isRunning: boolean;
  /** Versions that have scores and are not drawn. */
  readonly hiddenCount: number;
  readonly onShowAll: () => void;
}

export function NoScores({ isRunning, hiddenCount, onShowAll }: NoScoresProps): ReactElement {
  const { base, versions } = useBench();
  const { data: tasks = [] } = useQuery(tasksQuery);
  const models = [...(base === undefined ? [] : [base.id]), ...versions.map(({ id }) => id)];
  const free = tasks.filter((task) => task['needsJudge'] !== true).map(({ id }) => id);
  const { data: plan } = useQuery({
    ...kickPlanQuery({ models, tasks: free, limit: LIMIT }),
    enabled: models.length > 0 && free.length > 0,
  });
  const estimate = plan?.estimatedMs == null ? '' : `${aboutWords(plan.estimatedMs)}, `;
  return (
    <div className="no-scores">
      <h2 className="no-scores-title">{isRunning ? 'The first answers are being asked' : 'No scores yet'}</h2>
      <p className="sm muted">
        {isRunning
          ? 'Each point lands here when its answers are in.'
          : models.length === 0
            ? 'Put a model on the bench, then ask it.'
            : `${plural(models.length, 'version')} on the bench ${models.length === 1 ? 'is' : 'are'} ready to be asked.`}
      </p>
      <GhostAxes />
      {isRunning ? null : (
        <div className="row">
          {models.length === 0 ? (
            <Button variant="filled" onClick={() => goTo('models')}>
              Choose in Models
            </Button>
          ) : (
            <>
              <Button variant="filled" onClick={() => goTo('kick', { tab: 'new', limit: String(LIMIT) })}>
                Run KICK, {LIMIT} questions
              </Button>
              <span className="xs muted">{estimate}± 4.9 points</span>
            </>
          )}
          {hiddenCount === 0 ? null : (
            <Button onClick={onShowAll}>Show the scores of {plural(hiddenCount, 'other version')}</Button>
          )}
        </div>
      )}
    </div>
  );
}
