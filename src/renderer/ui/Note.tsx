// A sentence that must be read, in the place it speaks of: information, warning or error, with what can be done.
import { Info, TriangleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

export interface NoteProps {
  readonly kind: 'info' | 'warn' | 'bad';
  readonly title?: string | undefined;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

export function Note({ kind, title, children, actions }: NoteProps): ReactElement {
  const Icon = kind === 'info' ? Info : TriangleAlert;
  return (
    <div className={`note note-${kind}`} role={kind === 'bad' ? 'alert' : 'note'}>
      <Icon className="icon" aria-hidden="true" />
      <div className="note-body">
        {title === undefined ? null : <b className="strong">{title} </b>}
        {children}
        {actions === undefined ? null : <div className="note-actions">{actions}</div>}
      </div>
    </div>
  );
}
