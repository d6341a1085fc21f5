// The call inspectModel: from the header alone here; in a worker where weights have to be read that only ggml can decode.
import type { CallOutput, CheckedInput } from '../../../shared/contract.ts';
import { isQuantizedType } from '../../../shared/ggml-types.ts';
import type { ModelSummary } from '../../../shared/model.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { runWorker } from '../jobs/run-worker.ts';
import type { InspectJob } from '../models/inspect-job.ts';
import { inspectModel } from '../models/inspect-model.ts';
import type { CallPlace } from './call-place.ts';

export function inspectModelCall(
  { model, ...options }: CheckedInput<'inspectModel'>,
  place: CallPlace,
  context: JobContext,
): Promise<CallOutput<'inspectModel'>> {
  return inspectFile({ path: place.modelPath(model), ...options }, context);
}

export async function inspectFile({ path, ...options }: InspectJob, context: JobContext): Promise<ModelSummary> {
  const summary = await inspectModel(path, { ...options, measureSparsity: false, sha256: false });
  if (!options.measureSparsity && !options.sha256) return summary;
  const isDecodable = summary.format !== 'gguf' || readGguf(path).tensors.every(({ type }) => !isQuantizedType(type));
  if (isDecodable || !options.measureSparsity) return inspectModel(path, { ...options, signal: context.signal });
  return runWorker('compress', 'inspect', { path, ...options } satisfies InspectJob, context);
}
