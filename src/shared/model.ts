// What is known of a model file without loading it.
import { z } from 'zod';

export interface TensorSummary {
  readonly name: string;
  /** llama.cpp order: `shape[0]` is the row width (inputs), `shape[1]` the number of rows (outputs). */
  readonly shape: readonly number[];
  /** ggml's spelling: `F16`, `Q4_K`. */
  readonly type: string;
  readonly sizeBytes: number;
  /** Share of exact zeros, 0..1; only when measured. */
  readonly sparsityRatio?: number | undefined;
}

export interface ModelSummary {
  readonly path: string;
  readonly format: 'gguf' | 'safetensors';
  /** All shards together. */
  readonly sizeBytes: number;
  readonly sha256?: string | undefined;
  readonly architecture: string;
  readonly name: string;
  readonly parameterCount: number;
  readonly layerCount: number;
  readonly hiddenSize: number;
  readonly contextLength: number;
  readonly vocabularySize: number;
  /** What `general.file_type` says, in llama.cpp's spelling (`Q4_K_M`); `unknown` when absent. */
  readonly fileType: string;
  /** Bits of all tensor data divided by parameters. */
  readonly bitsPerWeight: number;
  /** Zeros over all weights of the layers' matrices, 0..1; only when measured. */
  readonly sparsityRatio?: number | undefined;
  readonly chatTemplate: string | null;
  readonly tensors?: readonly TensorSummary[] | undefined;
}

/** A model of the library; `looseObject`, so that an older Whittle reads what a newer one wrote. */
export const libraryModelSchema = z.looseObject({
  /** What commands call it; `demo` is the embedded model. */
  id: z.string(),
  path: z.string(),
  name: z.string(),
  format: z.enum(['gguf', 'safetensors']),
  sizeBytes: z.number(),
  architecture: z.string(),
  parameterCount: z.number(),
  layerCount: z.number(),
  hiddenSize: z.number(),
  contextLength: z.number(),
  vocabularySize: z.number(),
  fileType: z.string(),
  bitsPerWeight: z.number(),
  /** ISO 8601; null for the embedded model. */
  importedAt: z.string().nullable(),
});
export type LibraryModel = z.infer<typeof libraryModelSchema>;

/** An entry of the library that cannot be read. */
export const damagedEntrySchema = z.object({
  id: z.string(),
  /** Of the entry's own file, not of a model. */
  path: z.string(),
  /** What is wrong and what to do. */
  problem: z.string(),
});
export type DamagedEntry = z.infer<typeof damagedEntrySchema>;
