// Parameters that the methods with error feedback share.
import { z } from 'zod';

export const dampingField = z.number().min(0).max(1).default(0.01).meta({
  title: 'Damping',
  unit: 'ratio',
  help: 'Share of the mean of diag(H) that is added to diag(H). Raised by itself when the Hessian cannot be factored.',
});

export const trueSequentialField = z.boolean().default(false).meta({
  title: 'Matrix after matrix',
  help: 'Within a layer too, statistics are measured behind what is compressed already: attention inputs, attention output, feed-forward inputs, feed-forward output. Only with sequential statistics; takes about twice their time.',
});

/** Statistics of the dense model know no matrices compressed before. */
export function isInTurn(params: { stats: string; trueSequential: boolean }): boolean {
  return !params.trueSequential || params.stats === 'sequential';
}

export const IN_TURN = {
  message: 'matrix after matrix needs sequential statistics (stats: sequential)',
  path: ['trueSequential'],
};
