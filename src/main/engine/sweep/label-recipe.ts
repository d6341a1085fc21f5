// What a person calls a recipe in tables and charts: `Q4_K_M`, `Wanda 50 %`, `Wanda 50 %, then Q4_K_M`.
import { findFileType } from '../../../shared/ggml-types.ts';
import type { Recipe, RecipeStep } from '../../../shared/recipe.ts';
import { METHODS } from '../compress/registry.ts';
import { describeParameters } from '../describe-parameters.ts';

/** The recipe's own name comes first. Equal with and without defaults filled in. */
export function labelRecipe(recipe: Recipe | null): string {
  if (recipe === null) return 'dense';
  return recipe.name ?? recipe.steps.map(labelStep).join(', then ');
}

function labelStep({ method, params }: RecipeStep): string {
  const { type, sparsity, pattern, calibrationSamples, imatrix } = params;
  const known = METHODS.find(({ id }) => id === method);
  const words: string[] = [];
  if (method !== 'quantize') words.push(known?.title ?? method);
  if (typeof type === 'string') words.push(type);
  if (typeof sparsity === 'number') words.push(`${Number((sparsity * 100).toFixed(4))} %`);
  if (typeof pattern === 'string') words.push(pattern);
  // Types that cannot do without a matrix need not say that they have one.
  if (typeof imatrix === 'string' && findFileType(String(type))?.imatrix !== 'required') words.push('with imatrix');
  const usualSamples = known && describeParameters(known.params).find(({ name }) => name === 'calibrationSamples');
  if (typeof calibrationSamples === 'number' && calibrationSamples !== usualSamples?.schema['default']) {
    words.push(`(${calibrationSamples} samples)`);
  }
  return words.join(' ');
}
