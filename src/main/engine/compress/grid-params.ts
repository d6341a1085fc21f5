// Parameters of the methods that round to evenly spaced grids and keep the file's type.
import { z } from 'zod';

export const gridFields = {
  bits: z
    .union([z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal(6), z.literal(8)])
    .default(4)
    .meta({
      title: 'Bits',
      unit: 'bits',
      help: 'Levels of the grid: 2, 3, 4, 5, 6 or 8 bits. The file keeps its type and size: the quantization is simulated.',
      type: 'integer',
    }),
  groupSize: z
    .union([z.literal(0), z.literal(32), z.literal(64), z.literal(128)])
    .default(128)
    .meta({
      title: 'Group size',
      unit: 'inputs',
      help: 'Inputs of a row that share a scale: 32, 64 or 128; 0 for the whole row.',
      type: 'integer',
    }),
  symmetric: z.boolean().default(false).meta({
    title: 'Symmetric',
    help: 'Grids symmetric about zero instead of from the least to the greatest weight.',
  }),
};
