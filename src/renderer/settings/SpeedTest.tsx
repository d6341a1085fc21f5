// The self-test: the demo model for about two seconds, in the engine's own numbers.
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { call } from '../api/client.ts';
import { machineQuery } from '../api/queries.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';

export function SpeedTest(): ReactElement {
  const client = useQueryClient();
  const { data: machine } = useQuery(machineQuery);
  const test = useMutation({
    mutationFn: () => call('measureSpeed', {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['machine'] }),
  });
  const speed = test.data ?? machine?.speed ?? null;
  return (
    <div className="setting-row">
      <div className="setting-words">
        <span>Test</span>
        <span className="xs faint">Runs the included model for about two seconds on what is set above.</span>
      </div>
      <div className="setting-control">
        {speed === null ? null : (
          <span className="sm">
            <b className="strong">{Math.round(speed.promptTokensPerSecond).toLocaleString('en-US')}</b> t/s prompt,{' '}
            <b className="strong">{speed.decodeTokensPerSecond.toFixed(0)}</b> t/s decode{' '}
            <span className="faint">
              on {speed.backend}, {speed.threads} threads
            </span>
          </span>
        )}
        <Button loading={test.isPending} onClick={() => test.mutate()}>
          Test
        </Button>
      </div>
      {test.error === null ? null : (
        <div className="setting-error">
          <ErrorNote error={test.error} />
        </div>
      )}
    </div>
  );
}
