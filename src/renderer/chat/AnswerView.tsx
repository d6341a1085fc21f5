// One answer: its text as Markdown, what differs from dense, how it ended, and what can be done with it.
import { ActionIcon, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { Check, Copy, Pin, RotateCcw } from 'lucide-react';
import { type ReactElement, useMemo, useState } from 'react';
import { formatCount } from '../../shared/units.ts';
import type { BenchVersion } from '../models/use-bench.ts';
import { Note } from '../ui/Note.tsx';
import { firstDifference, type KeptAnswer } from './conversation.ts';
import { KeepQuestionDialog } from './KeepQuestionDialog.tsx';
import { Markdown } from './Markdown.tsx';
import { markdownWords } from './markdown-words.ts';
import { SurpriseText } from './SurpriseText.tsx';
import type { Writing } from './use-answers.ts';
import type { Chat } from './use-chat.ts';
import { compareWords } from './word-difference.ts';

export interface AnswerViewProps {
  readonly look: BenchVersion;
  readonly isDense: boolean;
  readonly turnIndex: number;
  readonly answer: KeptAnswer | undefined;
  readonly writing: Writing | undefined;
  /** The answer it is compared with. */
  readonly partner: KeptAnswer | undefined;
  readonly dense: BenchVersion | undefined;
  readonly chat: Chat;
}

const STOPS: Readonly<Record<string, string>> = {
  end: '',
  length: 'stopped at the length limit',
  stopped: 'stopped',
  'context-full': 'the context is full',
  repeats: 'This version repeats itself. Stopped after 3 loops.',
  failed: 'failed',
};

function Meta({
  answer,
  partner,
  isDense,
  sameRatio,
}: {
  readonly answer: KeptAnswer;
  readonly partner: KeptAnswer | undefined;
  readonly isDense: boolean;
  readonly sameRatio: number | undefined;
}) {
  const first =
    partner?.tokens === undefined || answer.tokens === undefined
      ? undefined
      : firstDifference(partner.tokens, answer.tokens);
  const isSame = partner !== undefined && partner.text.trim() === answer.text.trim();
  return (
    <>
      {answer.tokenCount === undefined ? null : <span>{formatCount(answer.tokenCount)} tokens</span>}
      {answer.stopReason === undefined || answer.stopReason === 'end' ? null : (
        <span className={answer.stopReason === 'repeats' ? 'warn-ink' : undefined}>{STOPS[answer.stopReason]}</span>
      )}
      {isDense || partner === undefined ? null : isSame ? (
        <span>same as dense</span>
      ) : (
        <>
          {first === undefined ? null : <span className="bad-ink">first difference at token {first}</span>}
          {sameRatio === undefined ? null : (
            <span className="bad-ink">{Math.round(sameRatio * 100)} % of words the same</span>
          )}
        </>
      )}
    </>
  );
}

function useDifference(text: string, partner: KeptAnswer | undefined, isDense: boolean, isWanted: boolean) {
  return useMemo(() => {
    if (!isWanted || partner === undefined || partner.text === text) return undefined;
    const mine = markdownWords(text);
    const theirs = markdownWords(partner.text);
    const difference = isDense ? compareWords(mine, theirs) : compareWords(theirs, mine);
    return { marked: isDense ? difference.left : difference.right, sameRatio: difference.sameRatio };
  }, [text, partner, isDense, isWanted]);
}

export function AnswerView(props: AnswerViewProps): ReactElement | null {
  const { look, isDense, turnIndex, answer, writing, partner, dense, chat } = props;
  const { copy, copied } = useClipboard({ timeout: 1500 });
  const [isKeeping, setKeeping] = useState(false);
  const text = writing?.text ?? answer?.text ?? '';
  const isDone = writing === undefined && answer !== undefined;
  const difference = useDifference(text, partner, isDense, chat.mode === 'words' && isDone);
  const densePane = dense === undefined ? undefined : chat.panes.byModel[dense.node.id];
  const showsSurprise =
    chat.mode === 'surprise' && isDone && !isDense && densePane?.state.state === 'ready' && text !== '';
  if (writing === undefined && answer === undefined) return <div className="answer faint sm">waiting</div>;
  return (
    <article className="answer" aria-label={`Answer of ${look.label}`} aria-busy={writing !== undefined}>
      {(answer?.droppedTurnCount ?? 0) > 0 ? (
        <Note kind="info">The conversation is longer than the context. The oldest turn was left out.</Note>
      ) : null}
      {showsSurprise ? (
        <SurpriseText
          paneId={densePane.paneId}
          talk={chat.talk}
          turnIndex={turnIndex}
          model={look.node.id}
          text={text}
        />
      ) : (
        <Markdown
          text={text}
          marks={
            difference === undefined
              ? undefined
              : { marked: difference.marked, className: isDense ? 'mark-dense' : 'mark-version' }
          }
        />
      )}
      {answer?.message === undefined ? null : <Note kind="warn">{answer.message}</Note>}
      <div className="answer-meta">
        {writing === undefined ? (
          answer === undefined ? null : (
            <Meta answer={answer} partner={partner} isDense={isDense} sameRatio={difference?.sameRatio} />
          )
        ) : (
          <span>writing, {formatCount(writing.tokenCount)} tokens</span>
        )}
        {isDone ? (
          <span className="answer-tools on-hover">
            <Tooltip label="Copy answer">
              <ActionIcon variant="subtle" size={22} aria-label="Copy answer" onClick={() => copy(text)}>
                {copied ? (
                  <Check className="icon-small" aria-hidden="true" />
                ) : (
                  <Copy className="icon-small" aria-hidden="true" />
                )}
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Regenerate">
              <ActionIcon
                variant="subtle"
                size={22}
                aria-label="Regenerate"
                onClick={() => chat.regenerate(turnIndex, look.node.id)}
              >
                <RotateCcw className="icon-small" aria-hidden="true" />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Keep as KICK question">
              <ActionIcon
                variant="subtle"
                size={22}
                aria-label="Keep as KICK question"
                onClick={() => setKeeping(true)}
              >
                <Pin className="icon-small" aria-hidden="true" />
              </ActionIcon>
            </Tooltip>
          </span>
        ) : null}
      </div>
      {isKeeping ? (
        <KeepQuestionDialog
          question={chat.talk.turns[turnIndex]?.prompt ?? ''}
          answer={text}
          onClose={() => setKeeping(false)}
        />
      ) : null}
    </article>
  );
}
