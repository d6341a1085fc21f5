// A model of the library with every field, changed where a test says so.
import type { ModelNode, ModelScore } from '../../../src/shared/session/model-calls.ts';

export function makeNode(changes: Partial<ModelNode> & { readonly id: string }, fileType = 'F16'): ModelNode {
  const sizeBytes = changes.sizeBytes ?? 1000;
  return {
    path: `/models/${changes.id}.gguf`,
    name: changes.id,
    familyId: changes.baseId ?? changes.id,
    baseId: null,
    parentId: null,
    state: 'ready',
    problem: null,
    isEmbedded: false,
    isOwn: false,
    isQuantizedSource: false,
    summary: {
      path: `/models/${changes.id}.gguf`,
      format: 'gguf',
      sizeBytes,
      architecture: 'llama',
      name: changes.id,
      parameterCount: 100,
      layerCount: 2,
      hiddenSize: 8,
      contextLength: 64,
      vocabularySize: 32,
      fileType,
      bitsPerWeight: 16,
      chatTemplate: null,
    },
    sizeBytes,
    sparsityRatio: null,
    recipe: null,
    recipeLabel: changes.baseId == null ? 'dense' : changes.id,
    seriesId: 'dense',
    seriesLabel: 'dense',
    slot: 8,
    layerBars: [],
    memory: null,
    scores: [],
    notes: '',
    tags: [],
    addedAt: 0,
    sha256: null,
    ...changes,
  };
}

export function makeScore(changes: Partial<ModelScore>): ModelScore {
  return {
    task: 'factoid-qa',
    metric: 'accuracy',
    value: 0.5,
    low: 0.4,
    high: 0.6,
    unit: 'ratio',
    higherIsBetter: true,
    itemCount: 100,
    denseValue: 0.6,
    difference: -0.1,
    verdict: 'unclear',
    ...changes,
  };
}
