// Leaves whole layers out: a file that is really smaller. This file says which, transform-file.ts writes the others.
import { z } from 'zod';
import { samplingFields } from '../calibration-params.ts';
import type { CompressionMethod, ModelShape } from '../method.ts';

const params = z
  .strictObject({
    layers: z.array(z.int().min(0).max(65_535)).min(1).optional().meta({
      title: 'Layers',
      help: 'Numbers of the layers to leave out, counted from 0. Those behind them move up.',
    }),
    by: z.enum(['hand', 'influence']).default('hand').meta({
      title: 'Chosen by',
      help: 'hand: the layers named. influence: those that change least what goes through them, measured on a text; needs a count. When layers are named too, they are taken as chosen already.',
    }),
    count: z.int().min(1).max(65_535).optional().meta({
      title: 'Count',
      unit: 'layers',
      help: 'How many layers go when they are chosen by influence.',
    }),
    ...samplingFields,
  })
  .refine(({ by, layers }) => by === 'influence' || layers !== undefined, {
    message: 'name the layers, or let them be chosen by influence with a count',
    path: ['layers'],
  })
  .refine(({ by, count }) => (by === 'influence') === (count !== undefined), {
    message: 'a count belongs to the choice by influence, and that to a count',
    path: ['count'],
  });

type DropLayersParams = z.infer<typeof params>;

export const dropLayers: CompressionMethod<DropLayersParams> = {
  id: 'drop-layers',
  family: 'structure',
  title: 'Drop layers',
  source: { title: 'Men et al. 2024, ShortGPT', url: 'https://arxiv.org/abs/2403.03853' },
  summary: 'Leaves out whole layers. The file is smaller and faster by their share; what is left out is gone.',
  params,
  needs: 'nothing',
  needsFor: ({ layers }) => (layers === undefined ? 'layerInfluence' : 'nothing'),
  chooseLayers: (influences, settings) => ({ ...settings, layers: leastInfluence(influences, settings.count ?? 0) }),
  plan: (model, settings) => ({ dropLayers: sorted(settings.layers ?? lastLayers(model, settings.count ?? 0)) }),
};

/** Of layers of equal influence the later one. */
function leastInfluence(influences: readonly number[], count: number): number[] {
  const layers = [...influences.keys()].sort((a, b) => influences[a]! - influences[b]! || b - a);
  return sorted(layers.slice(0, count));
}

/** Stand in for those that are chosen later: a plan has their sizes. */
function lastLayers({ layerCount }: ModelShape, count: number): number[] {
  return Array.from({ length: count }, (_, index) => Math.max(0, layerCount - count) + index);
}

function sorted(layers: readonly number[]): number[] {
  return [...new Set(layers)].sort((a, b) => a - b);
}
