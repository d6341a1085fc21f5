// One step as a card: its number, what it does, its tools. A card that can move is dragged, or moved with Alt Up and Alt Down.
import type { DragEvent, KeyboardEvent, ReactElement, ReactNode } from 'react';

export interface StepMoves {
  /** Where the dragged card would go: in front of this one or behind it. */
  readonly dropEdge: 'before' | 'after' | undefined;
  readonly onStep: (by: 1 | -1) => void;
  readonly onDragStart: () => void;
  readonly onDragOver: () => boolean;
  readonly onDrop: () => void;
  readonly onDragEnd: () => void;
}

export interface StepCardProps {
  /** Steps of the recipe are numbered, as notes and faults name them. */
  readonly number: number | null;
  readonly title: string;
  readonly words: string;
  readonly isSelected: boolean;
  readonly isFaulty?: boolean;
  readonly moves?: StepMoves;
  readonly onSelect: () => void;
  readonly children?: ReactNode;
}

/** The moved element loses the focus when the list is put in order anew. */
function keepFocus(element: HTMLElement): void {
  requestAnimationFrame(() => element.focus());
}

function handlersOf(moves: StepMoves | undefined) {
  if (moves === undefined) return {};
  return {
    draggable: true,
    onDragStart: (event: DragEvent) => {
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', '');
      moves.onDragStart();
    },
    onDragOver: (event: DragEvent) => {
      if (moves.onDragOver()) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      moves.onDrop();
    },
    onDragEnd: moves.onDragEnd,
  };
}

export function StepCard(props: StepCardProps): ReactElement {
  const { number, title, words, isSelected, isFaulty = false, moves, onSelect, children } = props;
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (!event.altKey || by === 0 || moves === undefined) return;
    event.preventDefault();
    moves.onStep(by);
    keepFocus(event.currentTarget);
  };
  return (
    <li
      className="step-card"
      data-selected={isSelected || undefined}
      data-faulty={isFaulty || undefined}
      data-drop={moves?.dropEdge}
      {...handlersOf(moves)}
    >
      <button
        type="button"
        className="plain-button step-open"
        aria-current={isSelected ? 'step' : undefined}
        aria-keyshortcuts={moves === undefined ? undefined : 'Alt+ArrowUp Alt+ArrowDown'}
        onClick={onSelect}
        onKeyDown={onKeyDown}
      >
        <span className="step-number">{number ?? '\u00b7'}</span>
        <span className="grow">
          <span className="strong ellipsis step-title">{title}</span>
          <span className="xs muted ellipsis step-words" title={words}>
            {words}
          </span>
        </span>
      </button>
      {children}
    </li>
  );
}
