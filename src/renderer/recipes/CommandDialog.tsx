// The recipe as a command line: llama-quantize's where it does the same, ours otherwise, and what it cannot say.
import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { Recipe } from '../../shared/recipe.ts';
import { commandQuery } from '../api/queries.ts';
import { CopyButton } from '../ui/CopyButton.tsx';
import { ErrorNote } from '../ui/ErrorNote.tsx';
import { Note } from '../ui/Note.tsx';

interface CommandDialogProps {
  readonly model: string;
  readonly recipe: Recipe;
  readonly outputPath: string | undefined;
  readonly onClose: () => void;
}

export function CommandDialog({ model, recipe, outputPath, onClose }: CommandDialogProps): ReactElement {
  const input = outputPath === undefined ? { model, recipe } : { model, recipe, outputPath };
  const { data, error } = useQuery(commandQuery(input));
  return (
    <Modal opened onClose={onClose} title={`As a command of ${data?.tool ?? 'llama-quantize'}`} size={680}>
      <div className="column">
        {error === null ? null : <ErrorNote error={error} />}
        {data === undefined ? null : (
          <>
            <pre className="log-text selectable">{data.command}</pre>
            {data.notExpressed.length === 0 ? null : (
              <Note kind="warn" title="llama-quantize has no words for:">
                {data.notExpressed.join(', ')}
              </Note>
            )}
            <CopyButton text={data.command} label="Copy command" variant="filled" />
          </>
        )}
      </div>
    </Modal>
  );
}
