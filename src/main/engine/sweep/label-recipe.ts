// What a person calls a recipe in tables and charts: `Q4_K_M`, `Wanda 50 %`, `Wanda 50 %, then Q4_K_M`.
import type { Recipe, RecipeStep } from '../../../shared/recipe.ts';
import { METHODS } from '../compress/registry.ts';

/** The recipe's own name comes first. Parameters that differ from their defaults in a way a sweep varies are named too. */
export function labelRecipe(recipe: Recipe | null): string {
  if (recipe === null) return 'dense';
  return recipe.name ?? recipe.steps.map(labelStep).join(', then ');
}

function labelStep({ method, params }: RecipeStep): string {
  const { type, sparsity, pattern, calibrationSamples } = params;
  const title = METHODS.find(({ id }) => id === method)?.title ?? method;
  const words: string[] = [];
  if (typeof type === 'string') words.push(type);
  else words.push(title);
  if (typeof sparsity === 'number') words.push(`${Number((sparsity * 100).toFixed(4))} %`);
  if (typeof pattern === 'string') words.push(pattern);
  if (typeof calibrationSamples === 'number') words.push(`(${calibrationSamples} samples)`);
  return words.join(' ');
}
