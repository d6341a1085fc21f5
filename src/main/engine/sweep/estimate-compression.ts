// How long a compression will take, from the speed of this computer on the demo model: a first guess, within a factor of a few, until one
// of its kind was run here.
import type { Recipe } from '../../../shared/recipe.ts';
import type { SpeedProbe } from '../../../shared/session/machine-calls.ts';
import { findMethod } from '../compress/registry.ts';

/** Starting the worker, hashing and verifying. */
const START_MS = 1000;
/** Reading, converting and writing a weight takes about as long as reading this many prompt tokens with it. */
const TOKENS_A_WRITE = 1000;

/**
 * Milliseconds, for a source of that many bytes. Null for methods that solve for their weights: what that takes grows otherwise than the
 * speed of a prompt says.
 */
export function msOfCompression({ steps }: Recipe, sizeBytes: number, speed: SpeedProbe): number | null {
  const msPerToken = (1000 / speed.promptTokensPerSecond) * (sizeBytes / speed.weightsBytes);
  let tokens = 0;
  for (const { method, params } of steps) {
    const { needs, params: schema } = findMethod(method);
    if (needs === 'hessian') return null;
    tokens += TOKENS_A_WRITE + (needs === 'nothing' ? 0 : calibrationTokens(schema.parse(params)));
  }
  return START_MS + tokens * msPerToken;
}

/** Statistics behind the layers already pruned are measured in a second pass. */
function calibrationTokens(params: unknown): number {
  const { calibrationSamples, calibrationLength, stats } = params as Readonly<Record<string, unknown>>;
  return Number(calibrationSamples) * Number(calibrationLength) * (stats === 'sequential' ? 2 : 1);
}
