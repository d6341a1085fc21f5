// Names and metadata of a model without some of its layers.
import { GgufValue } from '../gguf/gguf-value.ts';
import { layerOf } from '../models/layer-matrices.ts';
import type { TensorState } from './model-tensors.ts';
import { badRecipe } from './parse-recipe.ts';

const ARRAY_HEAD_BYTES = 12;

export interface RemainingTensor {
  readonly tensor: TensorState;
  /** What the tensor is called before. */
  readonly sourceName: string;
}

/** Throws BAD_RECIPE for layers that the model does not have, and when none would be left. `path` names the parameter. */
export function remainingTensors(
  tensors: readonly TensorState[],
  layers: readonly number[],
  layerCount: number,
  path: string,
): RemainingTensor[] {
  const unknown = layers.filter((layer) => layer >= layerCount);
  if (unknown.length > 0) {
    const message = `the model has layers 0 to ${layerCount - 1}, not ${unknown.join(', ')}`;
    throw badRecipe([{ path, message }]);
  }
  if (layers.length >= layerCount) throw badRecipe([{ path, message: 'no layer would be left' }]);
  const dropped = new Set(layers);
  return tensors.flatMap((tensor) => {
    const layer = layerOf(tensor.name);
    if (layer === undefined) return [{ tensor, sourceName: tensor.name }];
    if (dropped.has(layer)) return [];
    const moved = layer - layers.filter((other) => other < layer).length;
    const name = tensor.name.replace(/blk\.\d+\./, `blk.${moved}.`);
    return [{ tensor: { ...tensor, name }, sourceName: tensor.name }];
  });
}

/** The number of layers is lowered, and lists with one entry per layer lose those of the dropped ones. */
export function metadataWithout(
  metadata: ReadonlyMap<string, GgufValue>,
  layers: readonly number[],
): Map<string, GgufValue> {
  const architecture = metadata.get('general.architecture')?.asString() ?? '';
  const countKey = `${architecture}.block_count`;
  const layerCount = metadata.get(countKey)?.asNumber() ?? 0;
  const dropped = new Set(layers);
  const kept = Array.from({ length: layerCount }, (_, layer) => layer).filter((layer) => !dropped.has(layer));
  const changed = new Map(metadata);
  for (const [key, value] of metadata) {
    const isPerLayer = key.startsWith(`${architecture}.`) && value.count === layerCount && !key.includes('.rope.');
    if (value.type === 'array' && isPerLayer) changed.set(key, elementsOf(value, kept));
  }
  changed.set(countKey, GgufValue.uint32(kept.length));
  const denseKey = `${architecture}.leading_dense_block_count`;
  const dense = metadata.get(denseKey)?.asNumber();
  if (dense !== undefined) changed.set(denseKey, GgufValue.uint32(kept.filter((layer) => layer < dense).length));
  return changed;
}

/** An array of some of the elements of an array of numbers or booleans; others stay as they are. */
export function elementsOf(value: GgufValue, indices: readonly number[]): GgufValue {
  if (value.elementType === 'string' || value.elementType === 'array') return value;
  const size = (value.raw.length - ARRAY_HEAD_BYTES) / value.count;
  const head = Buffer.from(value.raw.subarray(0, ARRAY_HEAD_BYTES));
  head.writeBigUInt64LE(BigInt(indices.length), 4);
  const elements = indices.map((index) =>
    value.raw.subarray(ARRAY_HEAD_BYTES + index * size, ARRAY_HEAD_BYTES + (index + 1) * size),
  );
  return new GgufValue('array', Buffer.concat([head, ...elements]));
}
