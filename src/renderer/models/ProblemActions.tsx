// What can be done about a file that is gone, broken or not usable yet.
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ModelNode } from '../../shared/session/model-calls.ts';
import { call } from '../api/client.ts';
import { shellQuery } from '../api/queries.ts';
import { useFilePicker } from '../ui/FilePicker.tsx';
import { showError } from '../ui/notices.tsx';

export function ProblemActions({ node }: { readonly node: ModelNode }): ReactElement {
  const pick = useFilePicker();
  const { data: shell } = useQuery(shellQuery);
  const remove = useMutation({ mutationFn: () => call('removeModel', { model: node.id }), onError: showError });
  const check = useMutation({ mutationFn: () => call('addFiles', { paths: [node.path] }), onError: showError });
  const locate = useMutation({
    mutationFn: async () => {
      const [path] = await pick({ title: `Where is ${node.name}?`, kind: 'models', multiple: false });
      return path === undefined ? undefined : call('relocateModel', { model: node.id, path });
    },
    onError: showError,
  });
  const show = () => call('showInFolder', { path: node.path }).catch(showError);
  return (
    <span className="row" style={{ flex: 'none', gap: 6 }}>
      {node.state === 'missing' || node.state === 'damaged-entry' ? (
        <Button size="compact-xs" onClick={() => locate.mutate()}>
          Locate
        </Button>
      ) : null}
      {node.state === 'shard-missing' ? (
        <Button size="compact-xs" onClick={() => check.mutate()}>
          Check again
        </Button>
      ) : null}
      {node.state === 'unreadable' && shell?.canShowInFolder ? (
        <Button size="compact-xs" onClick={() => void show()}>
          Show in folder
        </Button>
      ) : null}
      <Button size="compact-xs" variant="subtle" loading={remove.isPending} onClick={() => remove.mutate()}>
        Remove from list
      </Button>
    </span>
  );
}
