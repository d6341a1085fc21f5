// Schemas of the records that contract.ts returns; the types themselves stand in model.ts, artifact.ts and kick.ts.
import { z } from 'zod';
import type { CompressResult } from './artifact.ts';
import { PROTOCOLS, type ScoreRecord, type Sweep } from './kick.ts';
import type { ModelSummary } from './model.ts';
import { recipeSchema } from './recipe.ts';

export const modelSummarySchema: z.ZodType<ModelSummary> = z.object({
  path: z.string(),
  format: z.enum(['gguf', 'safetensors']),
  sizeBytes: z.number(),
  sha256: z.string().optional(),
  architecture: z.string(),
  name: z.string(),
  parameterCount: z.number(),
  layerCount: z.number(),
  hiddenSize: z.number(),
  contextLength: z.number(),
  vocabularySize: z.number(),
  fileType: z.string(),
  bitsPerWeight: z.number(),
  sparsityRatio: z.number().optional(),
  chatTemplate: z.string().nullable(),
  tensors: z
    .array(
      z.object({
        name: z.string(),
        shape: z.array(z.number()),
        type: z.string(),
        sizeBytes: z.number(),
        sparsityRatio: z.number().optional(),
      }),
    )
    .optional(),
});

const parameterSchema = z.object({
  name: z.string(),
  title: z.string(),
  unit: z.string().optional(),
  help: z.string(),
  /** JSON Schema of the value, default included. */
  schema: z.record(z.string(), z.unknown()),
});

/** A compression method or a KICK task, as forms and lists need it. */
export const catalogEntrySchema = z.looseObject({
  id: z.string(),
  title: z.string(),
  source: z.object({ title: z.string(), url: z.string() }),
  summary: z.string(),
  parameters: z.array(parameterSchema),
});

export const quantTypeSchema = z.looseObject({
  id: z.string(),
  title: z.string(),
  source: z.object({ title: z.string(), url: z.string() }),
  parameters: z.array(parameterSchema),
  bitsPerWeight: z.number(),
  needsImatrix: z.boolean(),
  /** `required`: refused without one; `recommended`: much better with one. */
  imatrix: z.enum(['optional', 'recommended', 'required']),
  llamaCppName: z.string(),
});

export const compressResultSchema: z.ZodType<CompressResult> = z.object({
  artifact: z.object({
    path: z.string(),
    sizeBytes: z.number(),
    sha256: z.string().optional(),
    bitsPerWeight: z.number(),
    sparsityRatio: z.number().nullable(),
    tensors: z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        sizeBytes: z.number(),
        sparsityRatio: z.number().optional(),
        relativeSquaredError: z.number().optional(),
        dampingRatio: z.number().optional(),
        deadInputCount: z.number().optional(),
        keptInputCount: z.number().optional(),
        keptCodes: z.enum(['feedback', 'llama', 'mixed']).optional(),
        heldOutErrors: z.object({ feedback: z.number(), llama: z.number() }).optional(),
      }),
    ),
  }),
  recipe: recipeSchema,
  warnings: z.array(z.string()),
  elapsedMs: z.number(),
  peakMemoryBytes: z.number(),
});

export const scoreSchema: z.ZodType<ScoreRecord> = z.object({
  task: z.string(),
  taskVersion: z.number(),
  protocol: z.enum(PROTOCOLS),
  metric: z.string(),
  value: z.number(),
  unit: z.string(),
  higherIsBetter: z.boolean(),
  itemCount: z.number(),
  answeredCount: z.number(),
  failedCount: z.number(),
  confidenceLow: z.number(),
  confidenceHigh: z.number(),
  dataSha256: z.string(),
  modelSha256: z.string(),
  seed: z.number(),
  elapsedMs: z.number(),
  shots: z.number().optional(),
  chanceValue: z.number().optional(),
  engineVersion: z.string(),
  llamaCppVersion: z.string(),
  groups: z.array(z.object({ name: z.string(), value: z.number(), itemCount: z.number() })).optional(),
});

export const sweepSchema: z.ZodType<Sweep> = z.object({
  sweepId: z.string(),
  points: z.array(
    z.object({
      label: z.string(),
      model: z.string(),
      modelSha256: z.string(),
      recipe: recipeSchema.nullable(),
      method: z.string(),
      sizeBytes: z.number(),
      bitsPerWeight: z.number(),
      sparsityRatio: z.number(),
      scores: z.array(scoreSchema),
    }),
  ),
});

/** A row of the score table, in the spelling of its CSV file. */
export const comparisonRowSchema = z.object({
  model: z.string(),
  recipe: z.string(),
  method: z.string(),
  type: z.string(),
  task: z.string(),
  protocol: z.string(),
  metric: z.string(),
  value: z.number(),
  confidence_low: z.number(),
  confidence_high: z.number(),
  items: z.number(),
  failed: z.number(),
  size_bytes: z.number(),
  bits_per_weight: z.number(),
  sparsity_ratio: z.number(),
  model_sha256: z.string(),
  data_sha256: z.string(),
  seed: z.number(),
  unit: z.string(),
  higher_is_better: z.boolean(),
  answered: z.number(),
  task_version: z.number(),
  shots: z.number().nullable(),
  chance_value: z.number().nullable(),
  difference: z.number().nullable(),
  difference_low: z.number().nullable(),
  difference_high: z.number().nullable(),
  paired: z.boolean().nullable(),
  verdict: z.string().nullable(),
  engine_version: z.string(),
  llama_cpp_version: z.string(),
});
