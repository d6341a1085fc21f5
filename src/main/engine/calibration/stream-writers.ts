// Which matrices of a layer add their outputs, as they are, to the stream that goes through all layers.
import type { GgufFile } from '../gguf/read-gguf.ts';

/** As the layer alone names them. */
export interface StreamWriters {
  /** Adds to what the layer begins with. */
  readonly attention: string;
  /** Adds the last part of the layer's output. */
  readonly feedForward: string;
}

/** llama.cpp adds these layers' outputs without a factor or a norm of their own, and take embeddings as they are. */
const ARCHITECTURES: ReadonlySet<string> = new Set(['llama', 'qwen2', 'qwen3', 'phi3', 'smollm3']);

interface NamedTensors extends Pick<GgufFile, 'metadata'> {
  readonly tensors: readonly { readonly name: string }[];
}

/** Undefined for architectures of which it is not known. */
export function streamWriters({ metadata, tensors }: NamedTensors): StreamWriters | undefined {
  const architecture = metadata.get('general.architecture')?.asString() ?? '';
  const hasOutputNorm = tensors.some(({ name }) => /post_(attention|ffw)_norm/.test(name));
  if (!ARCHITECTURES.has(architecture) || hasOutputNorm) return undefined;
  return { attention: 'blk.0.attn_output.weight', feedForward: 'blk.0.ffn_down.weight' };
}
