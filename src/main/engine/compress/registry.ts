// Every compression method, by id. A new one is a file in methods/ and a line here.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { CompressionMethod } from './method.ts';
import { awq } from './methods/awq.ts';
import { dropLayers } from './methods/drop-layers.ts';
import { feedback } from './methods/feedback.ts';
import { gptq } from './methods/gptq.ts';
import { magnitude } from './methods/magnitude.ts';
import { quantize } from './methods/quantize.ts';
import { rtn } from './methods/rtn.ts';
import { sparsegpt } from './methods/sparsegpt.ts';
import { wanda } from './methods/wanda.ts';

export const METHODS: readonly CompressionMethod[] = [
  quantize,
  magnitude,
  wanda,
  sparsegpt,
  feedback,
  gptq,
  rtn,
  dropLayers,
  awq,
];

export function findMethod(id: string): CompressionMethod {
  const method = METHODS.find((candidate) => candidate.id === id);
  if (method !== undefined) return method;
  const known = METHODS.map((candidate) => candidate.id).join(', ');
  throw new WorkbenchError('UNKNOWN_METHOD', `there is no compression method ${id}; take one of ${known}`, { id });
}
