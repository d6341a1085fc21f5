// The call that lists how much each layer changes what goes through it, in a worker.
import { resolve } from 'node:path';
import type { CallOutput, CheckedInput } from '../../../shared/contract.ts';
import type { InfluenceJob, LayerInfluence } from '../calibration/layer-influence.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { runWorker } from '../jobs/run-worker.ts';
import type { CallPlace } from './call-place.ts';

export async function measureLayerInfluenceCall(
  { model, calibration, ...options }: CheckedInput<'measureLayerInfluence'>,
  place: CallPlace,
  context: JobContext,
): Promise<CallOutput<'measureLayerInfluence'>> {
  const startMs = performance.now();
  const job: InfluenceJob = {
    ...options,
    modelPath: place.modelPath(model),
    cacheFolder: place.cacheFolder,
    ...(calibration === undefined ? {} : { calibration: resolve(calibration) }),
  };
  const { influences, ...measured } = await runWorker<LayerInfluence>('compress', 'influence', job, context);
  const layers = influences.map((influence, layer) => ({ layer, influence }));
  return { layers, ...measured, elapsedMs: performance.now() - startMs };
}
