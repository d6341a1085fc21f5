// How fast this computer compresses, from its own finished jobs of the same methods.
import { statSync } from 'node:fs';
import type { Recipe } from '../../../shared/recipe.ts';
import type { JobQueue } from '../queue/job-queue.ts';

/** Bytes of source a millisecond; null before the first job of these methods. */
export function compressSpeed(queue: JobQueue, recipe: Recipe, pathOf: (model: string) => string): number | null {
  const wanted = methodsOf(recipe);
  for (const { kind, state, input, elapsedMs } of queue.list()) {
    if (kind !== 'compress' || state !== 'done' || elapsedMs < 1) continue;
    const job = input as { recipe: Recipe; model: string };
    if (methodsOf(job.recipe) !== wanted) continue;
    const sizeBytes = sizeOf(() => pathOf(job.model));
    if (sizeBytes !== undefined) return sizeBytes / elapsedMs;
  }
  return null;
}

function methodsOf({ steps }: Recipe): string {
  return steps.map(({ method }) => method).join('+');
}

/** Undefined when the source is gone. */
function sizeOf(findPath: () => string): number | undefined {
  try {
    return statSync(findPath()).size;
  } catch {
    return undefined;
  }
}
