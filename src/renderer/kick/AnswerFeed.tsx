// Answers as they come, newest first: question, what was right, what dense and the version said, and what that means.
import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Check, Ellipsis, Minus, Plus, TriangleAlert } from 'lucide-react';
import { type ReactElement, useCallback, useState } from 'react';
import type { AnswerChange, LiveAnswer } from '../../shared/session/kick-calls.ts';
import { formatCount } from '../../shared/units.ts';
import { answersQuery } from '../api/queries.ts';
import type { BenchVersion } from '../models/use-bench.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Glyph } from '../ui/Glyph.tsx';
import { questionOf } from '../ui/question-words.ts';
import { useShortcuts } from '../ui/use-shortcuts.ts';
import { AnswerDetails } from './AnswerDetails.tsx';

interface AnswerFeedProps {
  readonly runId: string;
  readonly looks: readonly BenchVersion[];
}

const ROW_PX = 50;
const LIMIT = 300;

const CHANGES = {
  forgotten: { icon: Minus, words: 'forgotten', className: 'forgotten-ink' },
  gained: { icon: Plus, words: 'gained', className: 'gained-ink' },
  kept: { icon: Check, words: 'kept', className: 'faint' },
  'never-knew': { icon: Ellipsis, words: 'never knew', className: 'faint' },
  failed: { icon: TriangleAlert, words: 'failed', className: 'warn-ink' },
} as const;

type Filter = 'all' | 'forgotten' | 'gained' | 'failed';
const FILTERS: readonly Exclude<Filter, 'all'>[] = ['forgotten', 'gained', 'failed'];

function countWords(filter: Filter, count: number): string {
  const sign = filter === 'forgotten' ? '\u2212 ' : filter === 'gained' ? '+ ' : '';
  return `${sign}${filter === 'all' ? 'All' : filter} ${formatCount(count)}`;
}

function useCounts(runId: string): Record<Filter, number> {
  const all = useQuery(answersQuery({ runId, limit: 1 }));
  const forgotten = useQuery(answersQuery({ runId, limit: 1, change: 'forgotten' }));
  const gained = useQuery(answersQuery({ runId, limit: 1, change: 'gained' }));
  const failed = useQuery(answersQuery({ runId, limit: 1, change: 'failed' }));
  const count = (query: typeof all) => query.data?.totalCount ?? 0;
  return { all: count(all), forgotten: count(forgotten), gained: count(gained), failed: count(failed) };
}

function Answer({
  answer,
  looks,
}: {
  readonly answer: LiveAnswer;
  readonly looks: readonly BenchVersion[];
}): ReactElement {
  const change: AnswerChange | null = answer.change;
  const look = looks.find(({ node }) => node.id === answer.model || node.path === answer.model);
  const shown = change === null ? undefined : CHANGES[change];
  const Icon = shown?.icon ?? Ellipsis;
  const { sample, denseSample } = answer;
  return (
    <>
      <Icon className={`icon-small ${shown?.className ?? 'faint'}`} aria-hidden="true" />
      <span className="grow">
        <span className="ellipsis feed-question" title={sample.prompt}>
          {questionOf(sample.prompt)}
        </span>
        <span className="row xs feed-answers">
          <span className="muted ellipsis feed-right" title={sample.expected.join(' or ')}>
            {sample.expected[0]}
          </span>
          {denseSample === null ? null : (
            <span className="row feed-said" title={denseSample.answer}>
              <Glyph slot={0} />
              <span className="ellipsis">{denseSample.answer}</span>
            </span>
          )}
          <span className="row feed-said" title={sample.answer}>
            <Glyph slot={look?.slot ?? 8} fill={look?.fill ?? 'solid'} />
            <span className="ellipsis">{sample.answer}</span>
          </span>
          <span className={`feed-change ${shown?.className ?? 'faint'}`}>{shown?.words}</span>
        </span>
      </span>
    </>
  );
}

export function AnswerFeed({ runId, looks }: AnswerFeedProps): ReactElement {
  const [filter, setFilter] = useState<Filter>('all');
  const [active, setActive] = useState(0);
  const [open, setOpen] = useState<LiveAnswer | null>(null);
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const counts = useCounts(runId);
  const { data, error } = useQuery(
    answersQuery({ runId, limit: LIMIT, ...(filter === 'all' ? {} : { change: filter }) }),
  );
  const answers = data?.answers ?? [];
  const virtual = useVirtualizer({
    count: answers.length,
    getScrollElement: useCallback(() => scroller, [scroller]),
    estimateSize: () => ROW_PX,
    overscan: 6,
  });
  const move = (step: number) => {
    const next = Math.min(answers.length - 1, Math.max(0, active + step));
    setActive(next);
    virtual.scrollToIndex(next);
  };
  useShortcuts({
    f: () => setFilter(filter === 'forgotten' ? 'all' : 'forgotten'),
    j: () => move(1),
    k: () => move(-1),
  });
  return (
    <aside className="feed" aria-label="Answers">
      <div className="row feed-head">
        <h2 className="grow">Answers</h2>
        <span className="faint xs">newest first</span>
      </div>
      <div className="row feed-filters">
        <button
          type="button"
          className="plain-button xs"
          aria-pressed={filter === 'all'}
          onClick={() => setFilter('all')}
        >
          {countWords('all', counts.all)}
        </button>
        {FILTERS.map((one) => (
          <button
            key={one}
            type="button"
            className={`plain-button xs ${CHANGES[one].className}`}
            aria-pressed={filter === one}
            onClick={() => setFilter(one)}
          >
            {countWords(one, counts[one])}
          </button>
        ))}
      </div>
      {error === null ? null : <ErrorNote error={error} />}
      <div className="feed-list" ref={setScroller}>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const answer = answers[index]!;
            return (
              <button
                key={`${answer.model} ${answer.task} ${answer.sample.index}`}
                type="button"
                className="plain-button feed-row"
                data-active={index === active || undefined}
                style={{ transform: `translateY(${start}px)`, height: ROW_PX }}
                onClick={() => {
                  setActive(index);
                  setOpen(answer);
                }}
              >
                <Answer answer={answer} looks={looks} />
              </button>
            );
          })}
        </div>
        {data !== undefined && answers.length === 0 ? (
          <p className="panel-empty faint">No answers of this kind yet.</p>
        ) : null}
      </div>
      {open === null ? null : (
        <Modal opened onClose={() => setOpen(null)} title="Question and answers" size={700}>
          <AnswerDetails answer={open} />
          <Button mt={12} onClick={() => setOpen(null)}>
            Close
          </Button>
        </Modal>
      )}
    </aside>
  );
}
