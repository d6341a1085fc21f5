// Inspecting in a worker: zeros of quantized tensors can only be counted through ggml's own dequantization.
import { z } from 'zod';
import type { ModelSummary } from '../../../shared/model.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { dequantize } from '../native/ggml-convert.ts';
import { inspectModel } from './inspect-model.ts';

export const inspectJobSchema = z.strictObject({
  path: z.string().min(1),
  tensors: z.boolean().default(false),
  measureSparsity: z.boolean().default(false),
  sha256: z.boolean().default(false),
});

export type InspectJob = z.infer<typeof inspectJobSchema>;

export function runInspectJob({ path, ...options }: InspectJob, context: JobContext): Promise<ModelSummary> {
  return inspectModel(path, {
    ...options,
    dequantize,
    signal: context.signal,
    onTensor: (name, done, total) =>
      context.progress({ stage: `counting zeros of ${name}`, done, total, unit: 'tensors' }),
  });
}
