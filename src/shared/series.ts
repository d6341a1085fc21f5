// Series identity: what a method looks like in every chart, chip and export. A method keeps its slot everywhere:
// colour, marker and dash always come together, so that no chart depends on colour alone.
import type { Recipe, RecipeStep } from './recipe.ts';

export type MarkerShape =
  | 'circle'
  | 'triangleUp'
  | 'square'
  | 'diamond'
  | 'triangleDown'
  | 'plus'
  | 'hexagon'
  | 'cross';

/** Two series in one slot on one chart: the second is drawn hollow, the third half filled. */
export type MarkerFill = 'solid' | 'hollow' | 'half';

export interface SeriesSlot {
  readonly slot: number;
  readonly light: string;
  readonly dark: string;
  readonly marker: MarkerShape;
  /** SVG stroke-dasharray; `none` for a solid line. */
  readonly dash: string;
}

/** Colours chosen under simulated protan, deutan and tritan vision, each at least 3:1 on its chart background. */
export const SERIES_SLOTS: readonly SeriesSlot[] = [
  { slot: 1, light: '#2C4FB0', dark: '#86AEFF', marker: 'circle', dash: 'none' },
  { slot: 2, light: '#1F8F7A', dark: '#6CEBC6', marker: 'triangleUp', dash: '9 3' },
  { slot: 3, light: '#C23A12', dark: '#FF6A3C', marker: 'square', dash: '3 3' },
  { slot: 4, light: '#A04FE6', dark: '#BE63FA', marker: 'diamond', dash: 'none' },
  { slot: 5, light: '#B27D00', dark: '#FFD23F', marker: 'triangleDown', dash: '12 3 2 3' },
  { slot: 6, light: '#8E2A5C', dark: '#DC6A8C', marker: 'plus', dash: '6 2' },
  { slot: 7, light: '#1A7FA8', dark: '#2FA3C4', marker: 'hexagon', dash: '2 2' },
  { slot: 8, light: '#5F6B2A', dark: '#AECB7C', marker: 'cross', dash: '8 2 2 2 2 2' },
];

export const MAX_SERIES = SERIES_SLOTS.length;
const OTHER_SLOT = 8;

interface MethodLook {
  readonly slot: number;
  readonly label: string;
  /** What the method changes: which x axis it moves a point along. */
  readonly moves: 'bits' | 'zeros' | 'layers' | 'nothing';
}

const METHOD_LOOKS: Readonly<Record<string, MethodLook>> = {
  wanda: { slot: 1, label: 'Wanda', moves: 'zeros' },
  sparsegpt: { slot: 2, label: 'SparseGPT', moves: 'zeros' },
  magnitude: { slot: 3, label: 'magnitude', moves: 'zeros' },
  quantize: { slot: 4, label: 'K-quants', moves: 'bits' },
  rtn: { slot: 4, label: 'RTN', moves: 'bits' },
  gptq: { slot: 6, label: 'GPTQ', moves: 'bits' },
  feedback: { slot: 6, label: 'error feedback', moves: 'bits' },
  awq: { slot: 6, label: 'AWQ', moves: 'nothing' },
  'drop-layers': { slot: 7, label: 'layers dropped', moves: 'layers' },
};

export interface SeriesIdentity {
  /** Points with one id belong to one line. */
  readonly id: string;
  readonly label: string;
  readonly slot: number;
  /** N:M patterns stand as single markers: they are not steps of one scale. */
  readonly joined: boolean;
  /** Which axes the recipe moves a point along; none when no step says so. */
  readonly moves: readonly ('bits' | 'zeros' | 'layers')[];
}

function lookOf(method: string): MethodLook {
  return Object.hasOwn(METHOD_LOOKS, method)
    ? METHOD_LOOKS[method]!
    : { slot: OTHER_SLOT, label: method, moves: 'nothing' };
}

function hasImatrix(step: RecipeStep): boolean {
  const imatrix = step.params['imatrix'];
  return imatrix !== undefined && imatrix !== null && imatrix !== false;
}

/** The storage type that a recipe ends with, in llama.cpp's spelling; undefined when it keeps the source's types. */
export function typeOfRecipe(recipe: Recipe | null): string | undefined {
  const types = (recipe?.steps ?? []).map((step) => step.params['type']).filter((type) => typeof type === 'string');
  return types.at(-1);
}

interface StepIdentity {
  readonly id: string;
  readonly label: string;
  readonly slot: number;
}

function identifyStep(step: RecipeStep): StepIdentity {
  const look = lookOf(step.method);
  if (step.method === 'quantize') {
    const type = String(step.params['type'] ?? '');
    const quantizer = step.params['quantizer'];
    if (typeof quantizer === 'string' && quantizer !== 'llama') {
      const { label, slot } = lookOf(quantizer);
      return { id: `quantize-${quantizer}`, label, slot };
    }
    if (/^(IQ|TQ)/.test(type)) return { id: 'quantize-i', label: 'I-quants', slot: 5 };
    if (hasImatrix(step)) return { id: 'quantize-imatrix', label: 'K-quants, imatrix', slot: 5 };
    return { id: 'quantize-k', label: look.label, slot: look.slot };
  }
  if (step.params['pattern'] !== undefined && step.params['pattern'] !== null) {
    return { id: `${step.method}-nm`, label: `${look.label} N:M`, slot: look.slot };
  }
  return { id: step.method, label: look.label, slot: look.slot };
}

/** A mixed recipe takes the slot of its first step that loses something, and its own name. */
export function seriesOfRecipe(recipe: Recipe | null): SeriesIdentity {
  const steps = recipe?.steps ?? [];
  const identities = steps.map(identifyStep);
  const first = identities[0];
  if (first === undefined) {
    return { id: 'dense', label: 'dense', slot: OTHER_SLOT, joined: false, moves: [] };
  }
  const type = typeOfRecipe(recipe);
  const later = identities.slice(1).map((step) => (step.id.startsWith('quantize') ? (type ?? step.label) : step.label));
  const moves = new Set(steps.map((step) => lookOf(step.method).moves).filter((what) => what !== 'nothing'));
  return {
    id: [first.id, ...later].join('+'),
    label: [first.label, ...later].join(', then '),
    slot: first.slot,
    joined: !first.id.endsWith('-nm'),
    moves: [...moves],
  };
}

/** Parameters that an axis or the series itself shows, or that only say where something lies. */
const NOT_NAMED: ReadonlySet<string> = new Set(['sparsity', 'pattern', 'type', 'imatrix', 'quantizer', 'seed']);

function namedParams(recipe: Recipe | null): Map<string, string> {
  const entries = (recipe?.steps ?? []).flatMap((step) =>
    Object.entries(step.params).filter(([key, value]) => !NOT_NAMED.has(key) && typeof value !== 'object'),
  );
  return new Map(entries.map(([key, value]) => [key, String(value)]));
}

function paramWords(key: string, value: string): string {
  if (key === 'calibrationSamples') return `${value} samples`;
  const words = key.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words} ${value.split(/[\\/]/).at(-1)}`;
}

/**
 * The series of several recipes that stand on one chart: what differs within a method beyond its amount, such as the
 * number of calibration samples, makes a line of its own.
 */
export function identifySeries(recipes: readonly (Recipe | null)[]): (recipe: Recipe | null) => SeriesIdentity {
  const seen = new Map<string, Map<string, Set<string>>>();
  for (const recipe of recipes) {
    const values = seen.get(seriesOfRecipe(recipe).id) ?? new Map<string, Set<string>>();
    seen.set(seriesOfRecipe(recipe).id, values);
    for (const [key, value] of namedParams(recipe)) values.set(key, (values.get(key) ?? new Set()).add(value));
  }
  return (recipe) => {
    const base = seriesOfRecipe(recipe);
    const values = seen.get(base.id);
    const differing = [...namedParams(recipe)].filter(([key]) => (values?.get(key)?.size ?? 0) > 1);
    if (differing.length === 0) return base;
    const words = differing.map(([key, value]) => paramWords(key, value)).join(', ');
    const id = `${base.id};${differing.map(([key, value]) => `${key}=${value}`).join(';')}`;
    return { ...base, id, label: `${base.label}, ${words}` };
  };
}
