// A dry run: what a recipe would write, with exact sizes, as the same record that a real run returns.
import { resolve } from 'node:path';
import type { CompressResult } from '../../../shared/artifact.ts';
import { type Provenance, UNKNOWN_SHA256 } from '../artifacts/provenance.ts';
import { encodeHeader } from '../gguf/encode-header.ts';
import { type GgufFile, readGguf } from '../gguf/read-gguf.ts';
import { planQuantize } from '../native/quantize-file.ts';
import { joinedHeader, splitHeaders } from './artifact-headers.ts';
import type { PlanJob } from './compress-job.ts';
import { needOf } from './method.ts';
import { tensorBytes, valueCountOf } from './model-tensors.ts';
import { parseRecipe } from './parse-recipe.ts';
import { PeakMemory } from './peak-memory.ts';
import { planRecipe, type RecipePlan } from './plan-recipe.ts';

export function planResult({ sourcePath, outputPath, recipe, allowRequantize }: PlanJob): CompressResult {
  const startMs = performance.now();
  const memory = new PeakMemory();
  const source = readGguf(sourcePath);
  const plan = planRecipe(source, parseRecipe(recipe), { allowRequantize, dryRun: planQuantize });
  const tensors = plan.steps.at(-1)!.tensors.map(({ name, type, ...tensor }) => ({
    name,
    type,
    sizeBytes: tensorBytes({ name, type, ...tensor }),
  }));
  return {
    artifact: {
      path: outputPath === '' ? '' : resolve(outputPath),
      sizeBytes: plannedSizes(source, plan).reduce((sum, size) => sum + size, 0),
      bitsPerWeight: bitsPerWeightOf(plan.steps.at(-1)!.tensors),
      sparsityRatio: null,
      tensors,
    },
    recipe: plan.recipe,
    warnings: plan.warnings,
    elapsedMs: performance.now() - startMs,
    peakMemoryBytes: memory.peakBytes,
  };
}

/** Size of every file of the result: hashes have one length, so they need not be known. */
export function plannedSizes(source: GgufFile, plan: RecipePlan): number[] {
  const joined = joinedHeader(source.metadata, plan.steps, expectedProvenance(plan));
  return splitHeaders(joined, source, shardCountOf(plan)).map((header) => encodeHeader(header).fileSizeBytes);
}

export function shardCountOf({ steps }: RecipePlan): number {
  const last = steps.at(-1);
  return last?.kind === 'quantize' ? last.shardCount : 1;
}

export function bitsPerWeightOf(tensors: RecipePlan['steps'][number]['tensors']): number {
  const sizeBytes = tensors.reduce((sum, tensor) => sum + tensorBytes(tensor), 0);
  return (sizeBytes * 8) / tensors.reduce((sum, tensor) => sum + valueCountOf(tensor), 0);
}

/** With placeholders for what only a run finds out. */
function expectedProvenance({ recipe, steps }: RecipePlan): Provenance {
  const hasStatistics = steps.some((step) => step.kind === 'transform' && needOf(step) !== 'nothing');
  return {
    ...plannedProvenance({ recipe, steps }),
    sourceSha256: UNKNOWN_SHA256,
    ...(hasStatistics ? { calibrationSha256: UNKNOWN_SHA256 } : {}),
  };
}

/** What the plan knows of the result's making. */
export function plannedProvenance({
  recipe,
  steps,
}: Pick<RecipePlan, 'recipe' | 'steps'>): Omit<Provenance, 'sourceSha256'> {
  const measuring = steps.filter((step) => step.kind === 'transform' && needOf(step) !== 'nothing');
  return {
    recipe,
    stats: measuring.flatMap((step) => (step.kind === 'transform' ? (statsOf(step.params) ?? []) : []))[0],
    imatrixSha256: steps.findLast((step) => step.kind === 'quantize')?.imatrix?.sha256,
    dequantizedFrom: steps.findLast((step) => step.kind === 'transform')?.dequantizedFrom,
  };
}

function statsOf(params: unknown): string | undefined {
  if (typeof params !== 'object' || params === null || !('stats' in params)) return undefined;
  return String(params.stats);
}
