// A recipe: the steps that turn one GGUF into another. The parameters of each step are checked by its method's own schema.
import { z } from 'zod';

export const recipeStepSchema = z.strictObject({
  method: z.string().min(1),
  params: z.record(z.string(), z.unknown()).default({}),
});

export const recipeSchema = z.strictObject({
  name: z.string().optional(),
  steps: z.array(recipeStepSchema).min(1),
});

export type RecipeStep = z.infer<typeof recipeStepSchema>;
export type Recipe = z.infer<typeof recipeSchema>;
