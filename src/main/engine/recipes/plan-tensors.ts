// The plan of a recipe with every tensor and fallback: what the preview is made of. Runs in the planner's process, because
// llama.cpp's own dry run is asked for the types.
import { z } from 'zod';
import { recipeSchema } from '../../../shared/recipe.ts';
import { isPrunable, tensorBytes } from '../compress/model-tensors.ts';
import { parseRecipe } from '../compress/parse-recipe.ts';
import { planRecipe } from '../compress/plan-recipe.ts';
import { bitsPerWeightOf, plannedSizes } from '../compress/plan-result.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { planQuantize } from '../native/quantize-file.ts';
import type { TypeFallback } from '../native/quantize-log.ts';

export const planTensorsSchema = z.strictObject({
  sourcePath: z.string(),
  recipe: recipeSchema,
  allowRequantize: z.boolean(),
});
export type PlanTensorsInput = z.infer<typeof planTensorsSchema>;

export interface TensorPlan {
  readonly sourceSizeBytes: number;
  readonly sourceBitsPerWeight: number;
  readonly sizeBytes: number;
  readonly bitsPerWeight: number;
  /** In the order of the written file. Dropped ones are missing. */
  readonly tensors: readonly {
    readonly name: string;
    /** Differs where layers before it are dropped: those behind move up. */
    readonly sourceName: string;
    readonly type: string;
    readonly sizeBytes: number;
    readonly isPruned: boolean;
  }[];
  readonly source: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly type: string;
    readonly isMatrix: boolean;
  }[];
  readonly fallbacks: readonly TypeFallback[];
  readonly warnings: readonly string[];
}

/** Throws as planRecipe does. */
export function planTensors({ sourcePath, recipe, allowRequantize }: PlanTensorsInput): TensorPlan {
  const source = readGguf(sourcePath);
  const fallbacks: TypeFallback[] = [];
  const plan = planRecipe(source, parseRecipe(recipe), {
    allowRequantize,
    dryRun: (options) => {
      const dry = planQuantize(options);
      fallbacks.push(...dry.fallbacks);
      return dry;
    },
  });
  const pruned = new Set(
    plan.steps.flatMap((step) =>
      step.kind === 'transform' && step.method.family === 'prune' ? [...step.touched] : [],
    ),
  );
  const dropping = plan.steps.find((step) => step.kind === 'transform' && step.dropped !== undefined);
  const sourceNames = dropping?.kind === 'transform' ? dropping.dropped?.sourceNames : undefined;
  const last = plan.steps.at(-1)!.tensors;
  return {
    sourceSizeBytes: source.sizeBytes,
    sourceBitsPerWeight: bitsPerWeightOf(source.tensors),
    sizeBytes: plannedSizes(source, plan).reduce((sum, size) => sum + size, 0),
    bitsPerWeight: bitsPerWeightOf(last),
    tensors: last.map((tensor) => ({
      name: tensor.name,
      sourceName: sourceNames?.get(tensor.name) ?? tensor.name,
      type: tensor.type,
      sizeBytes: tensorBytes(tensor),
      isPruned: pruned.has(tensor.name),
    })),
    source: source.tensors.map(({ name, shape, type }) => ({
      name,
      shape,
      type,
      isMatrix: isPrunable({ name, shape, type }),
    })),
    fallbacks,
    warnings: plan.warnings,
  };
}
