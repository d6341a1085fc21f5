// Leaves whole layers out: a file that is really smaller. This file says which, transform-file.ts writes the others.
import { z } from 'zod';
import type { CompressionMethod } from '../method.ts';

const params = z.strictObject({
  layers: z
    .array(z.int().min(0).max(65_535))
    .min(1)
    .meta({ title: 'Layers', help: 'Numbers of the layers to leave out, counted from 0. Those behind them move up.' }),
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
  plan: (_model, { layers }) => ({ dropLayers: [...new Set(layers)].sort((a, b) => a - b) }),
};
