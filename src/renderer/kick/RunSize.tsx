// How many questions: what each size can see, with its interval and its time.
import { NumberInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { formatScore } from '../../shared/score-words.ts';
import type { KickPlan } from '../../shared/session/kick-calls.ts';
import { formatCount } from '../../shared/units.ts';
import { aboutWords } from '../jobs/job-words.ts';

interface RunSizeProps {
  readonly plan: KickPlan | undefined;
  /** null: all questions. */
  readonly limit: number | null;
  readonly onLimit: (limit: number | null) => void;
}

const TITLES = { taste: 'Taste', quick: 'Quick', standard: 'Standard', full: 'Full' } as const;

export function RunSize({ plan, limit, onLimit }: RunSizeProps): ReactElement {
  const sizes = plan?.sizes ?? [];
  const isOwn = limit !== null && !sizes.some((size) => size.limit === limit);
  return (
    <fieldset className="run-size">
      <legend>What should it be able to see?</legend>
      {sizes.map((size) => {
        const isChosen = size.limit === limit;
        const half = size.worstHalfWidth === null ? '' : `\u00b1 ${formatScore(size.worstHalfWidth, 'ratio')}`;
        return (
          <label key={size.size} className="size-row" data-chosen={isChosen || undefined}>
            <input type="radio" name="size" checked={isChosen} onChange={() => onLimit(size.limit)} />
            <span className="strong">{TITLES[size.size]}</span>
            <span className="number">{size.limit === null ? 'all' : formatCount(size.limit)}</span>
            <span className="number faint">{half}</span>
            <span className="muted ellipsis" title={size.canSee}>
              {size.canSee}
            </span>
            <span className="number">
              {size.estimatedMs === null ? '' : aboutWords(size.estimatedMs).replace('about ', '')}
            </span>
          </label>
        );
      })}
      <label className="size-row" data-chosen={isOwn || undefined}>
        <input type="radio" name="size" checked={isOwn} onChange={() => onLimit(limit ?? 200)} />
        <span className="strong">Own</span>
        <NumberInput
          aria-label="Questions per task"
          hideControls
          min={1}
          value={isOwn ? (limit ?? '') : ''}
          placeholder="n"
          onChange={(value) => value !== '' && onLimit(Math.max(1, Number(value)))}
        />
        <span className="muted ellipsis size-words" title="questions per task">
          questions per task
        </span>
      </label>
    </fieldset>
  );
}
