// What a compress job is told; checked again in the worker process.
import { z } from 'zod';
import { recipeSchema } from '../../../shared/recipe.ts';

const planFields = {
  sourcePath: z.string().min(1),
  /** Absolute. Also in a plan, which writes nothing: the result names it. */
  outputPath: z.string(),
  recipe: recipeSchema,
  allowRequantize: z.boolean().default(false),
};

export const planJobSchema = z.strictObject(planFields);

export const compressJobSchema = z.strictObject({
  ...planFields,
  outputPath: z.string().min(1),
  /** A tensor whose error is out of line fails the job, and nothing is written. */
  strict: z.boolean().default(false),
  force: z.boolean().default(false),
  gpu: z.enum(['auto', 'cuda', 'metal', 'vulkan', 'none']).default('auto'),
  /** Default: all cores for the quantizer, the fastest by trial for reading text. */
  threads: z.int().min(1).optional(),
  /** Where hashes and statistics are remembered; nothing is without it. */
  cacheFolder: z.string().min(1).optional(),
});

export type PlanJob = z.infer<typeof planJobSchema>;
export type CompressJob = z.infer<typeof compressJobSchema>;
