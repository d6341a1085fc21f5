// Answers while they are written: text comes in pieces as events and is shown once a frame.
import { useEffect, useRef, useState } from 'react';
import type { ChatAnswer } from '../../shared/session/chat-calls.ts';
import { useWindowEvent } from '../api/event-stream.tsx';

export interface Writing {
  readonly answerId: string;
  readonly paneId: string;
  readonly turnIndex: number;
  readonly model: string;
  readonly text: string;
  readonly tokenCount: number;
}

interface Piece {
  text: string;
  tokenCount: number;
}

export interface Answers {
  readonly writing: readonly Writing[];
  readonly begin: (writing: Omit<Writing, 'text' | 'tokenCount'>) => void;
}

/** `onDone` is told of every answer that was begun here. */
export function useAnswers(onDone: (writing: Writing, answer: ChatAnswer) => void): Answers {
  const [writing, setWriting] = useState<readonly Writing[]>([]);
  const begun = useRef(new Map<string, Omit<Writing, 'text' | 'tokenCount'>>());
  const pieces = useRef(new Map<string, Piece>());
  /** An answer may be done before the call that began it has come back. */
  const doneEarly = useRef(new Map<string, ChatAnswer>());
  const frame = useRef(0);

  const draw = () => {
    frame.current = 0;
    setWriting(
      [...begun.current.values()].map((one) => ({
        ...one,
        ...(pieces.current.get(one.answerId) ?? { text: '', tokenCount: 0 }),
      })),
    );
  };
  const wantDraw = () => {
    if (frame.current === 0) frame.current = requestAnimationFrame(draw);
  };
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  const finish = (answerId: string, answer: ChatAnswer) => {
    const one = begun.current.get(answerId);
    if (one === undefined) {
      doneEarly.current.set(answerId, answer);
      return;
    }
    begun.current.delete(answerId);
    pieces.current.delete(answerId);
    wantDraw();
    onDone({ ...one, text: answer.text, tokenCount: answer.tokenCount }, answer);
  };

  useWindowEvent((event) => {
    if (event.type === 'chat-text') {
      const piece = pieces.current.get(event.answerId) ?? { text: '', tokenCount: 0 };
      pieces.current.set(event.answerId, { text: piece.text + event.text, tokenCount: event.tokenCount });
      wantDraw();
    }
    if (event.type === 'chat-answer') finish(event.answerId, event.answer);
    if (event.type === 'chat-pane' && (event.state.state === 'crashed' || event.state.state === 'closed')) {
      for (const [answerId, one] of begun.current) if (one.paneId === event.paneId) begun.current.delete(answerId);
      wantDraw();
    }
  });

  const begin: Answers['begin'] = (one) => {
    begun.current.set(one.answerId, one);
    const early = doneEarly.current.get(one.answerId);
    doneEarly.current.delete(one.answerId);
    if (early !== undefined) finish(one.answerId, early);
    wantDraw();
  };
  return { writing, begin };
}
