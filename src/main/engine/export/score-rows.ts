// The rows that people take away: one line per score, in the spelling of `whittle scores`, as CSV and JSON.
import type { ComparisonRow } from '../../../shared/comparison.ts';
import { csvCell } from './escape-text.ts';

export interface ScoreRow {
  readonly model: string;
  readonly recipe: string;
  readonly method: string;
  readonly type: string;
  readonly task: string;
  readonly protocol: string;
  readonly metric: string;
  readonly value: number;
  readonly confidence_low: number;
  readonly confidence_high: number;
  readonly items: number;
  readonly failed: number;
  readonly size_bytes: number;
  readonly bits_per_weight: number;
  readonly sparsity_ratio: number;
  readonly model_sha256: string;
  readonly data_sha256: string;
  readonly seed: number;
  readonly unit: string;
  readonly higher_is_better: boolean;
  readonly answered: number;
  readonly task_version: number;
  readonly shots: number | null;
  readonly chance_value: number | null;
  readonly difference: number | null;
  readonly difference_low: number | null;
  readonly difference_high: number | null;
  readonly paired: boolean | null;
  readonly verdict: string | null;
  readonly engine_version: string;
  readonly llama_cpp_version: string;
}

export function scoreRowOf(row: ComparisonRow): ScoreRow {
  return {
    model: row.model,
    recipe: row.recipe,
    method: row.method,
    type: row.type,
    task: row.task,
    protocol: row.protocol,
    metric: row.metric,
    value: row.value,
    confidence_low: row.confidenceLow,
    confidence_high: row.confidenceHigh,
    items: row.itemCount,
    failed: row.failedCount,
    size_bytes: row.sizeBytes,
    bits_per_weight: row.bitsPerWeight,
    sparsity_ratio: row.sparsityRatio,
    model_sha256: row.modelSha256,
    data_sha256: row.dataSha256,
    seed: row.seed,
    unit: row.unit,
    higher_is_better: row.higherIsBetter,
    answered: row.answeredCount,
    task_version: row.taskVersion,
    shots: row.shots,
    chance_value: row.chanceValue,
    difference: row.difference?.value ?? null,
    difference_low: row.difference?.low ?? null,
    difference_high: row.difference?.high ?? null,
    paired: row.difference?.paired ?? null,
    verdict: row.verdict,
    engine_version: row.engineVersion,
    llama_cpp_version: row.llamaCppVersion,
  };
}

/** In this order; readers may rely on the first eighteen. */
const SCORE_COLUMNS = [
  'model',
  'recipe',
  'method',
  'type',
  'task',
  'protocol',
  'metric',
  'value',
  'confidence_low',
  'confidence_high',
  'items',
  'failed',
  'size_bytes',
  'bits_per_weight',
  'sparsity_ratio',
  'model_sha256',
  'data_sha256',
  'seed',
  'unit',
  'higher_is_better',
  'answered',
  'task_version',
  'shots',
  'chance_value',
  'difference',
  'difference_low',
  'difference_high',
  'paired',
  'verdict',
  'engine_version',
  'llama_cpp_version',
] as const satisfies readonly (keyof ScoreRow)[];

/** Any rows with named columns as CSV with a header line. */
export function formatCsv<Column extends string>(
  columns: readonly Column[],
  rows: readonly Readonly<Record<Column, string | number | boolean | null>>[],
): string {
  const lines = rows.map((row) => columns.map((column) => csvCell(row[column])).join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

export function formatScoreCsv(rows: readonly ScoreRow[]): string {
  return formatCsv(SCORE_COLUMNS, rows);
}

export function formatScoreJson(rows: readonly ScoreRow[]): string {
  return `${JSON.stringify(rows, null, 2)}\n`;
}
