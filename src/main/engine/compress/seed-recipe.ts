// Gives a recipe the seed of its command: every step whose method has one and that does not name its own.
import type { Recipe } from '../../../shared/recipe.ts';
import { describeParameters } from '../describe-parameters.ts';
import { findMethod } from './registry.ts';

/** Throws UNKNOWN_METHOD. */
export function seedRecipe(recipe: Recipe, seed: number): Recipe {
  const steps = recipe.steps.map((step) => {
    const method = findMethod(step.method);
    const takesSeed = describeParameters(method.params).some(({ name }) => name === 'seed');
    return takesSeed && step.params['seed'] === undefined ? { ...step, params: { ...step.params, seed } } : step;
  });
  return { ...recipe, steps };
}
