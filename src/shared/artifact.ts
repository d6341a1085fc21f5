// A finished compressed file and how it came to be.
import type { Recipe } from './recipe.ts';

export interface ArtifactTensor {
  readonly name: string;
  readonly type: string;
  readonly sizeBytes: number;
  /** Share of exact zeros in the written tensor, 0..1. */
  readonly sparsityRatio?: number | undefined;
  /** sum (written - source)^2 / sum source^2 over the tensor's values, both dequantized. */
  readonly relativeSquaredError?: number | undefined;
  /** Share of the mean of diag(H) that error feedback added to it; the most of any expert. */
  readonly dampingRatio?: number | undefined;
  /** Inputs that were zero on every token of the calibration, over all experts. */
  readonly deadInputCount?: number | undefined;
  /** Inputs whose weights stayed as they were, over all experts. */
  readonly keptInputCount?: number | undefined;
  /** Of a matrix that was to be quantized with feedback: whose codes were kept; over all experts. */
  readonly keptCodes?: KeptCodes | undefined;
  /** Of both, over all experts; absent when no text was held back. */
  readonly heldOutErrors?: HeldOutErrors | undefined;
}

/** `llama`: as llama-quantize writes them, given the same calibration. `mixed`: some experts' are those. */
export type KeptCodes = 'feedback' | 'llama' | 'mixed';

/** Squared error of a matrix's outputs over the outputs' squares, on calibration text that was held back. */
export interface HeldOutErrors {
  readonly feedback: number;
  readonly llama: number;
}

/** How many matrices took feedback, of how many that were to; undefined when none were. */
export function feedbackCount(tensors: readonly ArtifactTensor[]): { kept: number; of: number } | undefined {
  const asked = tensors.filter(({ keptCodes }) => keptCodes !== undefined);
  if (asked.length === 0) return undefined;
  return { kept: asked.filter(({ keptCodes }) => keptCodes !== 'llama').length, of: asked.length };
}

export interface Artifact {
  readonly path: string;
  readonly sizeBytes: number;
  /** Absent in a dry run. */
  readonly sha256?: string | undefined;
  readonly bitsPerWeight: number;
  /** Zeros over all weights of the layers' matrices, measured on the written file; null when nothing was written. */
  readonly sparsityRatio: number | null;
  readonly tensors: readonly ArtifactTensor[];
}

export interface CompressResult {
  readonly artifact: Artifact;
  readonly recipe: Recipe;
  readonly warnings: readonly string[];
  readonly elapsedMs: number;
  /** Largest resident memory of the worker over the mapped source file. */
  readonly peakMemoryBytes: number;
}
