// The glyph of a model: bits and kept weights of its layers, in at most sixteen bars.
import type { LayerBar } from '../../../shared/session/model-calls.ts';
import { layerOf } from '../models/layer-matrices.ts';

export interface BarTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly sizeBytes: number;
  /** Share of zeros; absent when it was not measured. */
  readonly sparsityRatio?: number | undefined;
}

const MOST_BARS = 16;

interface LayerSum {
  bits: number;
  weightCount: number;
  /** Weights of matrices whose zeros were counted. */
  measuredCount: number;
  zeroCount: number;
}

/** Layers of a deep model share bars evenly, in order. */
export function layerBars(tensors: readonly BarTensor[], layerCount: number): LayerBar[] {
  const layers = Array.from(
    { length: layerCount },
    (): LayerSum => ({ bits: 0, weightCount: 0, measuredCount: 0, zeroCount: 0 }),
  );
  for (const { name, shape, sizeBytes, sparsityRatio } of tensors) {
    const sum = layers[layerOf(name) ?? -1];
    if (sum === undefined || shape.length < 2) continue;
    const count = shape.reduce((product, length) => product * length, 1);
    sum.bits += sizeBytes * 8;
    sum.weightCount += count;
    if (sparsityRatio === undefined) continue;
    sum.measuredCount += count;
    sum.zeroCount += count * sparsityRatio;
  }
  const barCount = Math.min(MOST_BARS, layerCount);
  return Array.from({ length: barCount }, (_, bar) => {
    const firstLayer = Math.floor((bar * layerCount) / barCount);
    const lastLayer = Math.floor(((bar + 1) * layerCount) / barCount) - 1;
    const group = layers.slice(firstLayer, lastLayer + 1);
    const total = (key: keyof LayerSum): number => group.reduce((sum, layer) => sum + layer[key], 0);
    const measuredCount = total('measuredCount');
    return {
      firstLayer,
      lastLayer,
      bitsPerWeight: total('weightCount') === 0 ? 0 : total('bits') / total('weightCount'),
      keptRatio: measuredCount === 0 ? null : 1 - total('zeroCount') / measuredCount,
    };
  });
}
