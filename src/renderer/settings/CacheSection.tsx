// What Whittle keeps on the disk, how large it is, and what may be cleared.
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { call } from '../api/client.ts';
import { cachesQuery } from '../api/queries.ts';
import { formatFileSize } from '../models/model-words.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { MiddleText } from '../ui/MiddleText.tsx';

export function CacheSection(): ReactElement {
  const client = useQueryClient();
  const { data: caches = [], error } = useQuery(cachesQuery);
  const clear = useMutation({
    mutationFn: (id: string) => call('clearCache', { id }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['caches'] }),
  });
  return (
    <section aria-label="Disk">
      <h2>On the disk</h2>
      {error === null ? null : <ErrorNote error={error} />}
      {clear.error === null ? null : <ErrorNote error={clear.error} />}
      {caches.map(({ id, title, path, sizeBytes, canClear }) => (
        <div key={id} className="setting-row">
          <div className="setting-words">
            <span>{title}</span>
            <span className="xs faint mono row">
              <MiddleText text={path} tailLength={32} />
            </span>
          </div>
          <div className="setting-control">
            <span className="sm">{formatFileSize(sizeBytes)}</span>
            {canClear ? (
              <Button size="compact-xs" disabled={sizeBytes === 0} onClick={() => clear.mutate(id)}>
                Clear
              </Button>
            ) : null}
          </div>
        </div>
      ))}
    </section>
  );
}
