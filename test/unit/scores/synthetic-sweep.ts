// Sweeps made up for tests: smooth, deterministic scores for given recipes, with intervals as a real run gives them.
import { createHash } from 'node:crypto';
import { meanInterval, wilsonInterval } from '../../../src/main/engine/scores/intervals.ts';
import type { SampleResult, ScoreRecord, Sweep, SweepPoint } from '../../../src/shared/kick.ts';
import type { Recipe, RecipeStep } from '../../../src/shared/recipe.ts';

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export interface MadeTask {
  readonly id: string;
  readonly dense: number;
  readonly chance?: number;
  readonly itemCount: number;
}

export const FOUR_TASKS: readonly MadeTask[] = [
  { id: 'factoid-qa', dense: 0.62, itemCount: 200 },
  { id: 'multiple-choice-qa', dense: 0.71, chance: 0.25, itemCount: 200 },
  { id: 'closed-book-qa', dense: 0.55, itemCount: 240 },
  { id: 'open-book-qa', dense: 0.83, itemCount: 200 },
];

const RUN = { taskVersion: 1, protocol: 'standard', seed: 0, elapsedMs: 1000 } as const;
const ENGINE = { engineVersion: '0.1.0', llamaCppVersion: 'v0.5.0' };

export function accuracyRecord(task: MadeTask, modelSha256: string, value: number): ScoreRecord {
  const successes = Math.round(value * task.itemCount);
  const interval = wilsonInterval(successes, task.itemCount);
  return {
    ...RUN,
    ...ENGINE,
    task: task.id,
    metric: 'accuracy',
    value: successes / task.itemCount,
    unit: 'ratio',
    higherIsBetter: true,
    itemCount: task.itemCount,
    answeredCount: task.itemCount,
    failedCount: 0,
    confidenceLow: interval.low,
    confidenceHigh: interval.high,
    dataSha256: sha256Of(task.id),
    modelSha256,
    shots: 5,
    chanceValue: task.chance,
  };
}

export function perplexityRecord(modelSha256: string, value: number): ScoreRecord {
  const { low, high } = meanInterval([value * 0.97, value, value * 1.03]);
  return {
    ...RUN,
    ...ENGINE,
    task: 'perplexity',
    metric: 'perplexity',
    value,
    unit: 'perplexity',
    higherIsBetter: false,
    itemCount: 16,
    answeredCount: 16,
    failedCount: 0,
    confidenceLow: low,
    confidenceHigh: high,
    dataSha256: sha256Of('text'),
    modelSha256,
  };
}

export interface MadePoint {
  readonly label: string;
  readonly steps: readonly RecipeStep[];
  readonly bits: number;
  readonly sparsity: number;
  /** Share of the dense score above chance that is kept. */
  readonly kept: number;
}

export function prunePoint(method: string, sparsity: number, kept: number): MadePoint {
  const names: Record<string, string> = { wanda: 'Wanda', sparsegpt: 'SparseGPT', magnitude: 'Magnitude' };
  const label = `${names[method] ?? method} ${Math.round(sparsity * 100)} %`;
  return { label, steps: [{ method, params: { sparsity } }], bits: 16, sparsity, kept };
}

export function quantPoint(type: string, bits: number, kept: number, imatrix?: string): MadePoint {
  const params = imatrix === undefined ? { type } : { type, imatrix };
  return { label: type, steps: [{ method: 'quantize', params }], bits, sparsity: 0.004, kept };
}

/** The recipes of the demo. */
export const DEMO_POINTS: readonly MadePoint[] = [
  quantPoint('Q8_0', 8.52, 1),
  quantPoint('Q6_K', 6.61, 0.995),
  quantPoint('Q4_K_M', 5.02, 0.97),
  quantPoint('Q3_K_M', 4.11, 0.9),
  quantPoint('Q2_K', 3.29, 0.62),
  quantPoint('IQ2_XXS', 2.6, 0.41, 'imatrix.gguf'),
  quantPoint('IQ1_M', 2.2, 0.08, 'imatrix.gguf'),
  ...[0.3, 0.4, 0.5, 0.6].map((sparsity, index) => prunePoint('magnitude', sparsity, [0.92, 0.71, 0.35, 0.05][index]!)),
  ...[0.3, 0.4, 0.5, 0.6].map((sparsity, index) => prunePoint('wanda', sparsity, [0.97, 0.93, 0.72, 0.33][index]!)),
  {
    label: 'Wanda 50 %, then Q4_K_M',
    steps: [
      { method: 'wanda', params: { sparsity: 0.5 } },
      { method: 'quantize', params: { type: 'Q4_K_M' } },
    ],
    bits: 5.02,
    sparsity: 0.472,
    kept: 0.69,
  },
];

export interface SweepOptions {
  readonly tasks?: readonly MadeTask[];
  readonly model?: string;
  readonly withPerplexity?: boolean;
  readonly parameterCount?: number;
}

export function makeSweep(points: readonly MadePoint[], options: SweepOptions = {}): Sweep {
  const { tasks = FOUR_TASKS, model = 'demo', withPerplexity = true, parameterCount = 17_000_000 } = options;
  const dense: MadePoint = { label: 'dense', steps: [], bits: 16, sparsity: 0, kept: 1 };
  const made = [dense, ...points].map(({ label, steps, bits, sparsity, kept }): SweepPoint => {
    const modelSha256 = sha256Of(`${model} ${label}`);
    const recipe: Recipe | null = steps.length === 0 ? null : { steps: [...steps] };
    const scores = tasks.map((task) => {
      const floor = task.chance ?? 0;
      return accuracyRecord(task, modelSha256, floor + (task.dense - floor) * kept);
    });
    if (withPerplexity) scores.push(perplexityRecord(modelSha256, 11.4 * 12 ** (1 - kept)));
    const method = recipe === null ? 'dense' : recipe.steps.at(-1)!.method;
    const sizeBytes = Math.round((bits * parameterCount) / 8);
    return {
      label,
      model,
      modelSha256,
      recipe,
      method,
      sizeBytes,
      bitsPerWeight: bits,
      sparsityRatio: sparsity,
      scores,
    };
  });
  return { sweepId: `made-${model}`, points: made };
}

/** Samples with 0/1 scores by question number. */
export function makeSamples(scores: readonly (number | null)[]): SampleResult[] {
  return scores.map((score, index) => ({
    index,
    id: `q${index}`,
    prompt: `Question ${index}?`,
    answer: score === 1 ? 'right' : 'wrong',
    expected: ['right'],
    score,
    outcome: score === null ? 'failed' : 'answered',
  }));
}
