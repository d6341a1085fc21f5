// Saved recipes with a way to remove each: a menu's items cannot hold buttons.
import { Button, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { call } from '../api/client.ts';
import { recipesQuery } from '../api/queries.ts';
import { showError } from '../ui/notices.tsx';

export function RemoveRecipesDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { data: recipes = [] } = useQuery(recipesQuery);
  const saved = recipes.filter(({ isPreset }) => !isPreset);
  return (
    <Modal opened onClose={onClose} title="Remove saved recipes" size={480}>
      {saved.length === 0 ? <p className="muted">No recipe is saved.</p> : null}
      <ul className="saved-recipes">
        {saved.map(({ id, name, summary }) => (
          <li key={id} className="row">
            <span className="grow ellipsis" title={name}>
              {name} <span className="faint xs">{summary}</span>
            </span>
            <Button
              size="compact-xs"
              aria-label={`Remove ${name}`}
              onClick={() => void call('removeRecipe', { id }).catch(showError)}
            >
              Remove
            </Button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
