// Every call of the engine: name -> input schema, output schema. Command line, window and server derive their types from it.
// The receiver (engine/workbench.ts) checks inputs; output schemas describe what a caller on the other side of a wire may expect.
import { z } from 'zod';
import {
  catalogEntrySchema,
  comparisonRowSchema,
  compressResultSchema,
  modelSummarySchema,
  quantTypeSchema,
  scoreSchema,
  sweepSchema,
} from './contract-records.ts';
import { PROTOCOLS } from './kick.ts';
import { damagedEntrySchema, libraryModelSchema } from './model.ts';
import { recipeSchema } from './recipe.ts';

/** A path, the id of a model in the library, or `demo`. */
const model = z.string().min(1).meta({ title: 'Model', help: 'A path, a library id, or demo.' });
const path = z.string().min(1);
const count = z.int().min(1);

/** How native work runs; every field may be left out. */
const deviceFields = {
  gpu: z.enum(['auto', 'cuda', 'metal', 'vulkan', 'none']).default('auto'),
  threads: z.int().min(1).max(1024).optional(),
};

const textFields = {
  /** Default: the embedded text for the purpose. */
  textPath: path.optional(),
  contextSize: z.int().min(8).max(1_048_576).default(512),
  chunkCount: count.optional(),
  ...deviceFields,
};

const kickFields = {
  /** Default: every task that needs no judge. */
  tasks: z.array(z.string().min(1)).optional(),
  /** Task id -> path; the key `*` stands for the only task. Default: the embedded sets. */
  data: z.record(z.string(), path).default({}),
  limit: count.optional(),
  limitPerGroup: count.optional(),
  protocol: z.enum(PROTOCOLS).default('standard'),
  seed: z.int().min(0).max(0xffffffff).default(0),
  ...deviceFields,
};

const compressOptions = {
  recipe: recipeSchema,
  allowRequantize: z.boolean().default(false),
  seed: z.int().min(0).max(0xffffffff).default(0),
  ...deviceFields,
};

/** What a sweep runs over: the product of its lists, and whole recipes. */
export const gridSchema = z.strictObject({
  models: z.array(model).min(1).optional(),
  types: z.array(z.string().min(1)).default([]),
  /** The types get an importance matrix of the model also where llama.cpp could do without. */
  imatrix: z.boolean().optional(),
  methods: z.array(z.string().min(1)).default([]),
  sparsities: z.array(z.number()).default([]),
  patterns: z.array(z.string().min(1)).default([]),
  calibrationSamples: z.array(count).default([]),
  recipes: z.array(recipeSchema).default([]),
  shots: z.array(z.int().min(0).max(100)).default([]),
  tasks: z.array(z.string().min(1)).optional(),
  limit: count.optional(),
});

export type Grid = z.infer<typeof gridSchema>;

export const contract = {
  inspectModel: {
    input: z.strictObject({
      model,
      tensors: z.boolean().default(false),
      measureSparsity: z.boolean().default(false),
      sha256: z.boolean().default(false),
    }),
    output: modelSummarySchema,
  },
  listMethods: { input: z.strictObject({}), output: z.array(catalogEntrySchema) },
  listTasks: { input: z.strictObject({}), output: z.array(catalogEntrySchema) },
  listTypes: { input: z.strictObject({}), output: z.array(quantTypeSchema) },
  planRecipe: {
    /** Exact sizes, nothing written; `outputPath` is only repeated in the result. */
    input: z.strictObject({ model, outputPath: z.string().default(''), ...compressOptions }),
    output: compressResultSchema,
  },
  compress: {
    input: z.strictObject({
      model,
      outputPath: path,
      strict: z.boolean().default(false),
      force: z.boolean().default(false),
      ...compressOptions,
    }),
    output: compressResultSchema,
  },
  measureImatrix: {
    input: z.strictObject({
      model,
      outputPath: path,
      force: z.boolean().default(false),
      resume: z.boolean().default(false),
      ...textFields,
    }),
    output: z.object({
      path: z.string(),
      chunkCount: z.number(),
      tokenCount: z.number(),
      tensorCount: z.number(),
      elapsedMs: z.number(),
    }),
  },
  measureLayerInfluence: {
    input: z.strictObject({
      model,
      calibration: path.optional(),
      calibrationSampling: z.enum(['first', 'random']).default('first'),
      calibrationSamples: count.max(65_536).default(128),
      calibrationLength: count.max(1_048_576).default(512),
      seed: z.int().min(0).max(0xffffffff).default(0),
      ...deviceFields,
    }),
    output: z.object({
      /** In order; influence is 1 - cosine of the layer's input and output, mean over tokens. */
      layers: z.array(z.object({ layer: z.number(), influence: z.number() })),
      sampleCount: z.number(),
      tokenCount: z.number(),
      calibrationSha256: z.string(),
      elapsedMs: z.number(),
    }),
  },
  measurePerplexity: {
    input: z.strictObject({ model, protocol: z.enum(['llama.cpp', 'paper']).default('llama.cpp'), ...textFields }),
    output: z.object({
      perplexity: z.number(),
      standardError: z.number(),
      tokenCount: z.number(),
      chunkCount: z.number(),
      elapsedMs: z.number(),
      tokensPerSecond: z.number(),
    }),
  },
  compareModels: {
    input: z.strictObject({ dense: model, model, ...textFields }),
    output: z.looseObject({
      meanKlDivergence: z.number(),
      standardError: z.number(),
      topTokenAgreementRatio: z.number(),
      perplexityDense: z.number(),
      perplexity: z.number(),
    }),
  },
  runKick: {
    input: z.strictObject({
      model,
      shots: z.int().min(0).max(100).default(5),
      /** Also score this model, and give the differences. */
      against: model.optional(),
      samplesPath: path.optional(),
      resume: z.boolean().default(false),
      force: z.boolean().default(false),
      ...kickFields,
    }),
    output: z.object({
      scores: z.array(scoreSchema),
      against: z.object({ scores: z.array(scoreSchema) }).optional(),
    }),
  },
  runSweep: {
    input: z.strictObject({
      models: z.array(model).min(1),
      grid: gridSchema,
      /** Go on with the newest unfinished sweep of the same models and grid. */
      resume: z.boolean().default(false),
      keepFiles: z.boolean().default(false),
      /** Points worked on at once, each with its share of the threads. */
      parallelPoints: z.int().min(1).max(64).default(1),
      ...kickFields,
    }),
    output: sweepSchema,
  },
  listScores: {
    input: z.strictObject({
      model: z.string().optional(),
      task: z.string().optional(),
      sweepId: z.string().optional(),
    }),
    output: z.array(comparisonRowSchema),
  },
  writeReport: {
    input: z.strictObject({
      outputFolder: path,
      /** Default: the newest sweep. */
      sweepId: z.string().optional(),
      formats: z
        .array(z.enum(['html', 'svg', 'png', 'csv', 'json', 'md']))
        .min(1)
        .optional(),
      force: z.boolean().default(false),
    }),
    output: z.object({ files: z.array(z.string()) }),
  },
  listModels: {
    input: z.strictObject({}),
    output: z.object({ models: z.array(libraryModelSchema), damaged: z.array(damagedEntrySchema) }),
  },
  importModel: {
    input: z.strictObject({ path, id: z.string().min(1).optional() }),
    output: z.object({ models: z.array(libraryModelSchema) }),
  },
  chat: {
    input: z.strictObject({
      model,
      messages: z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
      temperature: z.number().min(0).max(10).default(0),
      maxTokens: count.default(512),
      contextSize: z.int().min(8).max(1_048_576).optional(),
      seed: z.int().min(0).max(0xffffffff).default(0),
      ...deviceFields,
    }),
    output: z.object({
      answer: z.string(),
      promptTokenCount: z.number(),
      generatedTokenCount: z.number(),
      promptTokensPerSecond: z.number(),
      generatedTokensPerSecond: z.number(),
      /** True when the model has a chat template and it was used. */
      usedChatTemplate: z.boolean(),
    }),
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type CallName = keyof typeof contract;
/** What a caller writes: defaults may be left out. */
export type CallInput<Name extends CallName> = z.input<(typeof contract)[Name]['input']>;
/** What the engine sees: defaults filled in. */
export type CheckedInput<Name extends CallName> = z.output<(typeof contract)[Name]['input']>;
export type CallOutput<Name extends CallName> = z.output<(typeof contract)[Name]['output']>;
