// What a report says, gathered once for HTML and Markdown: findings, table, notes, settings.
import { basename, isAbsolute } from 'node:path';
import type { ComparisonRow } from '../../../shared/comparison.ts';
import type { Sweep } from '../../../shared/kick.ts';
import type { Recipe } from '../../../shared/recipe.ts';
import { titleOfTaskId } from '../../../shared/score-words.ts';
import { formatCount } from '../../../shared/units.ts';
import type { ChartWithRows } from '../scores/chart-data.ts';
import type { FindSamples } from '../scores/compare-scores.ts';
import { findPerplexityGaps } from './perplexity-gaps.ts';
import { type CategoryTable, makeCategoryTables } from './report-categories.ts';
import { findReportChanges, type TaskChanges } from './report-changes.ts';
import { columnKey, makeReportTable, type ReportTable } from './report-table.ts';

interface Finding {
  readonly heading: string;
  readonly sentences: readonly string[];
}

/** How a task was asked: a line of the settings. */
interface TaskSettings {
  readonly title: string;
  readonly row: ComparisonRow;
  readonly failedCount: number;
}

export interface ReportContent {
  readonly sweep: Sweep;
  readonly title: string;
  readonly models: readonly string[];
  /** YYYY-MM-DD. */
  readonly date: string | null;
  readonly charts: readonly ChartWithRows[];
  readonly rows: readonly ComparisonRow[];
  readonly table: ReportTable;
  readonly findings: readonly Finding[];
  readonly categories: readonly CategoryTable[];
  /** Empty where no samples are at hand. */
  readonly changes: readonly TaskChanges[];
  readonly notes: readonly string[];
  readonly settings: readonly TaskSettings[];
  readonly versions: readonly string[];
}

export interface ContentInput {
  readonly sweep: Sweep;
  readonly rows: readonly ComparisonRow[];
  readonly charts: readonly ChartWithRows[];
  readonly taskTitles?: Readonly<Record<string, string>> | undefined;
  readonly date?: string | undefined;
  readonly findSamples?: FindSamples | undefined;
}

/** Steps with their parameters. Of paths only the file name: a report is passed on, the folders of a computer are not. */
export function stepWords(recipe: Recipe | null): string {
  const plain = (_key: string, value: unknown) =>
    typeof value === 'string' && isAbsolute(value) ? basename(value) : value;
  const steps = (recipe?.steps ?? []).map(({ method, params }) => `${method} ${JSON.stringify(params, plain)}`);
  return steps.length === 0 ? 'as it was' : steps.join(', then ');
}

const FINDING_HEADINGS = {
  bitsPerWeight: 'Fewer bits per weight',
  sparsityRatio: 'Pruning',
  sizeBytes: 'Smaller files',
} as const;

function findingsOf(charts: readonly ChartWithRows[], table: ReportTable): Finding[] {
  const ofAxes = (['bitsPerWeight', 'sparsityRatio', 'sizeBytes'] as const).map((axis) => ({
    heading: FINDING_HEADINGS[axis],
    sentences: charts.filter(({ data }) => data.axis === axis).map(({ data }) => data.title),
  }));
  const findings = [...ofAxes, { heading: 'What perplexity hides', sentences: findPerplexityGaps(table) }];
  return findings.filter(({ sentences }) => sentences.length > 0);
}

function notesOf(rows: readonly ComparisonRow[]): string[] {
  const paired = rows.some((row) => row.difference?.paired);
  const unpaired = rows.some((row) => row.difference !== null && !row.difference.paired);
  const pruned = rows.some((row) => row.sparsityRatio > 0.05);
  const failed = rows.reduce((sum, row) => sum + row.failedCount, 0);
  return [
    ...(pruned
      ? [
          'Pruning does not shrink these files: a zero takes the same room as every other weight. Only fewer bits, or fewer and narrower layers, make a GGUF smaller. That is why file size and sparsity are two columns.',
        ]
      : []),
    'Sparsity is the share of exact zeros in the weight matrices of the layers, counted in the written file after the last step. Quantizing can turn zeros into small weights and small weights into zeros.',
    'Bits per weight are those of the whole file divided by its parameters. Rows that do not fit a type fall back to a larger one, so a file may hold more bits than its name says.',
    '± is half the width of the 95 % interval (Wilson for shares of right answers, normal for means), n the number of questions. An interval says how far chance in the choice of questions may have moved a score, and nothing about the choice of task.',
    `The second line of a cell is the difference from dense with its own 95 % interval${paired ? ', taken question by question where both answered the same ones' : ''}${unpaired ? `${paired ? '; else' : ','} from the two scores alone, which is wider than it need be` : ''}.`,
    'Matches: the whole interval of score − 0.95 × dense lies at or above 0, so at least 95 % of the dense score is kept. Loses: it lies wholly below. Unclear: it holds 0, and more questions would settle it. Perplexity gets no verdict, because no threshold is agreed for it.',
    'A score says how often this model, decoded greedily under this protocol, answered these questions as expected. It does not say how well it writes, reasons at length or serves your own texts, and it compares only with scores of the same task version, protocol and data.',
    ...(failed > 0
      ? [
          `${formatCount(failed)} answers failed (for example, a prompt longer than the context). They are counted as asked and not as right.`,
        ]
      : []),
  ];
}

function settingsOf(rows: readonly ComparisonRow[], taskTitle: (task: string) => string): TaskSettings[] {
  const groups = new Map<string, ComparisonRow[]>();
  for (const row of rows) groups.set(columnKey(row), [...(groups.get(columnKey(row)) ?? []), row]);
  return [...groups.values()].map((group) => ({
    title: taskTitle(group[0]!.task),
    row: group[0]!,
    failedCount: group.reduce((sum, row) => sum + row.failedCount, 0),
  }));
}

export function makeReportContent({ sweep, rows, charts, taskTitles, date, findSamples }: ContentInput): ReportContent {
  const taskTitle = (task: string) => taskTitles?.[task] ?? titleOfTaskId(task);
  const models = [...new Set(sweep.points.map((point) => point.model))];
  const table = makeReportTable(sweep, rows, taskTitle);
  const engines = rows.map((row) => `Whittle ${row.engineVersion}, llama.cpp ${row.llamaCppVersion}`);
  return {
    sweep,
    title: `What ${models.length === 1 ? models[0] : `${models.length} models`} forgot when compressed`,
    models,
    date: date ?? null,
    charts,
    rows,
    table,
    findings: findingsOf(charts, table),
    categories: makeCategoryTables(sweep, taskTitle),
    changes: findSamples === undefined ? [] : findReportChanges({ sweep, rows, findSamples, taskTitle }),
    notes: notesOf(rows),
    settings: settingsOf(rows, taskTitle),
    versions: [...new Set(engines)],
  };
}
