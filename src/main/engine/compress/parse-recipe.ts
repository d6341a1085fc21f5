// Checks a recipe and the parameters of each of its steps before anything starts; every fault is named with its path.
import type { z } from 'zod';
import { WorkbenchError } from '../../../shared/errors.ts';
import { type Recipe, recipeSchema } from '../../../shared/recipe.ts';
import type { CompressionMethod } from './method.ts';
import { findMethod } from './registry.ts';

export interface ParsedStep {
  readonly method: CompressionMethod;
  /** As the method's schema returns them: defaults filled in. */
  readonly params: unknown;
}

export interface ParsedRecipe {
  /** The recipe as it is recorded: defaults filled in. */
  readonly recipe: Recipe;
  readonly steps: readonly ParsedStep[];
}

interface RecipeIssue {
  readonly path: string;
  readonly message: string;
}

/** Throws UNKNOWN_METHOD, or BAD_RECIPE with `details.issues` [{path, message}]. */
export function parseRecipe(input: unknown): ParsedRecipe {
  const outer = recipeSchema.safeParse(input);
  if (!outer.success) throw badRecipe(issuesOf(outer.error, []));
  const issues: RecipeIssue[] = [];
  const steps = outer.data.steps.map((step, index) => {
    const method = findMethod(step.method);
    const parsed = method.params.safeParse(step.params);
    if (!parsed.success) issues.push(...issuesOf(parsed.error, ['steps', index, 'params']));
    return { method, params: parsed.data };
  });
  if (issues.length > 0) throw badRecipe(issues);
  const recorded = steps.map(({ method, params }) => ({
    method: method.id,
    params: params as Record<string, unknown>,
  }));
  return { recipe: { ...outer.data, steps: recorded }, steps };
}

function issuesOf(error: z.ZodError, prefix: readonly (string | number)[]): RecipeIssue[] {
  return error.issues.map(({ path, message }) => ({ path: [...prefix, ...path].join('.'), message }));
}

export function badRecipe(issues: readonly RecipeIssue[]): WorkbenchError {
  const text = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return new WorkbenchError('BAD_RECIPE', `the recipe cannot be used: ${text}`, { issues });
}
