// The chat of one or more versions: conversation, panes, sending, stopping. The conversation is saved after every answer.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Job } from '../../shared/job.ts';
import type { Attachment, ChatPaneState } from '../../shared/session/chat-calls.ts';
import { call } from '../api/client.ts';
import { useWindowEvent } from '../api/event-stream.tsx';
import { jobsQuery, settingsQuery } from '../api/queries.ts';
import { useDraft } from '../api/use-draft.ts';
import { useBench } from '../models/use-bench.ts';
import { showError } from '../ui/notices.tsx';
import { addTurn, editTurn, MAX_PANES, messagesFor, newTalk, type Talk, withAnswer } from './conversation.ts';
import { useAnswers } from './use-answers.ts';
import { usePanes } from './use-panes.ts';

export type DifferenceMode = 'off' | 'words' | 'surprise';

/** Resolves once the pane has its model, or rejects with why it has not. */
function useReady() {
  const waiting = useRef(new Map<string, ((state: ChatPaneState) => void)[]>());
  useWindowEvent((event) => {
    if (event.type !== 'chat-pane' || event.state.state === 'loading') return;
    for (const tell of waiting.current.get(event.paneId) ?? []) tell(event.state);
    waiting.current.delete(event.paneId);
  });
  return (paneId: string): Promise<ChatPaneState> =>
    new Promise((resolve) => waiting.current.set(paneId, [...(waiting.current.get(paneId) ?? []), resolve]));
}

export function useChat() {
  const bench = useBench();
  const [talk, setTalk] = useDraft<Talk>('chat', newTalk([]));
  const [mode, setMode] = useDraft<DifferenceMode>('chat-differences', 'words');
  const [asked, setAsked] = useState<{
    readonly prompt: string;
    readonly attachments: readonly Attachment[];
    readonly job: Job;
    readonly target: string | undefined;
  } | null>(null);
  const { data: jobs = [] } = useQuery(jobsQuery);
  const { data: settings } = useQuery(settingsQuery);
  const panes = usePanes();
  const whenReady = useReady();
  const latest = useRef(talk);

  const benchModels = bench.looks.slice(0, 2).map(({ node }) => node.id);
  const models = talk.models.length > 0 ? talk.models : benchModels;
  const change = (make: (old: Talk) => Talk) => {
    latest.current = make(latest.current);
    setTalk(latest.current);
  };
  const save = () => {
    const { turns, ...rest } = latest.current;
    if (turns.length === 0) return;
    const kept = turns.map(({ prompt, attachments, answers }) => ({
      prompt,
      attachments: [...attachments],
      answers: { ...answers },
    }));
    call('saveConversation', { ...rest, models: [...rest.models], turns: kept }).catch(showError);
  };
  const answers = useAnswers(({ turnIndex, model }, answer) => {
    change((old) => withAnswer(old, turnIndex, model, answer));
    save();
  });
  useEffect(() => {
    latest.current = talk;
  }, [talk]);

  const answerTurn = async (turnIndex: number, model: string) => {
    const { paneId, state } = await panes.open(model);
    const ready = state.state === 'ready' ? state : await whenReady(paneId);
    if (ready.state === 'crashed') throw new Error(ready.message);
    if (ready.state !== 'ready') return;
    const { answerId } = await call('sendChat', {
      paneId,
      messages: messagesFor(latest.current, turnIndex, model),
      isCompletion: !ready.pane.hasChatTemplate,
      sampler: latest.current.sampler,
    });
    answers.begin({ answerId, paneId, turnIndex, model });
  };
  const askModels = (turnIndex: number, targets: readonly string[]) => {
    for (const model of targets) answerTurn(turnIndex, model).catch(showError);
  };
  const sendNow = (prompt: string, attachments: readonly Attachment[], target: string | undefined) => {
    change((old) => addTurn({ ...old, models: [...models] }, prompt, attachments));
    askModels(latest.current.turns.length - 1, target === undefined ? models : [target]);
  };
  const send = (prompt: string, attachments: readonly Attachment[], target?: string) => {
    const running = jobs.find((job) => job.state === 'running');
    const wish = settings?.settings.pauseJobsForChat ?? 'ask';
    if (running !== undefined && wish === 'ask') return setAsked({ prompt, attachments, job: running, target });
    if (running !== undefined && wish === 'always') call('pauseJob', { jobId: running.id }).catch(showError);
    sendNow(prompt, attachments, target);
  };
  /** The answer to `Pause KICK while you chat?` */
  const settle = async (doesPause: boolean, isRemembered: boolean) => {
    if (asked === null) return;
    setAsked(null);
    try {
      if (isRemembered) await call('setSettings', { changes: { pauseJobsForChat: doesPause ? 'always' : 'never' } });
      if (doesPause) await call('pauseJob', { jobId: asked.job.id });
    } catch (error) {
      showError(error);
    }
    sendNow(asked.prompt, asked.attachments, asked.target);
  };
  const stop = () => {
    for (const paneId of new Set(answers.writing.map((one) => one.paneId)))
      call('stopChat', { paneId }).catch(showError);
  };
  const addPane = (model: string) => change((old) => ({ ...old, models: [...models, model].slice(0, MAX_PANES) }));
  const removePane = (model: string) => {
    change((old) => ({ ...old, models: models.filter((id) => id !== model) }));
    panes.close(model).catch(showError);
  };
  const edit = (turnIndex: number, prompt: string) => {
    change((old) => editTurn(old, turnIndex, prompt));
    askModels(turnIndex, models);
  };
  const startNew = () => change(() => newTalk(models));
  const restore = (saved: Talk) => change(() => saved);

  return {
    bench,
    talk,
    models,
    panes,
    writing: answers.writing,
    mode,
    setMode,
    asked,
    settle,
    send,
    stop,
    edit,
    addPane,
    removePane,
    startNew,
    restore,
    regenerate: (turnIndex: number, model: string) => void answerTurn(turnIndex, model).catch(showError),
    change,
  };
}

export type Chat = ReturnType<typeof useChat>;
