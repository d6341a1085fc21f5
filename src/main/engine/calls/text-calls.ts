// The calls that read a running text: measurePerplexity and compareModels, each in a worker.
import { resolve } from 'node:path';
import type { CallOutput, CheckedInput } from '../../../shared/contract.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { runWorker } from '../jobs/run-worker.ts';
import type { CallPlace } from './call-place.ts';

export function measurePerplexityCall(
  { model, textPath, ...options }: CheckedInput<'measurePerplexity'>,
  place: CallPlace,
  context: JobContext,
): Promise<CallOutput<'measurePerplexity'>> {
  const input = { ...options, modelPath: place.modelPath(model), ...absoluteText(textPath) };
  return runWorker('kick', 'perplexity', input, context);
}

export function compareModelsCall(
  { dense, model, textPath, ...options }: CheckedInput<'compareModels'>,
  place: CallPlace,
  context: JobContext,
): Promise<CallOutput<'compareModels'>> {
  const paths = { densePath: place.modelPath(dense), modelPath: place.modelPath(model) };
  return runWorker('kick', 'compare', { ...options, ...paths, ...absoluteText(textPath) }, context);
}

export function absoluteText(textPath: string | undefined): { readonly textPath?: string } {
  return textPath === undefined ? {} : { textPath: resolve(textPath) };
}
