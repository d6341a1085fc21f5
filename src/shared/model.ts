// What is known of a model file without loading it.

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
