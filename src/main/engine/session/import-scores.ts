// Scores of papers and other tools: read from our CSV or JSON rows, kept beside the measured ones and never mixed with them.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { ScoreRow } from '../../../shared/session/score-calls.ts';
import { JsonFile } from '../settings/json-file.ts';

const number = z.coerce.number();
const optionalNumber = z.union([z.literal('').transform(() => undefined), number]).optional();

/** The columns that our own exports have; a paper's table needs only the first five. */
const rowSchema = z.looseObject({
  model: z.string().min(1),
  recipe: z.string().min(1),
  task: z.string().min(1),
  metric: z.string().min(1),
  value: number,
  confidence_low: optionalNumber,
  confidence_high: optionalNumber,
  items: optionalNumber,
  size_bytes: optionalNumber,
  bits_per_weight: optionalNumber,
  sparsity_ratio: optionalNumber,
});
export type ImportedScore = z.output<typeof rowSchema>;

const LARGEST_FILE_BYTES = 50_000_000;
const SHOWN_ISSUES = 20;

export class ImportedScores {
  readonly #file: JsonFile<z.ZodArray<typeof rowSchema>>;

  constructor(home: string) {
    this.#file = new JsonFile(join(home, 'imported-scores.json'), z.array(rowSchema), []);
  }

  /** Rows that cannot be used are named and left out. Throws BAD_DATA when none can. */
  add(path: string): { importedCount: number; issues: string[] } {
    const issues: string[] = [];
    const rows = readRows(path).flatMap((row, index) => {
      const parsed = rowSchema.safeParse(row);
      if (parsed.success) return [parsed.data];
      issues.push(`Row ${index + 1}: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`);
      return [];
    });
    if (rows.length === 0) {
      throw new WorkbenchError(
        'BAD_DATA',
        `${path} holds no score that can be read. It needs the columns model, recipe, task, metric and value.`,
        { path, issues: issues.slice(0, SHOWN_ISSUES) },
      );
    }
    const known = new Map(this.#file.read().map((row) => [keyOf(row), row]));
    for (const row of rows) known.set(keyOf(row), row);
    this.#file.write([...known.values()]);
    return { importedCount: rows.length, issues: issues.slice(0, SHOWN_ISSUES) };
  }

  /** Hollow points without a verdict: how they were measured is not known. */
  rows(): ScoreRow[] {
    return this.#file.read().map(scoreRow);
  }
}

function readRows(path: string): unknown[] {
  const text = readFileSync(path, 'utf8');
  if (text.length > LARGEST_FILE_BYTES)
    throw new WorkbenchError('BAD_DATA', `${path} is too large for a table of scores.`, { path });
  try {
    if (path.toLowerCase().endsWith('.csv'))
      return parse(text, { columns: true, bom: true, skip_empty_lines: true }) as unknown[];
    const document: unknown = JSON.parse(text);
    return Array.isArray(document) ? document : [document];
  } catch (error) {
    throw new WorkbenchError('BAD_DATA', `${path} is neither CSV nor JSON that can be read.`, { path }, error);
  }
}

function keyOf({ model, recipe, task, metric }: ImportedScore): string {
  return JSON.stringify([model, recipe, task, metric]);
}

function scoreRow(row: ImportedScore): ScoreRow {
  const isRatio = row.value >= 0 && row.value <= 1;
  const id = createHash('sha256').update(keyOf(row)).digest('hex');
  return {
    model: row.model,
    recipe: row.recipe,
    method: 'imported',
    type: '',
    isDense: row.recipe === 'dense',
    task: row.task,
    taskVersion: 0,
    protocol: 'standard',
    metric: row.metric,
    unit: isRatio ? 'ratio' : '',
    higherIsBetter: !/perplexity|divergence|loss/i.test(row.metric),
    value: row.value,
    confidenceLow: row.confidence_low ?? row.value,
    confidenceHigh: row.confidence_high ?? row.value,
    itemCount: row.items ?? 0,
    answeredCount: row.items ?? 0,
    failedCount: 0,
    chanceValue: null,
    sizeBytes: row.size_bytes ?? 0,
    bitsPerWeight: row.bits_per_weight ?? 0,
    sparsityRatio: row.sparsity_ratio ?? 0,
    difference: null,
    verdict: null,
    modelSha256: id,
    dataSha256: 'imported',
    seed: 0,
    shots: null,
    engineVersion: '',
    llamaCppVersion: '',
    seriesId: `imported-${row.recipe.replace(/[\d.]+ ?%?/g, '').trim()}`,
    seriesLabel: `${row.recipe.replace(/[\d.]+ ?%?/g, '').trim() || row.recipe} (imported)`,
    slot: 8,
    scoreId: id.slice(0, 24),
    modelId: null,
    recipeSteps: null,
    questionsToSettle: null,
    isImported: true,
    createdAt: 0,
    peakMemoryBytes: null,
    calibrationSamples: null,
  };
}
