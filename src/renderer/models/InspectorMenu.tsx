// Rarer actions on one version.
import { Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import type { ModelNode } from '../../shared/session/model-calls.ts';
import { call } from '../api/client.ts';
import { shellQuery } from '../api/queries.ts';
import { showError } from '../ui/notices.tsx';
import { saveFile } from '../ui/save-file.ts';
import { goTo } from '../ui/use-place.ts';
import { DeleteDialog } from './DeleteDialog.tsx';
import { useBench } from './use-bench.ts';

export function InspectorMenu({ node }: { readonly node: ModelNode }): ReactElement {
  const bench = useBench();
  const { data: shell } = useQuery(shellQuery);
  const [isDeleting, setDeleting] = useState(false);
  const isReady = node.state === 'ready';
  const remove = () => call('removeModel', { model: node.id }).catch(showError);
  return (
    <>
      <Menu.Dropdown>
        <Menu.Item disabled={!isReady} onClick={() => bench.toggle(node.id)}>
          {bench.has(node.id) ? 'Take off the bench' : 'Put on the bench'}
        </Menu.Item>
        <Menu.Item disabled={!isReady} onClick={() => goTo('compress', { model: node.id })}>
          Compress
        </Menu.Item>
        <Menu.Item disabled={!isReady} onClick={() => void saveFile(call('exportModelCard', { model: node.id }))}>
          Export model card
        </Menu.Item>
        <Menu.Item disabled={!isReady} onClick={() => void saveFile(call('exportTensorTable', { model: node.id }))}>
          Export tensors as CSV
        </Menu.Item>
        {shell?.canShowInFolder ? (
          <Menu.Item onClick={() => void call('showInFolder', { path: node.path }).catch(showError)}>
            Show in folder
          </Menu.Item>
        ) : null}
        {node.isEmbedded ? null : (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => void remove()}>Remove from list</Menu.Item>
            {node.isOwn ? (
              <Menu.Item color="var(--bad)" onClick={() => setDeleting(true)}>
                Delete the file…
              </Menu.Item>
            ) : null}
          </>
        )}
      </Menu.Dropdown>
      {isDeleting ? <DeleteDialog node={node} onClose={() => setDeleting(false)} /> : null}
    </>
  );
}
