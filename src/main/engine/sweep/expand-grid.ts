// A grid -> the recipes of a sweep: types, then methods with every amount and number of samples, then whole recipes.
import type { Grid } from '../../../shared/contract.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import { parseRecipe } from '../compress/parse-recipe.ts';
import { findMethod } from '../compress/registry.ts';
import { seedRecipe } from '../compress/seed-recipe.ts';
import { labelRecipe } from './label-recipe.ts';

export interface SweepRecipe {
  readonly label: string;
  /** As written; defaults are filled in when it runs. */
  readonly recipe: Recipe;
  /** The quantizer of the recipe gets an importance matrix of the model even where it could do without. */
  readonly wantsImatrix?: boolean;
}

/** Every recipe is checked before anything runs. Throws BAD_RECIPE, UNKNOWN_METHOD. */
export function expandGrid(grid: Grid, seed: number): SweepRecipe[] {
  const recipes: Recipe[] = [
    ...grid.types.map((type) => ({ steps: [{ method: 'quantize', params: { type } }] })),
    ...pruningRecipes(grid),
    ...grid.recipes,
  ].map((recipe) => seedRecipe(recipe, seed));
  if (recipes.length === 0) {
    throw new WorkbenchError(
      'BAD_RECIPE',
      'the grid is empty: name types, methods with sparsities or patterns, or recipes',
    );
  }
  for (const recipe of recipes) parseRecipe(recipe);
  const isPlainType = ({ steps }: Recipe): boolean => steps.length === 1 && steps[0]?.method === 'quantize';
  return withDistinctLabels(recipes).map((planned) =>
    grid.imatrix === true && isPlainType(planned.recipe) ? { ...planned, wantsImatrix: true } : planned,
  );
}

function pruningRecipes({ methods, sparsities, patterns, calibrationSamples }: Grid): Recipe[] {
  const amounts = [...sparsities.map((sparsity) => ({ sparsity })), ...patterns.map((pattern) => ({ pattern }))];
  if (methods.length > 0 && amounts.length === 0) {
    throw new WorkbenchError('BAD_RECIPE', 'the grid names methods but neither sparsities nor patterns to prune to');
  }
  if (methods.length === 0 && amounts.length > 0) {
    throw new WorkbenchError('BAD_RECIPE', 'the grid names sparsities or patterns but no methods that prune to them');
  }
  return methods.flatMap((id) => {
    const method = findMethod(id);
    const samples = calibrationSamples.length > 0 && method.needs !== 'nothing' ? calibrationSamples : [undefined];
    return amounts.flatMap((amount) =>
      samples.map((count) => ({
        steps: [{ method: id, params: { ...amount, ...(count === undefined ? {} : { calibrationSamples: count }) } }],
      })),
    );
  });
}

/** Two recipes with one label would be one point in a table: the later ones are numbered. Equal recipes run once. */
function withDistinctLabels(recipes: readonly Recipe[]): SweepRecipe[] {
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  const distinct: SweepRecipe[] = [];
  for (const recipe of recipes) {
    const key = JSON.stringify(recipe.steps);
    if (seen.has(key)) continue;
    seen.add(key);
    const label = labelRecipe(recipe);
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    distinct.push({ label: count === 1 ? label : `${label} (${count})`, recipe });
  }
  return distinct;
}
