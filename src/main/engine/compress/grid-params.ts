// Parameters of the methods that round to evenly spaced grids and keep the file's type.
import { z } from 'zod';

const bits = z.union([z.literal(2), z.literal(3), z.literal(4), z.literal(5), z.literal(6), z.literal(8)]);
const groupSize = z.union([z.literal(0), z.literal(32), z.literal(64), z.literal(128)]).default(128);
const symmetric = z.boolean().default(false);

export const gridFields = {
  bits: bits.default(4).meta({
    title: 'Bits',
    unit: 'bits',
    help: 'Levels of the grid: 2, 3, 4, 5, 6 or 8 bits. The file keeps its type and size: the quantization is simulated.',
    type: 'integer',
  }),
  groupSize: groupSize.meta({
    title: 'Group size',
    unit: 'inputs',
    help: 'Inputs of a row that share a scale: 32, 64 or 128; 0 for the whole row.',
    type: 'integer',
  }),
  symmetric: symmetric.meta({
    title: 'Symmetric',
    help: 'Grids symmetric about zero instead of from the least to the greatest weight.',
  }),
};

/** For rounding in the sweep of another method; names of their own, so that a recipe's flags do not reach two steps at once. */
export const jointGridFields = {
  jointBits: bits.optional().meta({
    title: 'Joint bits',
    unit: 'bits',
    help: 'Also rounds the weights that stay to a grid of 2, 3, 4, 5, 6 or 8 bits, in the same sweep. Simulated: the file keeps its type and size.',
    type: 'integer',
  }),
  jointGroupSize: groupSize.default(0).meta({
    title: 'Joint group size',
    unit: 'inputs',
    help: 'Inputs of a row that share a scale when joint bits are given: 32, 64 or 128; 0 for the whole row, as the paper does.',
    type: 'integer',
  }),
  jointSymmetric: symmetric.meta({
    title: 'Joint grids symmetric',
    help: 'Grids symmetric about zero instead of from the least to the greatest weight.',
  }),
};
