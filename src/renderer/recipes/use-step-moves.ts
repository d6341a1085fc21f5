// Steps put in another order, with the mouse or the keys; a place that makes no sense for a step takes none.
import { useState } from 'react';
import { type DraftRecipe, familyOf, familyTitle, type MethodEntry, moveStep } from './draft-recipe.ts';
import type { StepMoves } from './StepCard.tsx';

export interface StepOrder {
  readonly movesOf: (key: string) => StepMoves;
  readonly canStep: (key: string, by: 1 | -1) => boolean;
  /** Spoken: where the step is now. */
  readonly said: string;
}

export function useStepMoves(
  draft: DraftRecipe,
  methods: readonly MethodEntry[],
  onChange: (draft: DraftRecipe) => void,
): StepOrder {
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const indexOf = (key: string | null) => draft.steps.findIndex((step) => step.key === key);

  const move = (key: string, to: number) => {
    const next = moveStep(draft, key, to, methods);
    const method = draft.steps.find((step) => step.key === key)?.method;
    const title = familyTitle(familyOf(methods.find(({ id }) => id === method)));
    if (next === draft) return setSaid(`${title} cannot stand there.`);
    setSaid(`${title} is now step ${to + 1} of ${draft.steps.length}.`);
    onChange(next);
  };
  const canDrop = (key: string) => dragged !== null && moveStep(draft, dragged, indexOf(key), methods) !== draft;
  const end = () => {
    setDragged(null);
    setOver(null);
  };
  return {
    said,
    canStep: (key, by) => moveStep(draft, key, indexOf(key) + by, methods) !== draft,
    movesOf: (key) => ({
      dropEdge: over !== key ? undefined : indexOf(dragged) < indexOf(key) ? 'after' : 'before',
      onStep: (by) => move(key, indexOf(key) + by),
      onDragStart: () => setDragged(key),
      onDragOver: () => {
        const isPossible = canDrop(key);
        setOver(isPossible ? key : null);
        return isPossible;
      },
      onDrop: () => {
        if (dragged !== null) move(dragged, indexOf(key));
        end();
      },
      onDragEnd: end,
    }),
  };
}
