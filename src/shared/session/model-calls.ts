// Calls about models: the tree of bases and versions, one model in detail, files that other programs hold.
import { z } from 'zod';
import type { Verdict } from '../comparison.ts';
import type { ModelSummary, TensorSummary } from '../model.ts';
import type { Recipe } from '../recipe.ts';
import { type CallTable, done, idField, modelField, nothing, outputOf, pathField } from './call-table.ts';

/**
 * `missing`: no file at its path; `unreadable`: not a whole GGUF; `not-imported`: safetensors, shown and not yet usable;
 * `damaged-entry`: what the library kept of it cannot be read, so where the model lies is not known.
 */
export type ModelState = 'ready' | 'missing' | 'shard-missing' | 'unreadable' | 'not-imported' | 'damaged-entry';

/** One of the bars of the layer glyph: several layers of a deep model share one. */
export interface LayerBar {
  readonly firstLayer: number;
  readonly lastLayer: number;
  readonly bitsPerWeight: number;
  /** Share of weights that are not zero, 0..1; null when it was not measured. */
  readonly keptRatio: number | null;
}

export interface MemoryEstimate {
  readonly weightsBytes: number;
  /** Keys and values of `contextSize` tokens. */
  readonly contextBytes: number;
  readonly workBytes: number;
  readonly totalBytes: number;
  readonly contextSize: number;
  readonly fits: 'yes' | 'tight' | 'no';
}

/** The main metric of a task, for the column of the tree. */
export interface ModelScore {
  readonly task: string;
  readonly metric: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  readonly itemCount: number;
  readonly denseValue: number | null;
  readonly difference: number | null;
  readonly verdict: Verdict | null;
}

export interface ModelNode {
  readonly id: string;
  readonly path: string;
  readonly name: string;
  /** Models of one base share it. */
  readonly familyId: string;
  /** The dense original that this one descends from; null for a base. */
  readonly baseId: string | null;
  /** The file that it was made from; null for a base and where that file is unknown. */
  readonly parentId: string | null;
  readonly state: ModelState;
  /** What is wrong and what to do, when `state` is not `ready`. */
  readonly problem: string | null;
  /** Comes with Whittle. */
  readonly isEmbedded: boolean;
  /** Lies in Whittle's own folder, so Whittle may offer to delete it. */
  readonly isOwn: boolean;
  readonly isQuantizedSource: boolean;
  readonly summary: ModelSummary | null;
  readonly sizeBytes: number;
  /** Measured on the written file, 0..1; null when it was not measured. */
  readonly sparsityRatio: number | null;
  readonly recipe: Recipe | null;
  /** `Wanda 50 %`, `Q4_K_M`; `dense` for a base. */
  readonly recipeLabel: string;
  readonly seriesId: string;
  readonly seriesLabel: string;
  readonly slot: number;
  readonly layerBars: readonly LayerBar[];
  readonly memory: MemoryEstimate | null;
  readonly scores: readonly ModelScore[];
  readonly notes: string;
  readonly tags: readonly string[];
  /** Milliseconds since 1970. */
  readonly addedAt: number;
  readonly sha256: string | null;
}

export interface TensorDetail extends TensorSummary {
  /** null for embeddings, output and norms of the whole model. */
  readonly layer: number | null;
  /** Name without `blk.N.`: the row of the tensor strip. */
  readonly kind: string;
  readonly parameterCount: number;
  readonly relativeSquaredError?: number | undefined;
}

export interface MetadataEntry {
  readonly key: string;
  readonly type: string;
  /** Long arrays and texts are cut; `fullLength` counts elements or letters. */
  readonly preview: string;
  readonly fullLength: number;
}

export interface ModelDetails {
  readonly node: ModelNode;
  readonly tensors: readonly TensorDetail[];
  readonly metadata: readonly MetadataEntry[];
  readonly chatTemplate: string | null;
  /** Each step of the recipe with its parameters in words. */
  readonly madeFrom: readonly {
    readonly title: string;
    readonly facts: readonly { readonly name: string; readonly value: string }[];
  }[];
  /** Honest notes: zeros do not shrink a GGUF, quantized source, fallbacks. */
  readonly notes: readonly string[];
  /** Tasks by how much was lost, worst first. */
  readonly forgotMostIn: readonly {
    readonly task: string;
    readonly group: string;
    readonly difference: number;
    readonly itemCount: number;
  }[];
}

export interface AddedFiles {
  readonly models: readonly ModelNode[];
  /** Texts can calibrate, tables of scores can be imported. */
  readonly texts: readonly string[];
  readonly scoreFiles: readonly string[];
  readonly refused: readonly { readonly path: string; readonly code: string; readonly message: string }[];
}

export interface FoundFolder {
  readonly app: 'LM Studio' | 'Hugging Face' | 'Ollama' | 'llama.cpp' | 'Jan' | 'Folder';
  readonly path: string;
  readonly files: readonly { readonly path: string; readonly name: string; readonly sizeBytes: number }[];
  readonly sizeBytes: number;
}

export interface FolderListing {
  readonly path: string;
  /** null at the top of a root. */
  readonly parent: string | null;
  readonly roots: readonly { readonly name: string; readonly path: string }[];
  readonly entries: readonly {
    readonly name: string;
    readonly path: string;
    readonly kind: 'folder' | 'model' | 'text' | 'scores' | 'other';
    readonly sizeBytes: number;
    readonly modifiedAt: number;
  }[];
}

export const modelCalls = {
  listModelTree: { input: nothing, output: outputOf<{ readonly models: readonly ModelNode[] }>() },
  getModel: {
    input: z.strictObject({ model: modelField, contextSize: z.int().min(8).max(1_048_576).optional() }),
    output: outputOf<ModelDetails>(),
  },
  /** Files and folders that were dropped or picked: shards are joined, folders searched. Nothing is copied. */
  addFiles: { input: z.strictObject({ paths: z.array(pathField).min(1).max(1000) }), output: outputOf<AddedFiles>() },
  /** What `addFiles` would do, for the drop sheet: nothing is added. */
  describeFiles: {
    input: z.strictObject({ paths: z.array(pathField).min(1).max(1000) }),
    output: outputOf<AddedFiles>(),
  },
  /** `deleteFile` moves the file to the system's bin; refused outside Whittle's own folder. */
  removeModel: { input: z.strictObject({ model: modelField, deleteFile: z.boolean().default(false) }), output: done },
  updateModel: {
    input: z.strictObject({
      model: modelField,
      name: z.string().min(1).max(300).optional(),
      notes: z.string().max(20_000).optional(),
      tags: z.array(z.string().min(1).max(60)).max(50).optional(),
    }),
    output: outputOf<ModelNode>(),
  },
  /** Says where the file of a missing model lies now. */
  relocateModel: { input: z.strictObject({ model: modelField, path: pathField }), output: outputOf<ModelNode>() },
  /** Reads headers only. Nothing is copied, moved or changed. */
  findModelFolders: { input: nothing, output: outputOf<{ readonly folders: readonly FoundFolder[] }>() },
  /** Server-side file picking, within the chosen roots. */
  browseFolder: { input: z.strictObject({ path: pathField.optional() }), output: outputOf<FolderListing>() },
  getBench: { input: nothing, output: outputOf<Bench>() },
  setBench: {
    input: z.strictObject({ base: idField.nullable(), versions: z.array(idField).max(8) }),
    output: outputOf<Bench>(),
  },
  exportModelTable: {
    input: z.strictObject({ format: z.enum(['csv', 'json']) }),
    output: outputOf<ExportedFile>(),
  },
  exportTensorTable: { input: z.strictObject({ model: modelField }), output: outputOf<ExportedFile>() },
  exportModelCard: { input: z.strictObject({ model: modelField }), output: outputOf<ExportedFile>() },
} as const satisfies CallTable;

/** The versions under study, used by Chat, KICK and Scores. */
export interface Bench {
  readonly base: string | null;
  readonly versions: readonly string[];
}

/** A file for the person: the page saves it (desktop: `saveFile`, browser: download). */
export interface ExportedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly base64: string;
}
