// Rows that compare compressed versions with their dense original, and the data of one chart. Made by the engine from a
// sweep or the score store; drawn by renderer/charts; written beside each chart as CSV and JSON.
import type { Protocol } from './kick.ts';
import type { MarkerFill } from './series.ts';

/** The only three words of a verdict: against 95 % of the dense score, by the whole interval. */
export type Verdict = 'matches' | 'unclear' | 'loses';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Difference extends Interval {
  /** Compressed minus dense, in the unit of the score. */
  readonly value: number;
  /** True when it was taken question by question. */
  readonly paired: boolean;
}

export interface ComparisonRow {
  readonly model: string;
  /** What a person calls this version: `Wanda 50 %`, `Q4_K_M`, `dense`. */
  readonly recipe: string;
  /** Method ids of the recipe, joined by `+`; `dense` for the original. */
  readonly method: string;
  /** Storage type that the recipe ends with; empty when it keeps the source's. */
  readonly type: string;
  readonly isDense: boolean;
  readonly task: string;
  readonly taskVersion: number;
  readonly protocol: Protocol;
  readonly metric: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  readonly value: number;
  readonly confidenceLow: number;
  readonly confidenceHigh: number;
  readonly itemCount: number;
  readonly answeredCount: number;
  readonly failedCount: number;
  readonly chanceValue: number | null;
  readonly sizeBytes: number;
  readonly bitsPerWeight: number;
  /** Measured on the written file, 0..1. */
  readonly sparsityRatio: number;
  /** null for the dense model itself, and where no comparable dense score exists. */
  readonly difference: Difference | null;
  readonly verdict: Verdict | null;
  readonly modelSha256: string;
  readonly dataSha256: string;
  readonly seed: number;
  readonly shots: number | null;
  readonly engineVersion: string;
  readonly llamaCppVersion: string;
  readonly seriesId: string;
  readonly seriesLabel: string;
  readonly slot: number;
}

export const CHART_AXES = ['bitsPerWeight', 'sparsityRatio', 'sizeBytes'] as const;
export type ChartAxis = (typeof CHART_AXES)[number];

/** Axes beside those of compression: drawn on request, from what a run or a recipe varies. */
export const OTHER_AXES = ['peakMemoryBytes', 'calibrationSamples', 'shots', 'parameterBytes'] as const;
export type OtherAxis = (typeof OTHER_AXES)[number];
export type DrawnAxis = ChartAxis | OtherAxis;

export interface ChartPoint extends Interval {
  readonly x: number;
  readonly value: number;
  /** Short name beside the marker: `Q4_K_M`, `2:4`; empty where the axis says it. */
  readonly label: string;
  readonly recipe: string;
  readonly itemCount: number;
  readonly verdict: Verdict | null;
}

export interface ChartSeries {
  readonly id: string;
  readonly label: string;
  readonly slot: number;
  readonly fill: MarkerFill;
  readonly joined: boolean;
  /** From the least to the most compressed. */
  readonly points: readonly ChartPoint[];
}

interface ChartDense extends Interval {
  readonly x: number;
  readonly value: number;
}

/** Everything that one chart draws and says. Scores of `unit` `ratio` are shown in percent. */
export interface ScoreChartData {
  /** File name without extension, and the key of the chart within its report. */
  readonly name: string;
  readonly task: string;
  readonly taskTitle: string;
  readonly axis: DrawnAxis;
  /** A sentence computed from the rows: what the chart shows. */
  readonly title: string;
  readonly subtitle: string;
  readonly metric: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  readonly logScale: boolean;
  readonly dense: ChartDense | null;
  readonly chanceValue: number | null;
  readonly series: readonly ChartSeries[];
  /** Smallest and largest number of questions behind a point. */
  readonly itemCount: { readonly min: number; readonly max: number };
  /** How it was measured, line by line. */
  readonly caption: readonly string[];
}

/** A question whose answer changed: right before and wrong now, or the other way round. */
export interface ChangedAnswer {
  readonly id: string;
  readonly index: number;
  readonly group?: string | undefined;
  readonly prompt: string;
  readonly expected: readonly string[];
  readonly denseAnswer: string;
  readonly answer: string;
  readonly denseScore: number;
  readonly score: number;
}
