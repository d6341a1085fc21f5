// The name of a new file from its source and recipe, as people read file names: model, recipe, storage type at the end.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Recipe, RecipeStep } from '../../../shared/recipe.ts';

const SHORT_NAMES: Readonly<Record<string, string>> = { sparsegpt: 'sgpt', magnitude: 'mag', 'drop-layers': 'drop' };

/** `Vicuna-7B` + Wanda 50 % + Q4_K_M -> `Vicuna-7B-wanda50-Q4_K_M.gguf`. */
export function outputName(familyName: string, recipe: Recipe, sourceType: string): string {
  const parts = recipe.steps.flatMap(nameStep);
  const type = recipe.steps.map(({ params }) => params['type']).findLast((value) => typeof value === 'string');
  return `${[familyName, ...parts, String(type ?? sourceType)].join('-').replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}.gguf`;
}

function nameStep({ method, params }: RecipeStep): string[] {
  if (method === 'quantize') return [];
  const name = SHORT_NAMES[method] ?? method;
  const { sparsity, pattern, layers } = params;
  if (typeof sparsity === 'number') return [`${name}${Number((sparsity * 100).toFixed(2))}`];
  if (typeof pattern === 'string') return [`${name}-${pattern.replace(':', 'of')}`];
  if (Array.isArray(layers)) return [`${name}${layers.length}L`];
  return [name];
}

/** A path that is free: existing files are never overwritten. */
export function freePath(folder: string, name: string): string {
  const stem = name.replace(/\.gguf$/, '');
  for (let number = 1; ; number += 1) {
    const path = join(folder, number === 1 ? `${stem}.gguf` : `${stem}.${number}.gguf`);
    if (!existsSync(path)) return path;
  }
}
