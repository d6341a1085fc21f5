// What an importance matrix says of whole layers: how strong their inputs are, so that a person sees where few bits hurt most.
import { basename } from 'node:path';
import type { LayerImportance } from '../../../shared/session/recipe-calls.ts';
import type { Imatrix } from '../calibration/imatrix-file.ts';
import { readImatrix } from '../calibration/imatrix-file.ts';
import { tensorStates } from '../compress/model-tensors.ts';
import { loadImatrix } from '../compress/usable-imatrix.ts';
import { readGguf } from '../gguf/read-gguf.ts';

const LAYER_NAME = /^blk\.(\d+)\.(.+)$/;

/**
 * (layers): 0..1, null where the matrix names no weight of a layer. For each matrix the mean of x^2 over tokens and columns, divided
 * by the largest of its kind (`attn_q`, `ffn_down`, ...) in all layers; a layer gets the mean over its matrices. What rounding a weight
 * costs grows with x^2, and inputs of one kind of matrix are of one sort, so that layers can be compared.
 */
export function layerImportance({ entries }: Pick<Imatrix, 'entries'>, layerCount: number): (number | null)[] {
  const strengthsByKind = new Map<string, (number | undefined)[]>();
  for (const [name, { sums, counts }] of entries) {
    const [, layer, kind] = LAYER_NAME.exec(name) ?? [];
    const tokenCount = counts.reduce((total, count) => total + count, 0);
    if (layer === undefined || kind === undefined || tokenCount === 0 || Number(layer) >= layerCount) continue;
    const strengths = strengthsByKind.get(kind) ?? [];
    const columns = sums.length / counts.length;
    strengths[Number(layer)] = sums.reduce((total, sum) => total + sum, 0) / (tokenCount * columns);
    strengthsByKind.set(kind, strengths);
  }
  const kinds = [...strengthsByKind.values()].map((strengths) => ({
    strengths,
    largest: strengths.reduce<number>((largest, strength) => Math.max(largest, strength ?? 0), 0),
  }));
  return Array.from({ length: layerCount }, (_, layer) => {
    const ratios = kinds.flatMap(({ strengths, largest }) => {
      const strength = strengths[layer];
      return strength === undefined || largest === 0 ? [] : [strength / largest];
    });
    return ratios.length === 0 ? null : ratios.reduce((total, ratio) => total + ratio, 0) / ratios.length;
  });
}

/** Throws FILE_NOT_FOUND, and BAD_DATA when it is no importance matrix or one of another model. */
export function readLayerImportance(modelPath: string, imatrixPath: string): LayerImportance {
  const tensors = tensorStates(readGguf(modelPath));
  loadImatrix(imatrixPath, tensors);
  const layerCount = 1 + Math.max(-1, ...tensors.map(({ name }) => Number(LAYER_NAME.exec(name)?.[1] ?? -1)));
  const imatrix = readImatrix(imatrixPath);
  return {
    fileName: basename(imatrixPath),
    chunkCount: imatrix.chunkCount,
    layers: layerImportance(imatrix, layerCount),
  };
}
