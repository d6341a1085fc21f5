// A made-up sweep for pictures, put through the engine's own comparison and charts.
import { buildCharts } from '../../src/main/engine/scores/chart-data.ts';
import { compareScores } from '../../src/main/engine/scores/compare-scores.ts';
import type { ChangedAnswer, ChartAxis } from '../../src/shared/comparison.ts';
import type { ScoreRecord, Sweep, SweepPoint } from '../../src/shared/kick.ts';
import type { Recipe } from '../../src/shared/recipe.ts';
import type { ScoreChart, ScoreRow } from '../../src/shared/session/score-calls.ts';
import { pruned, quantized, SAMPLE_TASKS } from './sample-models.ts';
import { denseValueOf, halfWidth, QUESTION_COUNT } from './sample-scores.ts';

const CHANCE: Readonly<Record<string, number>> = { 'multiple-choice-qa': 0.25 };

function recordOf(task: string, keeps: number, modelSha256: string): ScoreRecord {
  const value = Math.max(0.02, denseValueOf(task) * keeps);
  const half = halfWidth(value);
  const chance = CHANCE[task];
  return {
    task,
    taskVersion: 1,
    protocol: 'standard',
    metric: 'accuracy',
    value,
    unit: 'ratio',
    higherIsBetter: true,
    itemCount: QUESTION_COUNT,
    answeredCount: QUESTION_COUNT,
    failedCount: 0,
    confidenceLow: value - half,
    confidenceHigh: value + half,
    dataSha256: 'd'.repeat(64),
    modelSha256,
    seed: 0,
    elapsedMs: 60_000,
    shots: 5,
    ...(chance === undefined ? {} : { chanceValue: chance }),
    engineVersion: '0.1.0',
    llamaCppVersion: 'b7000',
    groups: ['arithmetic', 'astronomy', 'biology', 'geography', 'history'].map((name, place) => ({
      name,
      value: Math.min(1, value * (0.8 + place * 0.1)),
      itemCount: 200,
    })),
  };
}

interface PointSpec {
  readonly label: string;
  readonly recipe: Recipe | null;
  readonly method: string;
  readonly bits: number;
  readonly sparsity: number;
  readonly keeps: number;
}

const SPARSITIES = [0.1, 0.2, 0.3, 0.4, 0.5];
const FALLS: readonly (readonly [string, string, number, number])[] = [
  ['wanda', 'Wanda', 2.4, 1.6],
  ['sparsegpt', 'SparseGPT', 2.3, 1.75],
  ['magnitude', 'magnitude', 2.6, 4.7],
];
const TYPES: readonly (readonly [string, number, number])[] = [
  ['Q8_0', 8.5, 1],
  ['Q6_K', 6.57, 0.997],
  ['Q5_K_M', 5.7, 0.99],
  ['Q4_K_M', 4.9, 0.97],
  ['Q3_K_M', 4, 0.91],
  ['Q2_K', 3.17, 0.68],
];

const SPECS: readonly PointSpec[] = [
  { label: 'dense', recipe: null, method: 'dense', bits: 16, sparsity: 0, keeps: 1 },
  ...FALLS.flatMap(([id, title, power, factor]) =>
    SPARSITIES.map((sparsity) => ({
      label: `${title} ${sparsity * 100} %`,
      recipe: pruned(id, sparsity),
      method: 'prune',
      bits: 16,
      sparsity,
      keeps: 1 - sparsity ** power * factor,
    })),
  ),
  ...TYPES.map(([type, bits, keeps]) => ({
    label: type,
    recipe: quantized(type),
    method: 'quantize',
    bits,
    sparsity: 0,
    keeps,
  })),
];

const PARAMETERS = 6_738_000_000;

function pointOf(spec: PointSpec, place: number): SweepPoint {
  const modelSha256 = place.toString(16).padStart(64, '0');
  return {
    label: spec.label,
    model: 'lumen-7b-v1.3',
    modelSha256,
    recipe: spec.recipe,
    method: spec.method,
    sizeBytes: (PARAMETERS * spec.bits) / 8,
    bitsPerWeight: spec.bits,
    sparsityRatio: spec.sparsity,
    scores: SAMPLE_TASKS.map((task, shift) =>
      recordOf(task, spec.keeps - (spec.recipe === null ? 0 : shift * 0.012), modelSha256),
    ),
  };
}

export const SAMPLE_SWEEP: Sweep = { sweepId: 'sample', points: SPECS.map(pointOf) };

const ROWS: readonly ScoreRow[] = compareScores(SAMPLE_SWEEP).map((row, place) => ({
  ...row,
  scoreId: `score-${place}`,
  modelId: row.isDense ? 'lumen' : null,
  recipeSteps: SAMPLE_SWEEP.points.find(({ label }) => label === row.recipe)?.recipe ?? null,
  questionsToSettle: row.verdict === 'unclear' ? 600 : null,
  isImported: false,
  createdAt: 1_790_000_000_000,
  peakMemoryBytes: 14e9,
  calibrationSamples: row.method.includes('wanda') ? 128 : null,
}));

const AXIS_METHODS: Readonly<Record<string, RegExp>> = {
  sparsityRatio: /dense|wanda|sparsegpt|magnitude/,
  bitsPerWeight: /dense|quantize/,
  sizeBytes: /dense|quantize/,
};

export function sampleRows(axis: string): ScoreRow[] {
  const wanted = AXIS_METHODS[axis] ?? /./;
  return ROWS.filter(({ method }) => wanted.test(method));
}

export function sampleCharts(axis: ChartAxis, methods?: readonly string[]): ScoreChart[] {
  const isWanted = (method: string) =>
    methods === undefined || method === 'dense' || methods.some((id) => method.includes(id));
  const rows = sampleRows(axis).filter(({ method }) => isWanted(method));
  return buildCharts(SAMPLE_SWEEP, rows, { axes: [axis], date: '2026-11-25' }).map(({ data: chart }) => ({
    chart,
    rows: rows.filter(({ task }) => task === chart.task),
    notes:
      chart.task === 'factoid-qa'
        ? [
            'SparseGPT rises by 0.4 points from 10 % to 20 %. With 1,000 questions the two intervals overlap: read it as noise.',
          ]
        : [],
  }));
}

export function sampleChanged(count: number): ChangedAnswer[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `q-${index}`,
    index,
    group: ['geography', 'history', 'biology'][index % 3]!,
    prompt: `Made-up question number ${index + 1}: which of the rivers of a country that does not exist is the longest, and into what does it flow?`,
    expected: [['Northern Sea', 'Lower Reed', 'Old Channel'][index % 3]!],
    denseAnswer: ['Northern Sea', 'Lower Reed', 'Old Channel'][index % 3]!,
    answer: ['the Bay', 'Upper Reed, because it rises in the hills', 'a lake'][index % 3]!,
    denseScore: 1,
    score: 0,
  }));
}
