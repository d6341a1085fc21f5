// The best mix within a size: the largest file type that fits whole, then single kinds of tensors raised while there is room.
import { WorkbenchError } from '../../../shared/errors.ts';
import { FILE_TYPES } from '../../../shared/ggml-types.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import { formatBytes } from '../../../shared/units.ts';
import type { PlanTensorsInput, TensorPlan } from './plan-tensors.ts';

export interface FitInput {
  readonly sourcePath: string;
  readonly sizeBytes: number;
  readonly imatrixPath?: string | undefined;
  readonly plan: (input: PlanTensorsInput) => Promise<TensorPlan>;
}

export interface FittedMix {
  readonly recipe: Recipe;
  readonly sizeBytes: number;
  readonly text: string;
}

/** Types for general use from small to large. Those that refuse to work without an importance matrix need one. */
const LADDER = [
  'IQ1_S',
  'IQ2_XXS',
  'IQ2_S',
  'Q2_K',
  'IQ3_XXS',
  'Q3_K_S',
  'Q3_K_M',
  'IQ4_XS',
  'Q4_K_S',
  'Q4_K_M',
  'Q5_K_S',
  'Q5_K_M',
  'Q6_K',
  'Q8_0',
];
/** Raised in this order: what hurts most when it is coarse comes first. */
const RAISED: readonly { readonly pattern: string; readonly types: readonly string[] }[] = [
  { pattern: 'attn_v', types: ['Q8_0', 'Q6_K', 'Q5_K'] },
  { pattern: 'ffn_down', types: ['Q8_0', 'Q6_K', 'Q5_K'] },
  { pattern: 'attn_output', types: ['Q8_0', 'Q6_K', 'Q5_K'] },
  { pattern: 'ffn_gate', types: ['Q6_K', 'Q5_K'] },
  { pattern: 'ffn_up', types: ['Q6_K', 'Q5_K'] },
];

/** Throws BAD_INPUT when no type is small enough. */
export async function fitToSize({ sourcePath, sizeBytes, imatrixPath, plan }: FitInput): Promise<FittedMix> {
  const sizeOf = async (recipe: Recipe): Promise<number> =>
    (await plan({ sourcePath, recipe, allowRequantize: false })).sizeBytes;
  const usable = LADDER.filter((type) => imatrixPath !== undefined || findImatrix(type) !== 'required');
  let best: { type: string; sizeBytes: number } | undefined;
  let smallest = Number.POSITIVE_INFINITY;
  for (const type of usable) {
    const size = await sizeOf(recipeOf(type, [], imatrixPath));
    smallest = Math.min(smallest, size);
    if (size <= sizeBytes && size >= (best?.sizeBytes ?? 0)) best = { type, sizeBytes: size };
  }
  if (best === undefined) {
    const help =
      imatrixPath === undefined
        ? ' Measure an importance matrix to allow smaller types, or drop layers.'
        : ' Drop layers to go below.';
    throw new WorkbenchError('BAD_INPUT', `No type makes this model smaller than ${formatBytes(smallest)}.${help}`, {
      smallestBytes: smallest,
    });
  }
  const raised = await raise(best, sizeBytes, (types) => sizeOf(recipeOf(best.type, types, imatrixPath)));
  const recipe = recipeOf(best.type, raised.types, imatrixPath);
  const mix = raised.types.length === 0 ? '' : `, with ${raised.types.join(', ')}`;
  return {
    recipe,
    sizeBytes: raised.sizeBytes,
    text: `${best.type}${mix}: ${formatBytes(raised.sizeBytes)} of ${formatBytes(sizeBytes)}.`,
  };
}

async function raise(
  base: { readonly type: string; readonly sizeBytes: number },
  limitBytes: number,
  sizeOf: (types: readonly string[]) => Promise<number>,
): Promise<{ types: string[]; sizeBytes: number }> {
  let types: string[] = [];
  let { sizeBytes } = base;
  for (const { pattern, types: candidates } of RAISED) {
    for (const type of candidates) {
      const tried = [...types, `${pattern}=${type}`];
      const size = await sizeOf(tried);
      // One that makes the file no larger was no raise.
      if (size > limitBytes || size <= sizeBytes) continue;
      types = tried;
      sizeBytes = size;
      break;
    }
  }
  return { types, sizeBytes };
}

function recipeOf(type: string, tensorTypes: readonly string[], imatrix: string | undefined): Recipe {
  const params = {
    type,
    ...(tensorTypes.length === 0 ? {} : { tensorTypes }),
    ...(imatrix === undefined ? {} : { imatrix }),
  };
  return { steps: [{ method: 'quantize', params }] };
}

function findImatrix(name: string): string | undefined {
  return FILE_TYPES.find((type) => type.name === name)?.imatrix;
}
