// Parameters that the pruning methods share: how much goes, and in which pattern.
import { z } from 'zod';
import type { MatrixShape } from './method.ts';

export interface NofM {
  /** Zeroed in every group of `groupSize` consecutive inputs. */
  readonly zeroCount: number;
  readonly groupSize: number;
}

/** `2:4` -> two of every four are zeroed. Undefined when the text is no such pattern. */
export function parsePattern(text: string): NofM | undefined {
  const match = /^(\d{1,3}):(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const zeroCount = Number(match[1]);
  const groupSize = Number(match[2]);
  return zeroCount >= 1 && groupSize >= 2 && zeroCount < groupSize ? { zeroCount, groupSize } : undefined;
}

export const sparsityField = z
  .number()
  .min(0, 'a share of the weights, from 0 to 1')
  .max(1, 'a share of the weights, from 0 to 1')
  .optional()
  .meta({ title: 'Sparsity', unit: 'ratio', help: 'Share of the weights of every matrix that becomes zero, 0 to 1.' });

export const patternField = z
  .string()
  .refine((text) => parsePattern(text) !== undefined, {
    message: 'write N:M with 1 <= N < M, such as 2:4: N of every M consecutive inputs are zeroed',
  })
  .optional()
  .meta({
    title: 'Pattern',
    help: 'N:M instead of a sparsity: N of every M consecutive inputs are zeroed (1:2, 2:4, 4:8).',
  });

/** Exactly one of the two says how much is pruned. */
export function hasOneAmount(params: { sparsity?: number | undefined; pattern?: string | undefined }): boolean {
  return (params.sparsity === undefined) !== (params.pattern === undefined);
}

export const ONE_AMOUNT = {
  message: 'give either a sparsity or a pattern, not both and not neither',
  path: ['sparsity'],
};

/** Why the pattern cannot be laid over rows of this width; undefined when it can. */
export function checkPattern(shape: MatrixShape, pattern: string | undefined): string | undefined {
  const parsed = pattern === undefined ? undefined : parsePattern(pattern);
  if (parsed === undefined || shape.columns % parsed.groupSize === 0) return undefined;
  return `pattern ${pattern} does not divide the ${shape.columns} inputs of ${shape.name}`;
}
