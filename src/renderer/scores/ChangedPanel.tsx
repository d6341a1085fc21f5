// What the chosen version forgot and gained, question by question, against the dense answers to the same questions.
import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Minus, Plus } from 'lucide-react';
import { type ReactElement, useCallback, useState } from 'react';
import type { ChangedAnswer } from '../../shared/comparison.ts';
import { formatDifference } from '../../shared/score-words.ts';
import type { ScoreChart, ScoreRow } from '../../shared/session/score-calls.ts';
import { formatCount } from '../../shared/units.ts';
import { changedQuery } from '../api/queries.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { questionOf } from '../ui/question-words.ts';
import { ChangedDialog } from './ChangedDialog.tsx';

interface ChangedPanelProps {
  readonly chart: ScoreChart;
  readonly row: ScoreRow;
}

const ROW_PX = 28;

/** Versions at the same place of the axis: what all of them forgot says more about the questions than about the methods. */
function neighbours(chart: ScoreChart, row: ScoreRow): ScoreRow[] {
  if (chart.chart.axis !== 'sparsityRatio') return [];
  return chart.rows.filter(
    (other) =>
      !other.isDense && other.scoreId !== row.scoreId && Math.abs(other.sparsityRatio - row.sparsityRatio) < 0.005,
  );
}

function Counts({
  forgotten,
  gained,
  kept,
  never,
}: {
  readonly forgotten: number;
  readonly gained: number;
  readonly kept: number;
  readonly never: number;
}) {
  return (
    <span className="row xs nowrap" title={`${formatCount(kept)} kept, ${formatCount(never)} never known`}>
      <span className="forgotten-ink">− {formatCount(forgotten)} forgotten</span>
      <span className="gained-ink">+ {formatCount(gained)} gained</span>
    </span>
  );
}

export function ChangedPanel({ chart, row }: ChangedPanelProps): ReactElement {
  const others = neighbours(chart, row);
  const { data, error } = useQuery(
    changedQuery({ scoreId: row.scoreId, alsoForgottenBy: others.map(({ scoreId }) => scoreId) }),
  );
  const [shown, setShown] = useState<'all' | 'forgotten' | 'gained'>('all');
  const [open, setOpen] = useState<ChangedAnswer | null>(null);
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const forgotten = data?.forgotten ?? [];
  const gained = data?.gained ?? [];
  const list = shown === 'forgotten' ? forgotten : shown === 'gained' ? gained : [...forgotten, ...gained];
  const virtual = useVirtualizer({
    count: list.length,
    getScrollElement: useCallback(() => scroller, [scroller]),
    estimateSize: () => ROW_PX,
    overscan: 8,
  });
  const byAll = data?.forgottenByAll.length ?? 0;
  const leftOut = data?.leftOutCount ?? 0;
  const footWords = [
    data?.pairedDifference == null
      ? ''
      : `Paired difference ${formatDifference(data.pairedDifference, row.unit)} points`,
    byAll > 0 && others.length > 0 ? `forgotten by all ${others.length + 1}: ${formatCount(byAll)}` : '',
    leftOut > 0 ? `${formatCount(leftOut)} left out of both` : '',
  ]
    .filter((part) => part !== '')
    .join(' \u00b7 ');
  return (
    <section className="changed" aria-label={`Answers of ${row.recipe} that changed`}>
      <div className="panel-head">
        <span className="strong sm ellipsis" title={row.recipe}>
          {row.recipe}
        </span>
        <span className="grow" />
        {data === undefined ? null : (
          <Counts
            forgotten={data.forgottenCount}
            gained={data.gainedCount}
            kept={data.keptCount}
            never={data.neverKnewCount}
          />
        )}
      </div>
      {error === null ? null : (
        <div className="panel-notes">
          <ErrorNote error={error} />
        </div>
      )}
      {data === undefined || list.length === 0 ? (
        <p className="panel-empty faint">{data === undefined ? '' : 'No answer changed sides.'}</p>
      ) : (
        <div className="changed-list" ref={setScroller} role="grid" aria-label="Changed answers" tabIndex={0}>
          <div role="row" className="changed-row changed-head">
            <span role="columnheader">Question</span>
            <span role="columnheader">Dense said</span>
            <span role="columnheader" className="row">
              <span className="ellipsis" title={`${row.recipe} said`}>
                {row.recipe} said
              </span>
            </span>
          </div>
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {virtual.getVirtualItems().map(({ index, start }) => {
              const answer = list[index]!;
              const isForgotten = answer.score < answer.denseScore;
              return (
                <div
                  key={answer.id}
                  role="row"
                  className="changed-row"
                  style={{ position: 'absolute', left: 0, right: 0, top: 0, transform: `translateY(${start}px)` }}
                >
                  <button role="gridcell" type="button" className="plain-button row" onClick={() => setOpen(answer)}>
                    {isForgotten ? (
                      <Minus className="icon-small forgotten-ink" aria-label="forgotten" />
                    ) : (
                      <Plus className="icon-small gained-ink" aria-label="gained" />
                    )}
                    <span className="ellipsis" title={answer.prompt}>
                      {questionOf(answer.prompt)}
                    </span>
                  </button>
                  <span role="gridcell" className="ellipsis" title={answer.denseAnswer}>
                    {answer.denseAnswer}
                  </span>
                  <span role="gridcell" className="ellipsis" title={answer.answer}>
                    {answer.answer}
                  </span>
                </div>
              );
            })}
          </div>
        </div>
      )}
      {error !== null && data === undefined ? null : (
        <div className="panel-foot">
          <span className="xs muted ellipsis" title={footWords}>
            {footWords}
          </span>
          <span className="grow" />
          <SegmentedControl
            aria-label="Which answers"
            value={shown}
            onChange={(value) => setShown(value as typeof shown)}
            data={[
              { value: 'all', label: 'All' },
              { value: 'forgotten', label: '\u2212' },
              { value: 'gained', label: '+' },
            ]}
          />
        </div>
      )}
      {open === null ? null : <ChangedDialog answer={open} version={row.recipe} onClose={() => setOpen(null)} />}
    </section>
  );
}
