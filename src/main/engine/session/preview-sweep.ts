// A sweep before it starts: the size of each version, and how long compressing and asking all of them will take here.
import { statSync } from 'node:fs';
import type { Recipe } from '../../../shared/recipe.ts';
import type { SweepPlanPreview } from '../../../shared/session/recipe-calls.ts';
import { planKick } from '../kick-runs/plan-kick.ts';
import { askedSparsity } from '../recipes/preview-recipe.ts';
import { msOfCompression } from '../sweep/estimate-compression.ts';
import { labelRecipe } from '../sweep/label-recipe.ts';
import { earlierKickJobs } from './kick-handlers.ts';
import type { Services } from './services.ts';

export interface SweepPreviewRequest {
  readonly model: string;
  readonly recipes: readonly Recipe[];
  readonly tasks: readonly string[];
  readonly limit: number | null;
}

/** As a sweep asks unless told. */
const SHOTS = 5;

export async function previewSweep(services: Services, request: SweepPreviewRequest): Promise<SweepPlanPreview> {
  const { recipes } = request;
  const sourcePath = services.pathOf(request.model);
  const plans = await Promise.all(
    recipes.map((recipe) => services.planner.plan({ sourcePath, recipe, allowRequantize: false })),
  );
  const points = recipes.map((recipe, index) => ({
    label: labelRecipe(recipe),
    sizeBytes: plans[index]!.sizeBytes,
    bitsPerWeight: plans[index]!.bitsPerWeight,
    askedSparsityRatio: askedSparsity(recipe),
  }));
  const sourceBytes = statSync(sourcePath).size;
  const sizes = [sourceBytes, ...points.map(({ sizeBytes }) => sizeBytes)];
  const parts = [
    ...recipes.map((recipe) => compressMs(services, recipe, sourceBytes)),
    askMs(services, request, sizes),
  ];
  return {
    points,
    totalSizeBytes: points.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    estimatedMs: sumOf(parts),
  };
}

/** From an earlier job of the same methods, else from the speed of this computer. */
function compressMs({ compressSpeed, speed }: Services, recipe: Recipe, sourceBytes: number): number | null {
  const bytesPerMs = compressSpeed(recipe);
  if (bytesPerMs !== null) return sourceBytes / bytesPerMs;
  return speed.last === null ? null : msOfCompression(recipe, sourceBytes, speed.last);
}

function askMs(services: Services, { tasks, limit }: SweepPreviewRequest, sizes: readonly number[]): number | null {
  const plan = planKick({
    models: sizes.map((sizeBytes, index) => ({ id: String(index), sha256: null, sizeBytes })),
    tasks,
    limit,
    protocol: 'standard',
    shots: SHOTS,
    seed: 0,
    data: {},
    journals: services.scoreBoard.journals,
    earlier: earlierKickJobs(services),
    speed: services.speed.last,
  });
  return plan.estimatedMs;
}

function sumOf(parts: readonly (number | null)[]): number | null {
  return parts.reduce<number | null>((sum, part) => (sum === null || part === null ? null : sum + part), 0);
}
