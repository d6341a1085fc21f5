// A score on a track that also shows the dense score, the band within 5 % of it, and the interval.
import type { ReactElement } from 'react';
import { formatScore, formatWithInterval } from '../../shared/score-words.ts';
import type { ModelScore } from '../../shared/session/model-calls.ts';
import { formatCount } from '../../shared/units.ts';

const BAND = 0.95;

function share(value: number, largest: number): string {
  return `${Math.min(100, Math.max(0, (value / largest) * 100))}%`;
}

export function ScoreTrack({ score }: { readonly score: ModelScore }): ReactElement {
  const { value, low, high, unit, denseValue, itemCount } = score;
  const largest = unit === 'ratio' ? 1 : Math.max(high, denseValue ?? 0) * 1.15;
  const words = `${formatWithInterval(value, { low, high }, unit)}, ${formatCount(itemCount)} questions`;
  return (
    <span className="score-cell" title={words}>
      <span className="score-track" aria-hidden="true">
        {denseValue === null ? null : (
          <>
            <i
              className="score-band"
              style={{ left: share(denseValue * BAND, largest), width: share(denseValue * (1 - BAND), largest) }}
            />
            <i className="score-dense" style={{ left: share(denseValue, largest) }} />
          </>
        )}
        <i className="score-interval" style={{ left: share(low, largest), width: share(high - low, largest) }} />
        <i className="score-point" style={{ left: share(value, largest) }} />
      </span>
      <span className="score-number">{formatScore(value, unit)}</span>
    </span>
  );
}
