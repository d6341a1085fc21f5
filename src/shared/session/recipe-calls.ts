// Calls about recipes: the live preview, presets, saved ones, exchange with files and with llama-quantize.
import { z } from 'zod';
import type { Recipe } from '../recipe.ts';
import { recipeSchema } from '../recipe.ts';
import { type CallTable, done, idField, modelField, nothing, outputOf, pathField } from './call-table.ts';
import type { ExportedFile, MemoryEstimate } from './model-calls.ts';

export interface PlannedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of the source; null outside of layers. */
  readonly layer: number | null;
  /** In the written file; null for what is dropped, too. Patterns of types are matched against it. */
  readonly writtenLayer: number | null;
  readonly kind: string;
  readonly fromType: string;
  /** What the recipe asks for; differs from `type` when the tensor falls back. */
  readonly askedType: string;
  /** What will be written. */
  readonly type: string;
  readonly sizeBytes: number;
  readonly bitsPerWeight: number;
  readonly isPruned: boolean;
  readonly isDropped: boolean;
  readonly fellBack: boolean;
}

/** `blocks` notes stop the start. `step` is an index into the recipe. */
export interface RecipeNote {
  readonly level: 'note' | 'warning' | 'blocks';
  readonly code: string;
  readonly text: string;
  readonly step?: number | undefined;
}

export interface RecipeIssue {
  /** `steps.0.params.sparsity` */
  readonly path: string;
  readonly message: string;
}

export interface RecipePreview {
  /** Faults of the recipe; the numbers are null while there are any. */
  readonly issues: readonly RecipeIssue[];
  readonly notes: readonly RecipeNote[];
  readonly plan: RecipePlan | null;
}

export interface RecipePlan {
  readonly sourceSizeBytes: number;
  readonly sourceBitsPerWeight: number;
  /** Exact. */
  readonly sizeBytes: number;
  readonly bitsPerWeight: number;
  readonly label: string;
  readonly suggestedPath: string;
  /** 0..1; null when nothing prunes. Measured only after writing. */
  readonly askedSparsityRatio: number | null;
  readonly fallbackCount: number;
  readonly matrixCount: number;
  /** `181 of 211 matrices fall back to larger types, because ...`; null when none does. */
  readonly fallbackText: string | null;
  readonly memory: MemoryEstimate;
  /** Largest resident memory while it is made; an estimate. */
  readonly peakMemoryBytes: number;
  readonly freeMemoryBytes: number;
  readonly neededDiskBytes: number;
  readonly freeDiskBytes: number;
  /** From the speed of earlier jobs here; null before the first. */
  readonly estimatedMs: number | null;
  readonly tensors: readonly PlannedTensor[];
  readonly elapsedMs: number;
}

export interface SavedRecipe {
  readonly id: string;
  readonly name: string;
  readonly recipe: Recipe;
  readonly isPreset: boolean;
  readonly summary: string;
}

export interface CommandText {
  /** `llama-quantize` where it does the same, else ours. */
  readonly tool: 'llama-quantize' | 'whittle';
  readonly command: string;
  /** Steps that llama-quantize has no words for. */
  readonly notExpressed: readonly string[];
}

/** How strong the inputs of each layer are, as an importance matrix measured them. */
export interface LayerImportance {
  readonly fileName: string;
  /** Pieces of text that it was measured on. */
  readonly chunkCount: number;
  /** By layer, 0..1; null where nothing was measured. */
  readonly layers: readonly (number | null)[];
}

export interface SweepPlanPreview {
  readonly points: readonly {
    readonly label: string;
    readonly sizeBytes: number;
    readonly bitsPerWeight: number;
    readonly askedSparsityRatio: number | null;
  }[];
  readonly totalSizeBytes: number;
  /** Of compressing and asking, from earlier jobs here, else from the speed of this computer; null where neither says anything. */
  readonly estimatedMs: number | null;
}

export const recipeCalls = {
  /** Answers within 300 ms: plans are kept, and the planner stays warm. */
  previewRecipe: {
    input: z.strictObject({
      model: modelField,
      recipe: z.looseObject({ name: z.string().optional(), steps: z.array(z.unknown()) }),
      outputFolder: pathField.optional(),
      contextSize: z.int().min(8).max(1_048_576).default(4096),
      allowRequantize: z.boolean().default(false),
    }),
    output: outputOf<RecipePreview>(),
  },
  previewSweep: {
    input: z.strictObject({
      model: modelField,
      recipes: z.array(recipeSchema).min(1).max(200),
      /** What each version and the dense model will be asked: for the time. */
      tasks: z.array(z.string().min(1)).default([]),
      limit: z.int().min(1).nullable().default(null),
    }),
    output: outputOf<SweepPlanPreview>(),
  },
  /** A mix of types per tensor that is as good as it gets within a size; the mix is in the recipe's `tensorTypes`. */
  fitToSize: {
    input: z.strictObject({ model: modelField, sizeBytes: z.int().min(1), imatrixPath: pathField.optional() }),
    output: outputOf<{ readonly recipe: Recipe; readonly sizeBytes: number; readonly text: string }>(),
  },
  readImportance: {
    input: z.strictObject({ model: modelField, imatrixPath: pathField }),
    output: outputOf<LayerImportance>(),
  },
  /** Presets first. */
  listRecipes: { input: nothing, output: outputOf<{ readonly recipes: readonly SavedRecipe[] }>() },
  saveRecipe: {
    input: z.strictObject({ name: z.string().min(1).max(200), recipe: recipeSchema }),
    output: outputOf<SavedRecipe>(),
  },
  removeRecipe: { input: z.strictObject({ id: idField }), output: done },
  /** JSON or YAML of a person: the recipe, or its faults with their paths. */
  readRecipeText: {
    input: z.strictObject({ text: z.string().max(1_000_000) }),
    output: outputOf<{ readonly recipe: Recipe | null; readonly issues: readonly RecipeIssue[] }>(),
  },
  exportRecipe: {
    input: z.strictObject({ recipe: recipeSchema, format: z.enum(['json', 'yaml']).default('json') }),
    output: outputOf<ExportedFile>(),
  },
  commandForRecipe: {
    input: z.strictObject({ model: modelField, recipe: recipeSchema, outputPath: pathField.optional() }),
    output: outputOf<CommandText>(),
  },
} as const satisfies CallTable;
