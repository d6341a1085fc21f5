// A plan -> what the Compress screen shows before anything starts: exact size, memory, disk, time, every tensor, honest notes.

import { findFileType } from '../../../shared/ggml-types.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import type { PlannedTensor, RecipeNote, RecipePlan } from '../../../shared/session/recipe-calls.ts';
import { formatBytes } from '../../../shared/units.ts';
import { detailOf } from '../model-tree/describe-model.ts';
import { estimateMemory, type MemoryFacts } from '../model-tree/estimate-memory.ts';
import type { TreeMachine } from '../model-tree/model-tree.ts';
import { labelRecipe } from '../sweep/label-recipe.ts';
import type { TensorPlan } from './plan-tensors.ts';

export interface PreviewInput {
  readonly plan: TensorPlan;
  readonly recipe: Recipe;
  readonly memory: MemoryFacts;
  readonly contextSize: number;
  readonly machine: TreeMachine;
  readonly outputFolder: string;
  readonly suggestedPath: string;
  readonly freeDiskBytes: number;
  /** Bytes of source worked through in a millisecond by earlier jobs of the same kind; null before the first. */
  readonly bytesPerMs: number | null;
  readonly elapsedMs: number;
}

/** Room for the buffers of a quantizer besides the largest tensor in 32 bits. */
const WORK_BYTES = 300 * 1024 * 1024;

export function previewPlan(input: PreviewInput): RecipePlan {
  const { plan, recipe, memory, contextSize, machine } = input;
  const tensors = plannedTensors(plan);
  const dataBytes = plan.tensors.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const largestValues = Math.max(
    0,
    ...tensors.map(({ shape }) => shape.reduce((product, length) => product * length, 1)),
  );
  return {
    sourceSizeBytes: plan.sourceSizeBytes,
    sourceBitsPerWeight: plan.sourceBitsPerWeight,
    sizeBytes: plan.sizeBytes,
    bitsPerWeight: plan.bitsPerWeight,
    label: labelRecipe(recipe),
    suggestedPath: input.suggestedPath,
    askedSparsityRatio: askedSparsity(recipe),
    fallbackCount: plan.fallbacks.length,
    matrixCount: matrixCount(plan),
    fallbackText: fallbackText(plan, recipe),
    memory: estimateMemory({ ...memory, weightsBytes: dataBytes }, contextSize, machine),
    peakMemoryBytes: largestValues * 4 * 2 + WORK_BYTES,
    freeMemoryBytes: machine.freeBytes,
    neededDiskBytes: plan.sizeBytes * (recipe.steps.length > 1 ? 2 : 1),
    freeDiskBytes: input.freeDiskBytes,
    estimatedMs: input.bytesPerMs === null ? null : Math.round(plan.sourceSizeBytes / input.bytesPerMs),
    tensors,
    elapsedMs: Math.round(input.elapsedMs),
  };
}

function plannedTensors(plan: TensorPlan): PlannedTensor[] {
  const written = new Map(plan.tensors.map((tensor) => [tensor.sourceName, tensor]));
  const fallbacks = new Map(plan.fallbacks.map((fallback) => [fallback.name, fallback]));
  return plan.source.map(({ name, shape, type: fromType }) => {
    const result = written.get(name);
    const fallback = result === undefined ? undefined : fallbacks.get(result.name);
    const type = result?.type ?? fromType;
    const { layer, kind, parameterCount } = detailOf({ name, shape, type, sizeBytes: 0 });
    const sizeBytes = result?.sizeBytes ?? 0;
    return {
      name,
      shape,
      layer,
      writtenLayer: result === undefined ? null : detailOf({ name: result.name, shape, type, sizeBytes: 0 }).layer,
      kind,
      fromType,
      askedType: fallback?.wantedType ?? type,
      type,
      sizeBytes,
      bitsPerWeight: parameterCount === 0 ? 0 : (sizeBytes * 8) / parameterCount,
      isPruned: result?.isPruned ?? false,
      isDropped: result === undefined,
      fellBack: fallback !== undefined,
    };
  });
}

/** N:M zeroes N of every M. */
export function askedSparsity(recipe: Recipe): number | null {
  for (const { params } of recipe.steps) {
    if (typeof params['sparsity'] === 'number') return params['sparsity'];
    const pattern = /^(\d+):(\d+)$/.exec(String(params['pattern'] ?? ''));
    if (pattern !== null) return Number(pattern[1]) / Number(pattern[2]);
  }
  return null;
}

function matrixCount(plan: TensorPlan): number {
  return plan.source.filter(({ shape }) => shape.length >= 2).length;
}

function fallbackText(plan: TensorPlan, recipe: Recipe): string | null {
  if (plan.fallbacks.length === 0) return null;
  const type = recipe.steps.map(({ params }) => params['type']).findLast((value) => typeof value === 'string');
  const nominal = findFileType(String(type))?.bitsPerWeight;
  const instead = nominal === undefined ? '' : `, not ${nominal.toFixed(1)}`;
  return (
    `${plan.fallbacks.length} of ${matrixCount(plan)} matrices fall back to larger types, because their rows are not a multiple of 256. ` +
    `The file will hold ${plan.bitsPerWeight.toFixed(1)} bits per weight${instead}.`
  );
}

export interface NoteInput {
  readonly recipe: Recipe;
  readonly plan: RecipePlan;
  readonly warnings: readonly string[];
  readonly outputFolder: string;
}

/** What must be said beside the form, and what stops the start. */
export function notesOnRecipe({ recipe, plan, warnings, outputFolder }: NoteInput): RecipeNote[] {
  const notes: RecipeNote[] = [];
  const pruneStep = recipe.steps.findIndex(
    ({ params }) => params['sparsity'] !== undefined || params['pattern'] !== undefined,
  );
  const quantizeStep = recipe.steps.findIndex(({ params }) => params['type'] !== undefined);
  if (pruneStep >= 0) {
    const saved = plan.sourceSizeBytes - plan.sizeBytes;
    const by =
      quantizeStep >= 0 && saved > 0
        ? ` All of the ${formatBytes(saved)} saved come from step ${quantizeStep + 1}.`
        : '';
    notes.push({
      level: 'note',
      code: 'zeros-take-room',
      text: `Pruning does not shrink this file. Zeros take the same room.${by}`,
      step: pruneStep,
    });
  }
  if (recipe.steps[pruneStep]?.params['pattern'] !== undefined) {
    const text = `${String(recipe.steps[pruneStep]?.params['pattern'])} runs no faster here: llama.cpp has no sparse kernels. Use it to study the pattern.`;
    notes.push({ level: 'note', code: 'no-sparse-kernels', text, step: pruneStep });
  }
  if (plan.fallbackText !== null) {
    notes.push({
      level: 'warning',
      code: 'fallback',
      text: plan.fallbackText,
      ...(quantizeStep < 0 ? {} : { step: quantizeStep }),
    });
  }
  // Said above in the words of the screen.
  const known = /^Zeros take room|fall back|falls back|not a multiple/i;
  for (const text of warnings) if (!known.test(text)) notes.push({ level: 'warning', code: 'engine', text });
  if (plan.neededDiskBytes > plan.freeDiskBytes) {
    const missing = formatBytes(plan.neededDiskBytes - plan.freeDiskBytes);
    const text = `Needs ${formatBytes(plan.neededDiskBytes)}, free ${formatBytes(plan.freeDiskBytes)} in ${outputFolder}. Choose another folder or free ${missing}.`;
    notes.push({ level: 'blocks', code: 'no-space', text });
  }
  if (plan.peakMemoryBytes > plan.freeMemoryBytes) {
    notes.push({
      level: 'warning',
      code: 'memory',
      text: `Needs about ${formatBytes(plan.peakMemoryBytes)} of memory, ${formatBytes(plan.freeMemoryBytes)} are free.`,
    });
  }
  return notes;
}
