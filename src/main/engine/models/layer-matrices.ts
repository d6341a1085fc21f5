// Which tensors of a model are the plain weight matrices of its layers: what pruning touches and what sparsity is measured over. Goes by
// llama.cpp's tensor names alone, so it holds for every architecture that keeps its layers in such matrices.

interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: string;
}

const BLOCK_NAME = /^(?:enc\.|dec\.)?blk\.(\d+)\.(.+)$/;

/**
 * Tensors `blk.N.*.weight` of two or three dimensions that are no matrices between activations. llama-quantize leaves most of them alone
 * for the same reason: https://github.com/ggml-org/llama.cpp/blob/v0.5.0/src/llama-quant.cpp
 */
const NOT_PLAIN: readonly RegExp[] = [
  /norm/,
  // Chooses the experts; small, and a wrong choice costs more than a wrong weight.
  /^ffn_gate_inp/,
  /^ffn_gate_tid2eid/,
  // Convolutions and positions.
  /conv/,
  /rel_b|position|pos_embd/,
  // RWKV's token shift and low-rank vectors that happen to be stored as matrices.
  /^time_mix_(first|lerp|[wvag]\d)/,
  /^time_mix_decay/,
  /lerp/,
  // Gemma's small mixing matrices.
  /altup|laurel/,
  // Layers that only predict further tokens while generating.
  /^nextn\./,
  /^indexer\./,
];

/** Layer that a tensor belongs to; undefined for embeddings, output and the like. */
export function layerOf(name: string): number | undefined {
  const number = BLOCK_NAME.exec(name)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** A layer's plain weight matrix: `shape` is [columns = inputs, rows = outputs]. */
export function isLayerMatrix(tensor: NamedTensor): boolean {
  return tensor.shape.length === 2 && isLayerWeight(tensor);
}

/** All experts' matrices of one kind in one tensor: `shape` is [columns, rows, experts]. */
export function isExpertMatrices(tensor: NamedTensor): boolean {
  return tensor.shape.length === 3 && isLayerWeight(tensor) && /_exps\.weight$/.test(tensor.name);
}

function isLayerWeight({ name, shape, type }: NamedTensor): boolean {
  const rest = BLOCK_NAME.exec(name)?.[2];
  if (rest === undefined || !rest.endsWith('.weight') || NOT_PLAIN.some((pattern) => pattern.test(rest))) return false;
  return (shape[0] ?? 0) > 1 && (shape[1] ?? 0) > 1 && !/^I\d+$/.test(type);
}
