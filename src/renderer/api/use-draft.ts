// What a person is in the middle of making, kept while other screens are open. It lives in the query cache beside the server's
// state, so there is one store; it is never fetched and never saved.
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState, useSyncExternalStore } from 'react';

/**
 * Who shows a draft. The cache tells its observers a tick later; by then a text field has its old text again, and a letter that
 * was typed meanwhile, or Enter, would meet that.
 */
const listeners = new Map<string, Set<() => void>>();
const KEPT = { gcTime: Number.POSITIVE_INFINITY, staleTime: Number.POSITIVE_INFINITY };

function listen(name: string, listener: () => void): () => void {
  const all = listeners.get(name) ?? new Set();
  listeners.set(name, all.add(listener));
  return () => all.delete(listener);
}

export function useDraft<T>(name: string, initial: T): readonly [T, (change: T | ((old: T) => T)) => void] {
  const client = useQueryClient();
  const [first] = useState(initial);
  const read = useCallback((): T => {
    const kept = client.getQueryData<T>(['draft', name]);
    return kept === undefined ? first : kept;
  }, [client, name, first]);
  const set = useCallback(
    (change: T | ((old: T) => T)) => {
      client.setQueryDefaults(['draft'], KEPT);
      client.setQueryData<T>(
        ['draft', name],
        typeof change === 'function' ? (change as (old: T) => T)(read()) : change,
      );
      for (const listener of listeners.get(name) ?? []) listener();
    },
    [client, name, read],
  );
  const value = useSyncExternalStore(
    useCallback((listener: () => void) => listen(name, listener), [name]),
    read,
  );
  return [value, set];
}
