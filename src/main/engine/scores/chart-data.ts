// ComparisonRow[] -> ScoreChartData[]: one chart per model, task and axis, with its series, title, subtitle and caption.
import {
  CHART_AXES,
  type ChartAxis,
  type ChartPoint,
  type ChartSeries,
  type ComparisonRow,
  type ScoreChartData,
} from '../../../shared/comparison.ts';
import type { Sweep } from '../../../shared/kick.ts';
import { taskNamer, titleOfTaskId } from '../../../shared/score-words.ts';
import { identifySeries, MAX_SERIES, type MarkerFill } from '../../../shared/series.ts';
import { formatCount, formatPercent } from '../../../shared/units.ts';
import { captionOf, notesOf, subtitleOf } from './chart-words.ts';
import { compressionOf, titleSentence } from './title-sentence.ts';

/** A chart and the rows that it draws, dense first. */
export interface ChartWithRows {
  readonly data: ScoreChartData;
  readonly rows: readonly ComparisonRow[];
}

export interface ChartOptions {
  readonly axes?: readonly ChartAxis[] | undefined;
  /** Titles of tasks by id; else made from the id. */
  readonly taskTitles?: Readonly<Record<string, string>> | undefined;
  /** YYYY-MM-DD, for the caption. */
  readonly date?: string | undefined;
}

const AXIS_SLUGS: Readonly<Record<ChartAxis, string>> = {
  bitsPerWeight: 'bits-per-weight',
  sparsityRatio: 'sparsity',
  sizeBytes: 'size',
};

const FILLS: readonly MarkerFill[] = ['solid', 'hollow', 'half'];

function slugOf(text: string): string {
  return (
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 60) || 'model'
  );
}

/** Rows that were asked the same questions in the same way, of one model: they may stand on one chart. */
function groupRows(rows: readonly ComparisonRow[]): ComparisonRow[][] {
  const mainMetrics = new Map<string, string>();
  for (const row of rows) if (!mainMetrics.has(row.task)) mainMetrics.set(row.task, row.metric);
  const groups = new Map<string, ComparisonRow[]>();
  for (const row of rows) {
    if (row.metric !== mainMetrics.get(row.task)) continue;
    const { model, task, taskVersion, protocol, dataSha256, shots, seed } = row;
    const key = JSON.stringify([model, task, taskVersion, protocol, dataSha256, shots, seed]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

const AXES_MOVED: Readonly<Record<'bits' | 'zeros' | 'layers', readonly ChartAxis[]>> = {
  bits: ['bitsPerWeight', 'sizeBytes'],
  zeros: ['sparsityRatio'],
  layers: ['sizeBytes'],
};

type Placing = (row: ComparisonRow, axis: ChartAxis) => boolean;

/** A version stands on an axis only if its recipe moves it there; methods nobody declared stand wherever they differ. */
function makePlacing(sweep: Sweep): Placing {
  const identify = identifySeries(sweep.points.map((point) => point.recipe));
  const identities = new Map(
    sweep.points.map((point) => {
      const identity = identify(point.recipe);
      return [identity.id, identity] as const;
    }),
  );
  return (row, axis) => {
    const identity = identities.get(row.seriesId);
    if (identity === undefined || identity.moves.length === 0) return true;
    return identity.moves.some((what) => AXES_MOVED[what].includes(axis));
  };
}

/** The axis says how far; a single marker has to say which version it is. */
function pointLabel(row: ComparisonRow, axis: ChartAxis, isAlone: boolean): string {
  const pattern = /\b\d+:\d+\b/.exec(row.recipe)?.[0];
  if (axis === 'sparsityRatio') return pattern ?? (isAlone ? row.recipe : '');
  return row.method === 'quantize' && row.type !== '' ? row.type : row.recipe;
}

function pointOf(row: ComparisonRow, axis: ChartAxis, isAlone: boolean): ChartPoint {
  return {
    x: row[axis],
    value: row.value,
    low: row.confidenceLow,
    high: row.confidenceHigh,
    label: pointLabel(row, axis, isAlone),
    recipe: row.recipe,
    itemCount: row.itemCount,
    verdict: row.verdict,
  };
}

/** Slots keep their colour; the second and third series of a slot change their markers' fill, alike on every axis. */
function fillsOf(group: readonly ComparisonRow[]): Map<string, MarkerFill> {
  const fills = new Map<string, MarkerFill>();
  const usedSlots = new Map<number, number>();
  for (const { seriesId, slot, isDense } of group) {
    if (isDense || fills.has(seriesId)) continue;
    const used = usedSlots.get(slot) ?? 0;
    usedSlots.set(slot, used + 1);
    fills.set(seriesId, FILLS[Math.min(used, FILLS.length - 1)]!);
  }
  return fills;
}

function seriesOf(rows: readonly ComparisonRow[], axis: ChartAxis, fills: Map<string, MarkerFill>): ChartSeries[] {
  const groups = new Map<string, ComparisonRow[]>();
  for (const row of rows) groups.set(row.seriesId, [...(groups.get(row.seriesId) ?? []), row]);
  return [...groups]
    .sort(([, a], [, b]) => a[0]!.slot - b[0]!.slot)
    .map(([id, members]) => {
      const { slot, seriesLabel: label } = members[0]!;
      const sorted = [...members].sort((a, b) => compressionOf(a, axis) - compressionOf(b, axis));
      const isAlone = members.length === 1;
      return {
        id,
        label,
        slot,
        fill: fills.get(id) ?? 'solid',
        joined: !isAlone && !id.includes('-nm'),
        points: sorted.map((row) => pointOf(row, axis, isAlone)),
      };
    });
}

interface ChartRequest {
  readonly group: readonly ComparisonRow[];
  readonly axis: ChartAxis;
  readonly placing: Placing;
  readonly options: ChartOptions;
  readonly name: string;
  readonly taskTitle: string;
}

function chartOf({ group, axis, placing, options, name, taskTitle }: ChartRequest): ChartWithRows {
  const row = group[0]!;
  const dense = group.find((candidate) => candidate.isDense);
  const placed = group.filter((candidate) => !candidate.isDense && placing(candidate, axis));
  const allSeries = seriesOf(placed, axis, fillsOf(group));
  const series = allSeries.slice(0, MAX_SERIES);
  const counts = group.map((candidate) => candidate.itemCount);
  const itemCount = { min: Math.min(...counts), max: Math.max(...counts) };
  const count =
    itemCount.min === itemCount.max
      ? formatCount(itemCount.max)
      : `${formatCount(itemCount.min)} to ${formatCount(itemCount.max)}`;
  const chance = row.chanceValue === null ? '' : ` Guessing gives ${formatPercent(row.chanceValue, 0)}.`;
  const data: ScoreChartData = {
    name,
    task: row.task,
    taskTitle,
    axis,
    title: titleSentence({ taskTitle, axis, rows: placed, dense }),
    subtitle: subtitleOf(row, count) + chance,
    metric: row.metric,
    unit: row.unit,
    higherIsBetter: row.higherIsBetter,
    logScale: row.unit !== 'ratio' && !row.higherIsBetter,
    dense:
      dense === undefined
        ? null
        : { x: dense[axis], value: dense.value, low: dense.confidenceLow, high: dense.confidenceHigh },
    chanceValue: row.chanceValue,
    series,
    itemCount,
    caption: captionOf(group, count, notesOf(group, placed, axis, allSeries.length - series.length), options.date),
  };
  return { data, rows: dense === undefined ? placed : [dense, ...placed] };
}

/** Charts in the order of the sweep's tasks, by axis; an axis along which no version moves has no chart. */
export function buildCharts(sweep: Sweep, rows: readonly ComparisonRow[], options: ChartOptions = {}): ChartWithRows[] {
  const axes = options.axes ?? CHART_AXES;
  const placing = makePlacing(sweep);
  const groups = groupRows(rows);
  const models = new Set(rows.map((row) => row.model));
  const taken = new Set<string>();
  const nameOf = taskNamer(rows, (task) => options.taskTitles?.[task] ?? titleOfTaskId(task));
  return groups.flatMap((group) => {
    const row = group[0]!;
    const compressed = group.filter((candidate) => !candidate.isDense);
    const taskTitle = nameOf(row);
    const used = axes.filter((axis) => compressed.some((candidate) => placing(candidate, axis)));
    return (used.length > 0 ? used : axes.slice(0, 1)).map((axis) => {
      const base = `${models.size > 1 ? `${slugOf(row.model)}-` : ''}${slugOf(row.task)}-by-${AXIS_SLUGS[axis]}`;
      let name = base;
      for (let next = 2; taken.has(name); next++) name = `${base}-${next}`;
      taken.add(name);
      return chartOf({ group, axis, placing, options, name, taskTitle });
    });
  });
}
