// A made-up plan of a recipe for pictures: the sizes follow from the types, as the planner's would.
import type { Recipe } from '../../src/shared/recipe.ts';
import type { ModelNode } from '../../src/shared/session/model-calls.ts';
import type { PlannedTensor, RecipePlan, RecipePreview } from '../../src/shared/session/recipe-calls.ts';
import { tensorsOf, usesMore } from './sample-details.ts';

const BITS: Readonly<Record<string, number>> = {
  F16: 16,
  Q8_0: 8.5,
  Q6_K: 6.5625,
  Q5_K: 5.5,
  Q4_K: 4.5,
  Q3_K: 3.4375,
  Q2_K: 2.625,
  IQ4_NL: 4.5,
};

export function samplePreview(model: ModelNode, recipe: { readonly steps: readonly unknown[] }): RecipePreview {
  const steps = recipe.steps as Recipe['steps'];
  const type = steps.map(({ params }) => params['type']).findLast((value) => typeof value === 'string');
  const sparsity = steps.map(({ params }) => params['sparsity']).find((value) => typeof value === 'number');
  const main = typeof type === 'string' ? type.replace(/_[SML]$/, '') : 'F16';
  const layers = model.summary?.layerCount ?? 0;
  const tensors = tensorsOf(model).map((tensor): PlannedTensor => {
    const isMatrix = tensor.layer !== null;
    const more = main === 'Q4_K' && isMatrix && usesMore(tensor.kind, tensor.layer ?? 0, layers);
    const written = more ? 'Q6_K' : BITS[main] === undefined ? 'IQ4_NL' : main;
    const bitsPerWeight = BITS[written] ?? 16;
    return {
      name: tensor.name,
      shape: tensor.shape,
      layer: tensor.layer,
      writtenLayer: tensor.layer,
      kind: tensor.kind,
      fromType: 'F16',
      askedType: main,
      type: written,
      sizeBytes: (tensor.parameterCount * bitsPerWeight) / 8,
      bitsPerWeight,
      isPruned: sparsity !== undefined && isMatrix,
      isDropped: false,
      fellBack: BITS[main] === undefined,
    };
  });
  const sizeBytes = Math.round(tensors.reduce((sum, tensor) => sum + tensor.sizeBytes, 0));
  const plan: RecipePlan = {
    sourceSizeBytes: model.sizeBytes,
    sourceBitsPerWeight: 16,
    sizeBytes,
    bitsPerWeight: (sizeBytes * 8) / tensorsOf(model).reduce((sum, { parameterCount }) => sum + parameterCount, 0),
    label: 'sample',
    suggestedPath: `/home/ada/whittle/models/${model.name}-wanda50-Q4_K_M.gguf`,
    askedSparsityRatio: typeof sparsity === 'number' ? sparsity : null,
    fallbackCount: 0,
    matrixCount: 225,
    fallbackText: null,
    memory: {
      weightsBytes: sizeBytes,
      contextBytes: 2 ** 29,
      workBytes: 2 ** 28,
      totalBytes: sizeBytes + 0.75 * 2 ** 30,
      contextSize: 4096,
      fits: 'yes',
    },
    peakMemoryBytes: 3.2 * 2 ** 30,
    freeMemoryBytes: 20.8 * 2 ** 30,
    neededDiskBytes: sizeBytes * 1.1,
    freeDiskBytes: 214e9,
    estimatedMs: 14 * 60_000,
    tensors,
    elapsedMs: 40,
  };
  const saved = `${((model.sizeBytes - sizeBytes) / 1e9).toFixed(2)} GB`;
  return {
    issues: [],
    notes: [
      ...(sparsity === undefined
        ? []
        : [
            {
              level: 'warning' as const,
              code: 'ZEROS_TAKE_ROOM',
              step: 0,
              text: `Pruning does not shrink this file. Zeros take the same room.${type === undefined ? '' : ` All of the ${saved} saved come from step 2.`}`,
            },
          ]),
      ...(sparsity !== undefined && main === 'Q4_K'
        ? [
            {
              level: 'note' as const,
              code: 'ZEROS_COME_BACK',
              step: 0,
              text: 'Q4_K stores a minimum per block, so some zeros come back as small weights. Sparsity is measured on the written file.',
            },
          ]
        : []),
    ],
    plan,
  };
}
