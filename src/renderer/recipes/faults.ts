// Faults of a recipe, sorted to the steps and parameters they speak of.
import type { RecipeIssue } from '../../shared/session/recipe-calls.ts';
import type { DraftRecipe } from './draft-recipe.ts';

/** Step key -> parameter name -> message; the name is empty for a fault of the whole step. */
export function faultsByStep(issues: readonly RecipeIssue[], draft: DraftRecipe): Map<string, Record<string, string>> {
  const isOn = draft.steps.filter((step) => step.isOn);
  const faults = new Map<string, Record<string, string>>();
  for (const { path, message } of issues) {
    const [, index = '', , name = ''] = path.split('.');
    const step = isOn[Number(index)];
    if (step === undefined) continue;
    faults.set(step.key, { ...faults.get(step.key), [name]: message });
  }
  return faults;
}
