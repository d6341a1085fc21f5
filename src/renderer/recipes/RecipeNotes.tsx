// What the planner says of the recipe: what blocks, what warns, what is good to know. Notes of a step stand with its form.
import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import type { RecipeNote } from '../../shared/session/recipe-calls.ts';
import { Note } from '../ui/Note.tsx';

export interface NoteAction {
  readonly label: string;
  readonly run: () => void;
}

interface RecipeNotesProps {
  readonly notes: readonly RecipeNote[];
  readonly actionFor: (note: RecipeNote) => NoteAction | undefined;
}

const KINDS = { note: 'info', warning: 'warn', blocks: 'bad' } as const;

export function RecipeNotes({ notes, actionFor }: RecipeNotesProps): ReactElement {
  return (
    <>
      {notes.map((note) => {
        const action = actionFor(note);
        return (
          <Note
            key={`${note.code} ${note.text}`}
            kind={KINDS[note.level]}
            actions={action === undefined ? undefined : <Button onClick={action.run}>{action.label}</Button>}
          >
            {note.text}
          </Note>
        );
      })}
    </>
  );
}
