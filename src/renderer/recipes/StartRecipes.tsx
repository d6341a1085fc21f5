// No recipe yet: three ways to begin.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import type { Recipe } from '../../shared/recipe.ts';
import { recipesQuery } from '../api/queries.ts';
import { useAddFiles } from '../models/use-add-files.ts';

interface StartRecipesProps {
  readonly hasModel: boolean;
  readonly onUse: (recipe: Recipe, name: string) => void;
}

export function StartRecipes({ hasModel, onUse }: StartRecipesProps): ReactElement {
  const { data: recipes = [] } = useQuery(recipesQuery);
  const { openFiles } = useAddFiles();
  if (!hasModel) {
    return (
      <div className="empty-middle">
        <p>Drop a model or pick one.</p>
        <Button onClick={() => void openFiles()}>Open…</Button>
      </div>
    );
  }
  return (
    <div className="start-recipes">
      <h2>Start from a recipe, or add a step</h2>
      {recipes
        .filter(({ isPreset }) => isPreset)
        .map((preset) => (
          <button
            key={preset.id}
            type="button"
            className="plain-button start-recipe"
            onClick={() => onUse(preset.recipe, preset.name)}
          >
            <span className="strong">{preset.name}</span>
            <span className="muted sm">{preset.summary}</span>
          </button>
        ))}
    </div>
  );
}
