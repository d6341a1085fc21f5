// A failure, told where it happened: what, to which file, what to do; its details can be copied.
import { Button } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { CopyButton } from './CopyButton.tsx';
import { errorWords } from './error-words.ts';
import { Note } from './Note.tsx';

export interface ErrorNoteProps {
  readonly error: unknown;
  /** The one action that helps, named by its verb. */
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
  readonly children?: ReactNode;
}

export function ErrorNote({ error, action, children }: ErrorNoteProps): ReactElement {
  const { title, message, details } = errorWords(error);
  return (
    <Note
      kind="bad"
      title={title}
      actions={
        <>
          {action === undefined ? null : <Button onClick={action.run}>{action.label}</Button>}
          {children}
          <CopyButton variant="subtle" text={details} label="Copy details" />
        </>
      }
    >
      {message}
    </Note>
  );
}
