// Memory that chatting with a model takes: weights, keys and values of the context, room for the computation.
import type { MemoryEstimate } from '../../../shared/session/model-calls.ts';

export interface MemoryFacts {
  readonly weightsBytes: number;
  /** Of one token in all layers, keys and values in 16 bits. */
  readonly contextBytesPerToken: number;
  readonly hiddenSize: number;
  readonly vocabularySize: number;
}

/** Tokens that go through the graph at once. */
const MICRO_BATCH_TOKENS = 512;
/** Activations of a layer that live at the same time, in units of the hidden size: measured on Llama-like models. */
const LIVE_ACTIVATIONS = 16;
const FLOAT_BYTES = 4;
/** Above this part of the free memory the system starts to swap other programs out. */
const COMFORTABLE_SHARE = 0.85;

/** `freeBytes`: what a new process can have; `totalBytes`: of the computer, or the limit that was set. */
export function estimateMemory(
  facts: MemoryFacts,
  contextSize: number,
  machine: { readonly freeBytes: number; readonly totalBytes: number },
): MemoryEstimate {
  const { weightsBytes, contextBytesPerToken, hiddenSize, vocabularySize } = facts;
  const contextBytes = contextBytesPerToken * contextSize;
  const rowBytes = (vocabularySize + LIVE_ACTIVATIONS * hiddenSize) * FLOAT_BYTES;
  const workBytes = rowBytes * Math.min(MICRO_BATCH_TOKENS, contextSize);
  const totalBytes = weightsBytes + contextBytes + workBytes;
  const fits =
    totalBytes <= machine.freeBytes * COMFORTABLE_SHARE ? 'yes' : totalBytes <= machine.totalBytes ? 'tight' : 'no';
  return { weightsBytes, contextBytes, workBytes, totalBytes, contextSize, fits };
}
