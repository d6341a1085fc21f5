// The recipe that is being built: steps that can be switched off, and what follows from one parameter for another. Pure.
import type { Recipe } from '../../shared/recipe.ts';
import type { SessionOutput } from '../../shared/session-contract.ts';
import { plural } from '../models/model-words.ts';

export type MethodEntry = SessionOutput<'listMethods'>[number];
export type Params = Readonly<Record<string, unknown>>;

export interface DraftStep {
  readonly key: string;
  readonly method: string;
  readonly params: Params;
  readonly isOn: boolean;
}

export interface DraftRecipe {
  readonly name: string;
  readonly steps: readonly DraftStep[];
}

/** Parameters of which a step has exactly one, as the pruning methods agree. */
const ALTERNATIVES: readonly (readonly [string, string])[] = [['sparsity', 'pattern']];
const FIRST_SPARSITY = 0.5;
const FIRST_TYPE = 'Q4_K_M';

/** Order of the work: layers are dropped by their numbers in the source, what changes weights comes before what stores them. */
const FAMILY_ORDER = ['structure', 'prune', 'compensate', 'quantize'];
/** Families that have a place: the first and the last. Those between may stand in any order. */
const FAMILY_PLACES: Readonly<Record<string, number>> = { structure: -1, quantize: 1 };
const FAMILY_TITLES: Readonly<Record<string, string>> = {
  prune: 'Prune',
  structure: 'Drop layers',
  compensate: 'Compensate',
  quantize: 'Quantize',
};

export function familyOf(method: MethodEntry | undefined): string {
  return typeof method?.['family'] === 'string' ? method['family'] : 'other';
}

export function familyTitle(family: string): string {
  return FAMILY_TITLES[family] ?? family.charAt(0).toUpperCase() + family.slice(1);
}

export function needsText(method: MethodEntry | undefined): boolean {
  return method?.['needs'] !== undefined && method['needs'] !== 'nothing';
}

/** Where a method has no default, what a new step starts with. */
export function firstParams(method: MethodEntry): Params {
  const names = new Set(method.parameters.map(({ name }) => name));
  return {
    ...(names.has('sparsity') ? { sparsity: FIRST_SPARSITY } : {}),
    ...(names.has('type') ? { type: FIRST_TYPE } : {}),
  };
}

let keyCount = 0;
function newKey(): string {
  keyCount += 1;
  return `step-${keyCount}-${Date.now()}`;
}

export function newStep(method: MethodEntry): DraftStep {
  return { key: newKey(), method: method.id, params: firstParams(method), isOn: true };
}

export function draftOf(recipe: Recipe, name = recipe.name ?? ''): DraftRecipe {
  return { name, steps: recipe.steps.map(({ method, params }) => ({ key: newKey(), method, params, isOn: true })) };
}

/** Without the draft's name: a version is called by what was done to it, not by the recipe it began with. */
export function recipeOf({ steps }: DraftRecipe): Recipe {
  return { steps: steps.filter(({ isOn }) => isOn).map(({ method, params }) => ({ method, params: { ...params } })) };
}

/** Sets or, with undefined, clears one parameter; of two alternatives only the new one stays. */
export function withParam(params: Params, name: string, value: unknown): Params {
  const { [name]: _old, ...rest } = params;
  if (value === undefined || value === '') return rest;
  const other = ALTERNATIVES.find((pair) => pair.includes(name))?.find((candidate) => candidate !== name);
  if (other === undefined) return { ...rest, [name]: value };
  const { [other]: _other, ...kept } = rest;
  return { ...kept, [name]: value };
}

export function changeStep(draft: DraftRecipe, key: string, change: (step: DraftStep) => DraftStep): DraftRecipe {
  return { ...draft, steps: draft.steps.map((step) => (step.key === key ? change(step) : step)) };
}

export function removeStep(draft: DraftRecipe, key: string): DraftRecipe {
  return { ...draft, steps: draft.steps.filter((step) => step.key !== key) };
}

/** Behind the last step of its family or of one that comes before it. */
export function addStep(draft: DraftRecipe, step: DraftStep, methods: readonly MethodEntry[]): DraftRecipe {
  const rank = (id: string) => FAMILY_ORDER.indexOf(familyOf(methods.find((method) => method.id === id)));
  const own = rank(step.method);
  const before = draft.steps.filter(({ method }) => rank(method) <= own);
  const after = draft.steps.filter(({ method }) => rank(method) > own);
  return { ...draft, steps: [...before, step, ...after] };
}

/** How many pairs of steps stand in an order that no engine can carry out. */
function misplacedPairs(steps: readonly DraftStep[], methods: readonly MethodEntry[]): number {
  const places = steps.map(({ method }) => FAMILY_PLACES[familyOf(methods.find(({ id }) => id === method))] ?? 0);
  return places.flatMap((place, index) => places.slice(index + 1).filter((later) => later < place)).length;
}

/** The step at another index; the same draft where there is no such place or the step makes no sense there. */
export function moveStep(draft: DraftRecipe, key: string, to: number, methods: readonly MethodEntry[]): DraftRecipe {
  const from = draft.steps.findIndex((step) => step.key === key);
  const step = draft.steps[from];
  if (step === undefined || to === from || to < 0 || to >= draft.steps.length) return draft;
  const steps = draft.steps.toSpliced(from, 1).toSpliced(to, 0, step);
  return misplacedPairs(steps, methods) > misplacedPairs(draft.steps, methods) ? draft : { ...draft, steps };
}

/** Other method, same family: parameters that both have are kept. */
export function changeMethod(step: DraftStep, method: MethodEntry): DraftStep {
  const names = new Set(method.parameters.map(({ name }) => name));
  const kept = Object.fromEntries(Object.entries(step.params).filter(([name]) => names.has(name)));
  const first = Object.keys(kept).some((name) => ALTERNATIVES.flat().includes(name))
    ? Object.fromEntries(Object.entries(firstParams(method)).filter(([name]) => !ALTERNATIVES.flat().includes(name)))
    : firstParams(method);
  return { ...step, method: method.id, params: { ...first, ...kept } };
}

/** `Wanda · 50 %`, from what was set and not from defaults. */
export function stepWords({ params }: DraftStep, method: MethodEntry | undefined): string {
  const parts = [
    method?.title ?? '',
    typeof params['sparsity'] === 'number' ? `${Number((params['sparsity'] * 100).toFixed(1))} %` : '',
    typeof params['pattern'] === 'string' ? params['pattern'] : '',
    typeof params['type'] === 'string' ? params['type'] : '',
    params['imatrix'] === undefined ? '' : 'with imatrix',
    Array.isArray(params['layers']) ? plural(params['layers'].length, 'layer') : '',
  ];
  const isQuantize = familyOf(method) === 'quantize' && params['type'] !== undefined;
  return parts.filter((part, place) => part !== '' && !(isQuantize && place === 0)).join(' \u00b7 ');
}
