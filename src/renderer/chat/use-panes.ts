// Panes of the chat: each holds one model, loaded in a process of its own. Opened when first needed, told of by events.
import { useEffect, useRef, useState } from 'react';
import type { ChatPaneState } from '../../shared/session/chat-calls.ts';
import { call } from '../api/client.ts';
import { useWindowEvent } from '../api/event-stream.tsx';

export interface OpenPane {
  readonly paneId: string;
  readonly state: ChatPaneState;
}

export interface Panes {
  readonly byModel: Readonly<Record<string, OpenPane>>;
  readonly failures: Readonly<Record<string, unknown>>;
  readonly open: (
    model: string,
    options?: { readonly contextSize?: number; readonly gpu?: 'none' },
  ) => Promise<OpenPane>;
  readonly close: (model: string) => Promise<void>;
}

export function usePanes(): Panes {
  const [byModel, setByModel] = useState<Readonly<Record<string, OpenPane>>>({});
  const [failures, setFailures] = useState<Readonly<Record<string, unknown>>>({});
  const latest = useRef(byModel);
  latest.current = byModel;

  useEffect(() => {
    const controller = new AbortController();
    call('listChats', {}, controller.signal)
      .then(({ panes }) =>
        setByModel(Object.fromEntries(panes.map(({ model, paneId, state }) => [model, { paneId, state }]))),
      )
      .catch(() => undefined);
    return () => controller.abort();
  }, []);

  useWindowEvent((event) => {
    if (event.type !== 'chat-pane') return;
    setByModel((old) => {
      const model = Object.keys(old).find((id) => old[id]?.paneId === event.paneId);
      return model === undefined ? old : { ...old, [model]: { paneId: event.paneId, state: event.state } };
    });
  });

  const open: Panes['open'] = async (model, options = {}) => {
    const known = latest.current[model];
    if (known !== undefined && (known.state.state === 'ready' || known.state.state === 'loading')) return known;
    setFailures(({ [model]: _old, ...rest }) => rest);
    try {
      const opened = await call('openChat', { model, ...options });
      setByModel((old) => ({ ...old, [model]: opened }));
      return opened;
    } catch (error) {
      setFailures((old) => ({ ...old, [model]: error }));
      throw error;
    }
  };
  const close: Panes['close'] = async (model) => {
    const known = latest.current[model];
    if (known === undefined) return;
    setByModel(({ [model]: _closed, ...rest }) => rest);
    await call('closeChat', { paneId: known.paneId });
  };
  return { byModel, failures, open, close };
}
