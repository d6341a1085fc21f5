// One subscription for the whole page. Components that need the events themselves (streaming chat, the live feed) listen here;
// the query cache hears all of them.
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactElement, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import type { WindowEvent } from '../../shared/events.ts';
import { applyEvent } from './apply-event.ts';
import { transport } from './client.ts';

type Listener = (event: WindowEvent) => void;

interface EventStream {
  readonly listen: (listener: Listener) => () => void;
  readonly lostReason: string | null;
}

const EventStreamContext = createContext<EventStream>({ listen: () => () => undefined, lostReason: null });

/** Invalidating at most this often keeps a fast run from asking for charts after every answer. */
const BATCH_MS = 120;

export function EventStreamProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const client = useQueryClient();
  const listeners = useRef(new Set<Listener>());
  const [lostReason, setLostReason] = useState<string | null>(null);

  useEffect(() => {
    const waiting = new Map<string, WindowEvent>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      for (const event of waiting.values()) applyEvent(client, event);
      waiting.clear();
    };
    const stop = transport().subscribe((event) => {
      if (event.type === 'engine-lost') setLostReason(event.reason);
      if (event.type === 'connected') setLostReason(null);
      for (const listener of listeners.current) listener(event);
      waiting.set(batchKey(event), event);
      timer ??= setTimeout(flush, BATCH_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [client]);

  const [listen] = useState(() => (listener: Listener) => {
    listeners.current.add(listener);
    return () => void listeners.current.delete(listener);
  });
  return <EventStreamContext value={{ listen, lostReason }}>{children}</EventStreamContext>;
}

/** Events of one key within a batch replace each other: only the last says something. */
function batchKey(event: WindowEvent): string {
  if (event.type === 'job-progress' || event.type === 'job-removed') return `${event.type} ${event.jobId}`;
  return event.type === 'job-changed' ? `${event.type} ${event.job.id}` : event.type;
}

export function useWindowEvent(listener: Listener): void {
  const { listen } = useContext(EventStreamContext);
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => listen((event) => latest.current(event)), [listen]);
}

export function useLostReason(): string | null {
  return useContext(EventStreamContext).lostReason;
}
