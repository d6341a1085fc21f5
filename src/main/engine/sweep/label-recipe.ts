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
  const { type, sparsity, pattern, jointBits, layers, count, calibrationSamples, imatrix } = params;
  const known = METHODS.find(({ id }) => id === method);
  const usual = new Map(known && describeParameters(known.params).map(({ name, schema }) => [name, schema['default']]));
  const bits = params['bits'] ?? usual.get('bits');
  const words: string[] = [];
  if (method !== 'quantize') words.push(known?.title ?? method);
  if (typeof type === 'string') words.push(type);
  if (typeof sparsity === 'number') words.push(`${Number((sparsity * 100).toFixed(4))} %`);
  if (typeof pattern === 'string') words.push(pattern);
  if (params['random'] === true) words.push('at random');
  if (typeof bits === 'number') words.push(`${bits} bits`);
  if (typeof jointBits === 'number') words.push(`with ${jointBits} bits (simulated)`);
  if (Array.isArray(layers)) words.push(layers.join(', '));
  else if (typeof count === 'number') words.push(`${count} by influence`);
  // Types that cannot do without a matrix need not say that they have one.
  if (typeof imatrix === 'string' && findFileType(String(type))?.imatrix !== 'required') words.push('with imatrix');
  if (typeof calibrationSamples === 'number' && calibrationSamples !== usual.get('calibrationSamples')) {
    words.push(`(${calibrationSamples} samples)`);
  }
  return words.join(' ');
}
