// Deleting asks with the file's name and bytes, and moves it to the system's bin.
import { Button, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { ModelNode } from '../../shared/session/model-calls.ts';
import { call } from '../api/client.ts';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { fileNameOf, formatFileSize } from './model-words.ts';

export function DeleteDialog({
  node,
  onClose,
}: {
  readonly node: ModelNode;
  readonly onClose: () => void;
}): ReactElement {
  const remove = useMutation({
    mutationFn: () => call('removeModel', { model: node.id, deleteFile: true }),
    onSuccess: onClose,
  });
  return (
    <Modal opened onClose={onClose} title="Delete this file?" size={440}>
      <div className="column">
        <p className="sm" style={{ overflowWrap: 'anywhere' }}>
          <span className="mono">{fileNameOf(node.path)}</span>, {formatFileSize(node.sizeBytes)}, goes to the bin of
          your system. Its scores stay.
        </p>
        {remove.error === null ? null : <ErrorNote error={remove.error} />}
        <div className="row" style={{ justifyContent: 'flex-end' }}>
          <Button onClick={onClose} data-autofocus>
            Keep it
          </Button>
          <Button variant="danger" loading={remove.isPending} onClick={() => remove.mutate()}>
            Delete
          </Button>
        </div>
      </div>
    </Modal>
  );
}
