// One recipe -> the recipes of a sweep: the same steps at several sparsities, patterns or types. Pure.
import type { Recipe } from '../../shared/recipe.ts';

/** What is swept: `10 20 30` as percent, `2:4`, or names of types. */
export interface SweepValues {
  readonly sparsities: readonly number[];
  readonly patterns: readonly string[];
  readonly types: readonly string[];
}

/** `10 20 30 %`, `10, 20`, `2:4 4:8`, `Q4_K_M Q3_K_M` in any mix. Words that are none of these come back as `unknown`. */
export function parseSweepValues(
  text: string,
  knownTypes: ReadonlySet<string>,
): SweepValues & { readonly unknown: readonly string[] } {
  const sparsities: number[] = [];
  const patterns: string[] = [];
  const types: string[] = [];
  const unknown: string[] = [];
  for (const word of text.split(/[\s,;]+/).filter((part) => part !== '' && part !== '%')) {
    const number = Number(word.replace(/%$/, ''));
    if (Number.isFinite(number) && number > 0 && number < 100) sparsities.push(number / 100);
    else if (/^\d{1,3}:\d{1,3}$/.test(word)) patterns.push(word);
    else if (knownTypes.has(word.toUpperCase())) types.push(word.toUpperCase());
    else unknown.push(word);
  }
  return { sparsities, patterns, types, unknown };
}

type Step = Recipe['steps'][number];

function replaced(recipe: Recipe, isTarget: (step: Step) => boolean, params: (step: Step) => Step['params']): Recipe {
  const place = recipe.steps.findIndex(isTarget);
  const { name: _name, ...rest } = recipe;
  const step = recipe.steps[place];
  return step === undefined ? rest : { ...rest, steps: recipe.steps.with(place, { ...step, params: params(step) }) };
}

const prunes = ({ params }: Step) => params['sparsity'] !== undefined || params['pattern'] !== undefined;
const stores = ({ params }: Step) => params['type'] !== undefined;

/** Sparsities and patterns replace those of the pruning step, types that of the storing step; the product of both. */
export function sweepRecipes(recipe: Recipe, { sparsities, patterns, types }: SweepValues): Recipe[] {
  const amounts = [...sparsities.map((sparsity) => ({ sparsity })), ...patterns.map((pattern) => ({ pattern }))];
  const pruned =
    amounts.length === 0 || !recipe.steps.some(prunes)
      ? [recipe]
      : amounts.map((amount) =>
          replaced(recipe, prunes, ({ params: { sparsity: _sparsity, pattern: _pattern, ...params } }) => ({
            ...params,
            ...amount,
          })),
        );
  if (types.length === 0 || !recipe.steps.some(stores)) return pruned;
  return pruned.flatMap((one) => types.map((type) => replaced(one, stores, ({ params }) => ({ ...params, type }))));
}
