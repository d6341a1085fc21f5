// Made-up models for pictures of the window: a family with many versions, long names, broken files. Nothing here ships.
import type { Recipe } from '../../src/shared/recipe.ts';
import { seriesOfRecipe } from '../../src/shared/series.ts';
import type { ModelNode, ModelScore, ModelState } from '../../src/shared/session/model-calls.ts';
import { sampleScore } from './sample-scores.ts';

export interface SampleSpec {
  readonly id: string;
  readonly family: string;
  readonly name: string;
  readonly parent?: string;
  readonly recipe?: Recipe;
  readonly label?: string;
  readonly type: string;
  readonly bits: number;
  readonly sparsity?: number;
  readonly state?: ModelState;
  readonly problem?: string;
  readonly isEmbedded?: boolean;
  readonly tags?: readonly string[];
  /** Share of the dense score that is left; no scores when absent. */
  readonly keeps?: number;
}

const PARAMETERS: Readonly<Record<string, number>> = { lumen: 6_738_000_000, tern: 8_030_000_000, demo: 6_361_088 };
const LAYERS: Readonly<Record<string, number>> = { lumen: 32, tern: 32, demo: 12 };

function step(method: string, params: Record<string, unknown>) {
  return { method, params };
}

export function pruned(method: string, sparsity: number, type?: string): Recipe {
  const steps = [step(method, { sparsity })];
  return { steps: type === undefined ? steps : [...steps, step('quantize', { type })] };
}

export function quantized(type: string): Recipe {
  return { steps: [step('quantize', { type })] };
}

const SPECS: readonly SampleSpec[] = [
  { id: 'lumen', family: 'lumen', name: 'lumen-7b-v1.3', type: 'F16', bits: 16, sparsity: 0, keeps: 1 },
  {
    id: 'lumen-q8',
    family: 'lumen',
    name: 'lumen-7b-v1.3-Q8_0',
    parent: 'lumen',
    recipe: quantized('Q8_0'),
    label: 'Q8_0',
    type: 'Q8_0',
    bits: 8.5,
    sparsity: 0,
  },
  {
    id: 'lumen-q4',
    family: 'lumen',
    name: 'lumen-7b-v1.3-Q4_K_M',
    parent: 'lumen',
    recipe: quantized('Q4_K_M'),
    label: 'Q4_K_M',
    type: 'Q4_K_M',
    bits: 4.84,
    sparsity: 0,
    tags: ['ship'],
    keeps: 0.985,
  },
  ...[0.2, 0.3, 0.5].map((sparsity) => ({
    id: `lumen-w${sparsity * 100}`,
    family: 'lumen',
    name: `lumen-7b-v1.3-wanda${sparsity * 100}-F16`,
    parent: 'lumen',
    recipe: pruned('wanda', sparsity),
    label: `Wanda ${sparsity * 100} %`,
    type: 'F16',
    bits: 16,
    sparsity,
    keeps: 1 - sparsity ** 2.4 * 1.6,
  })),
  {
    id: 'lumen-w50q4',
    family: 'lumen',
    name: 'lumen-7b-v1.3-wanda50-Q4_K_M',
    parent: 'lumen-w50',
    recipe: pruned('wanda', 0.5, 'Q4_K_M'),
    label: 'Wanda 50 % + Q4_K_M',
    type: 'Q4_K_M',
    bits: 4.84,
    sparsity: 0.487,
  },
  ...[0.3, 0.5].map((sparsity) => ({
    id: `lumen-s${sparsity * 100}`,
    family: 'lumen',
    name: `lumen-7b-v1.3-sparsegpt${sparsity * 100}-F16`,
    parent: 'lumen',
    recipe: pruned('sparsegpt', sparsity),
    label: `SparseGPT ${sparsity * 100} %`,
    type: 'F16',
    bits: 16,
    sparsity,
    keeps: 1 - sparsity ** 2.3 * 1.7,
  })),
  ...[0.3, 0.5].map((sparsity) => ({
    id: `lumen-m${sparsity * 100}`,
    family: 'lumen',
    name: `lumen-7b-v1.3-magnitude${sparsity * 100}-F16`,
    parent: 'lumen',
    recipe: pruned('magnitude', sparsity),
    label: `magnitude ${sparsity * 100} %`,
    type: 'F16',
    bits: 16,
    sparsity,
    keeps: 1 - sparsity ** 2.6 * 4.7,
  })),
  { id: 'tern', family: 'tern', name: 'tern-8b', type: 'BF16', bits: 16, sparsity: 0 },
  {
    id: 'tern-q4',
    family: 'tern',
    name: 'tern-8b-Q4_K_M',
    parent: 'tern',
    recipe: quantized('Q4_K_M'),
    label: 'Q4_K_M',
    type: 'Q4_K_M',
    bits: 4.9,
    sparsity: 0,
  },
  {
    id: 'tern-iq2',
    family: 'tern',
    name: 'tern-8b.i1-IQ2_M',
    parent: 'tern',
    recipe: quantized('IQ2_M'),
    label: 'IQ2_M',
    type: 'IQ2_M',
    bits: 2.93,
    sparsity: 0,
  },
  {
    id: 'team',
    family: 'team',
    name: 'a-team-fine-tune-with-a-very-long-name-2026-10-epoch3-step-18400',
    type: 'unknown',
    bits: 16,
    state: 'not-imported',
    problem:
      'Whittle compresses GGUF. The import of safetensors follows; until then convert the folder with llama.cpp (16.1 GB as F16). Your shards stay as they are.',
  },
  {
    id: 'gone',
    family: 'gone',
    name: 'heron-3b-Q5_K_M',
    type: 'Q5_K_M',
    bits: 5.6,
    state: 'missing',
    problem: 'File not found at /media/disk/models/heron-3b-Q5_K_M.gguf.',
  },
  { id: 'demo', family: 'demo', name: 'Whittle demo', type: 'F16', bits: 16, sparsity: 0, isEmbedded: true, keeps: 1 },
];

export const SAMPLE_TASKS = ['factoid-qa', 'multiple-choice-qa', 'closed-book-qa', 'open-book-qa'] as const;

function scoresOf(spec: SampleSpec): ModelScore[] {
  if (spec.keeps === undefined) return [];
  return SAMPLE_TASKS.slice(0, 3).map((task) => sampleScore(task, spec.keeps!, spec.parent === undefined));
}

function barsOf(spec: SampleSpec) {
  return Array.from({ length: 16 }, (_, bar) => ({
    firstLayer: bar * 2,
    lastLayer: bar * 2 + 1,
    bitsPerWeight:
      spec.type.includes('_K') && (bar < 3 || bar % 4 === 2 || bar > 13) ? spec.bits * 1.2 : spec.bits * 0.97,
    keptRatio: spec.sparsity === undefined ? null : 1 - spec.sparsity,
  }));
}

export function nodeOf(spec: SampleSpec): ModelNode {
  const parameterCount = PARAMETERS[spec.family] ?? 3_000_000_000;
  const sizeBytes = Math.round((parameterCount * spec.bits) / 8);
  const isBroken = spec.state !== undefined && spec.state !== 'ready';
  const series = seriesOfRecipe(spec.recipe ?? null);
  const path = `/home/ada/models/${spec.name}.gguf`;
  return {
    id: spec.id,
    path,
    name: spec.name,
    familyId: spec.family,
    baseId: spec.parent === undefined ? null : spec.family,
    parentId: spec.parent ?? null,
    state: spec.state ?? 'ready',
    problem: spec.problem ?? null,
    isEmbedded: spec.isEmbedded ?? false,
    isOwn: spec.parent !== undefined,
    isQuantizedSource: false,
    summary: isBroken
      ? null
      : {
          path,
          format: 'gguf',
          sizeBytes,
          architecture: 'llama',
          name: spec.name,
          parameterCount,
          layerCount: LAYERS[spec.family] ?? 26,
          hiddenSize: 4096,
          contextLength: 4096,
          vocabularySize: 32000,
          fileType: spec.type,
          bitsPerWeight: spec.bits,
          chatTemplate: null,
        },
    sizeBytes,
    sparsityRatio: spec.sparsity ?? null,
    recipe: spec.recipe ?? null,
    recipeLabel: spec.label ?? 'dense',
    seriesId: series.id,
    seriesLabel: series.label,
    slot: series.slot,
    layerBars: isBroken ? [] : barsOf(spec),
    memory: isBroken
      ? null
      : {
          weightsBytes: sizeBytes,
          contextBytes: 2 ** 31,
          workBytes: 2 ** 28,
          totalBytes: sizeBytes + 2 ** 31 + 2 ** 28,
          contextSize: 4096,
          fits: sizeBytes > 12e9 ? 'tight' : 'yes',
        },
    scores: scoresOf(spec),
    notes: '',
    tags: spec.tags ?? [],
    addedAt: 1_790_000_000_000,
    sha256: isBroken ? null : '3f9c5d1ea41e77b0c2d9e8f1a0b3c4d5e6f708192a3b4c5d6e7f8091a2b3a41e',
  };
}

export const SAMPLE_MODELS: readonly ModelNode[] = SPECS.map(nodeOf);

/** Names as people really have them, and as many as a full disk holds. */
export function manyModels(count: number): ModelNode[] {
  return Array.from({ length: count }, (_, index) =>
    nodeOf({
      id: `many-${index}`,
      family: `many-${index - (index % 5)}`,
      name: `organisation-with-a-long-name-${index}-Instruct-2507-abliterated-i1-GGUF-${index % 2 === 0 ? 'UD-Q4_K_XL' : 'Q5_K_M'}`,
      ...(index % 5 === 0
        ? {}
        : {
            parent: `many-${index - (index % 5)}`,
            recipe: pruned('wanda', 0.1 * (index % 5), 'Q4_K_M'),
            label: `Wanda ${(index % 5) * 10} %, statistics from pruned layers, then Q4_K_M with imatrix`,
          }),
      type: 'Q4_K_M',
      bits: 4.8,
      sparsity: 0.1 * (index % 5),
      keeps: 1 - 0.05 * (index % 5),
    }),
  );
}
