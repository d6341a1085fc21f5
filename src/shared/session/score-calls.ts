// Calls about scores: charts ready to draw, the table behind them, what was forgotten, exports.
import { z } from 'zod';
import {
  type ChangedAnswer,
  type ComparisonRow,
  type Difference,
  OTHER_AXES,
  type ScoreChartData,
  type Verdict,
} from '../comparison.ts';
import type { SampleResult, ScoreRecord } from '../kick.ts';
import type { Recipe } from '../recipe.ts';
import { type CallTable, idField, nothing, outputOf, pathField } from './call-table.ts';
import type { ExportedFile } from './model-calls.ts';

/** What the x axis of a chart can be. */
export const SCORE_AXES = ['sparsityRatio', 'bitsPerWeight', 'sizeBytes', ...OTHER_AXES] as const;
export type ScoreAxis = (typeof SCORE_AXES)[number];

/** One row of the score table with what a point of a chart links to. */
export interface ScoreRow extends ComparisonRow {
  /** Of this score in the store. */
  readonly scoreId: string;
  /** Of the model in the library, when it is there. */
  readonly modelId: string | null;
  readonly recipeSteps: Recipe | null;
  /** Questions that would settle an `unclear` verdict; null when settled or without a verdict. */
  readonly questionsToSettle: number | null;
  readonly isImported: boolean;
  readonly createdAt: number;
  readonly peakMemoryBytes: number | null;
  readonly calibrationSamples: number | null;
}

export interface ScoreChart {
  readonly chart: ScoreChartData;
  /** Rows behind the points: `chart.series[].points[]` have the same `recipe` and `seriesId`. */
  readonly rows: readonly ScoreRow[];
  /** What may mislead: a rise that is noise, runs with other prompts left out. */
  readonly notes: readonly string[];
}

export interface CategoryRow {
  readonly group: string;
  readonly itemCount: number;
  readonly denseValue: number;
  readonly value: number;
  readonly difference: Difference;
  readonly verdict: Verdict | null;
}

export interface FrontPoint {
  readonly row: ScoreRow;
  readonly isDominated: boolean;
}

export interface ChangedQuestions {
  readonly forgotten: readonly ChangedAnswer[];
  readonly gained: readonly ChangedAnswer[];
  readonly forgottenCount: number;
  readonly gainedCount: number;
  readonly keptCount: number;
  readonly neverKnewCount: number;
  /** Failed in the dense model or one of the versions that are looked at together, so left out of all. */
  readonly leftOutCount: number;
  readonly pairedDifference: Difference | null;
  readonly byGroup: readonly {
    readonly group: string;
    readonly forgotten: number;
    readonly gained: number;
    readonly itemCount: number;
  }[];
  /** Index of questions that every one of `scoreIds` forgot. */
  readonly forgottenByAll: readonly number[];
}

const chartRequest = {
  task: z.string().min(1).optional(),
  axis: z.enum(SCORE_AXES).default('sparsityRatio'),
  /** Library ids; default: the bench, or all when the bench is empty. The dense original is always in it. */
  models: z.array(idField).optional(),
  base: idField.optional(),
  methods: z.array(z.string()).optional(),
  protocol: z.string().optional(),
  sweepId: idField.optional(),
};

export const scoreCalls = {
  /** Which tasks, bases, methods and sweeps have scores: for filters. */
  listScoreFilters: {
    input: nothing,
    output: outputOf<{
      readonly bases: readonly { readonly id: string; readonly name: string; readonly scoreCount: number }[];
      readonly tasks: readonly { readonly id: string; readonly title: string; readonly scoreCount: number }[];
      readonly methods: readonly { readonly id: string; readonly label: string; readonly slot: number }[];
      readonly protocols: readonly string[];
      readonly sweeps: readonly {
        readonly id: string;
        readonly title: string;
        readonly createdAt: number;
        readonly pointCount: number;
      }[];
      readonly scoreCount: number;
    }>(),
  },
  listScoreRows: {
    input: z.strictObject({
      ...chartRequest,
      axis: z.enum(SCORE_AXES).optional(),
      allMetrics: z.boolean().default(false),
    }),
    output: outputOf<{ readonly rows: readonly ScoreRow[] }>(),
  },
  /** One chart a task, on the same axis: the first is the one to draw large. */
  listCharts: {
    input: z.strictObject(chartRequest),
    output: outputOf<{ readonly charts: readonly ScoreChart[]; readonly hiddenVersionCount: number }>(),
  },
  getScore: {
    input: z.strictObject({ scoreId: idField }),
    output: outputOf<{ readonly row: ScoreRow; readonly record: ScoreRecord; readonly hasSamples: boolean }>(),
  },
  listSamples: {
    input: z.strictObject({
      scoreId: idField,
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(1000).default(100),
    }),
    output: outputOf<{ readonly samples: readonly SampleResult[]; readonly totalCount: number }>(),
  },
  /** Against the dense score of the same questions. */
  changedQuestions: {
    input: z.strictObject({
      scoreId: idField,
      alsoForgottenBy: z.array(idField).max(20).default([]),
      limit: z.int().min(1).max(100_000).default(1000),
    }),
    output: outputOf<ChangedQuestions>(),
  },
  listCategories: {
    input: z.strictObject({ scoreId: idField }),
    output: outputOf<{ readonly categories: readonly CategoryRow[] }>(),
  },
  /** Score against size, the best ones joined. */
  scorePerGb: {
    input: z.strictObject({ ...chartRequest, limitBytes: z.number().positive().optional() }),
    output: outputOf<{
      readonly points: readonly FrontPoint[];
      readonly bestWithinLimit: ScoreRow | null;
      readonly text: string | null;
    }>(),
  },
  /** The chart of that request as a file; legend, title and caption are inside. */
  exportChart: {
    input: z.strictObject({
      ...chartRequest,
      format: z.enum(['svg', 'png', 'pdf', 'csv', 'json', 'md']),
      scale: z.int().min(1).max(3).default(2),
      theme: z.enum(['light', 'dark']).default('light'),
    }),
    output: outputOf<ExportedFile>(),
  },
  /** The self-contained HTML or Markdown report of what the request holds. */
  exportReport: {
    input: z.strictObject({ ...chartRequest, format: z.enum(['html', 'md']).default('html') }),
    output: outputOf<ExportedFile>(),
  },
  /** Scores of papers and other tools from CSV or JSON: hollow points, never a verdict. */
  importScores: {
    input: z.strictObject({ path: pathField }),
    output: outputOf<{ readonly importedCount: number; readonly issues: readonly string[] }>(),
  },
} as const satisfies CallTable;
