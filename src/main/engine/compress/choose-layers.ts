// Fills in the layers that a recipe leaves to be chosen by their influence, before it is planned: a plan needs to know them.

import { z } from 'zod';
import { measureLayerInfluence } from '../calibration/layer-influence.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { samplingFields } from './calibration-params.ts';
import type { CompressJob } from './compress-job.ts';
import { needOf } from './method.ts';
import type { ParsedRecipe, ParsedStep } from './parse-recipe.ts';

export interface ChosenLayers {
  readonly parsed: ParsedRecipe;
  readonly warnings: readonly string[];
  readonly calibrationSha256: string | undefined;
}

const samplingSchema = z.object(samplingFields);

/** Only a first step may choose layers: their numbers are those of the source. `checkBefore` says what cannot work before anything is measured. */
export async function chooseLayers(
  parsed: ParsedRecipe,
  { sourcePath, gpu, threads, cacheFolder }: CompressJob,
  context: JobContext,
  checkBefore: () => void,
): Promise<ChosenLayers> {
  const [first, ...rest] = parsed.steps;
  if (first === undefined || needOf(first) !== 'layerInfluence') {
    return { parsed, warnings: [], calibrationSha256: undefined };
  }
  checkBefore();
  const settings = samplingSchema.parse(first.params);
  const measured = await measureLayerInfluence(
    { ...settings, modelPath: sourcePath, gpu, threads, cacheFolder },
    context,
  );
  const { influences, calibrationSha256 } = measured;
  const params = first.method.chooseLayers?.(influences, first.params);
  const layers = first.method.plan?.({ architecture: '', layerCount: influences.length }, params).dropLayers ?? [];
  const chosen: ParsedStep = { method: first.method, params };
  return { parsed: withSteps(parsed, [chosen, ...rest]), warnings: [sentence(layers, influences)], calibrationSha256 };
}

function withSteps({ recipe }: ParsedRecipe, steps: readonly ParsedStep[]): ParsedRecipe {
  const recorded = steps.map(({ method, params }) => ({
    method: method.id,
    params: params as Record<string, unknown>,
  }));
  return { recipe: { ...recipe, steps: recorded }, steps };
}

function sentence(layers: readonly number[], influences: readonly number[]): string {
  const listed = layers.map((layer) => `${layer} (${influences[layer]!.toFixed(4)})`).join(', ');
  const kept = influences.filter((_, layer) => !layers.includes(layer));
  return `Dropped the layers of least influence: ${listed}. Those that stay have ${Math.min(...kept).toFixed(4)} to ${Math.max(...kept).toFixed(4)}.`;
}
