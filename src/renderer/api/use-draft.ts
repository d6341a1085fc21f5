// What a person is in the middle of making, kept while other screens are open. It lives in the query cache beside the server's
// state, so there is one store; it is never fetched and never saved.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';

export function useDraft<T>(name: string, initial: T): readonly [T, (change: T | ((old: T) => T)) => void] {
  const client = useQueryClient();
  const key = ['draft', name] as const;
  const { data = initial } = useQuery<T>({
    queryKey: key,
    queryFn: () => initial,
    initialData: initial,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    enabled: false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is made anew from the name
  const set = useCallback(
    (change: T | ((old: T) => T)) => {
      client.setQueryData<T>(key, (old = initial) =>
        typeof change === 'function' ? (change as (old: T) => T)(old) : change,
      );
    },
    [client, name],
  );
  return [data, set];
}
