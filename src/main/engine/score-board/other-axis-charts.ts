// Charts along what a run or a recipe varies: peak memory, calibration samples, shots, and bytes of parameters across base models.
import type { ChartPoint, ChartSeries, OtherAxis, ScoreChartData } from '../../../shared/comparison.ts';
import { formatScore, shortHash, titleOfTaskId } from '../../../shared/score-words.ts';
import type { MarkerFill } from '../../../shared/series.ts';
import { MAX_SERIES } from '../../../shared/series.ts';
import type { ScoreRow } from '../../../shared/session/score-calls.ts';
import { formatBytes, formatCount } from '../../../shared/units.ts';

export interface OtherChart {
  readonly data: ScoreChartData;
  readonly rows: readonly ScoreRow[];
}

interface AxisRule {
  readonly xOf: (row: ScoreRow) => number | null;
  readonly xWords: (x: number) => string;
  /** Points of one line. */
  readonly lineOf: (row: ScoreRow) => string;
  /** What must be equal for rows to share a chart, besides task, version, protocol, data and seed. */
  readonly sharedBy: (row: ScoreRow) => string;
  readonly slug: string;
  readonly subject: string;
}

const withoutSamples = (recipe: string): string => recipe.replace(/ \(\d+ samples\)/, '');

const RULES: Readonly<Record<OtherAxis, AxisRule>> = {
  peakMemoryBytes: {
    xOf: ({ peakMemoryBytes }) => peakMemoryBytes,
    xWords: formatBytes,
    lineOf: ({ seriesLabel }) => seriesLabel,
    sharedBy: ({ model, shots }) => `${model}/${shots}`,
    slug: 'peak-memory',
    subject: 'peak memory',
  },
  calibrationSamples: {
    xOf: ({ calibrationSamples }) => calibrationSamples,
    xWords: (x) => `${formatCount(x)} samples`,
    lineOf: ({ recipe }) => withoutSamples(recipe),
    sharedBy: ({ model, shots }) => `${model}/${shots}`,
    slug: 'calibration-samples',
    subject: 'calibration samples',
  },
  shots: {
    xOf: ({ shots }) => shots,
    xWords: (x) => `${x} ${x === 1 ? 'example' : 'examples'}`,
    lineOf: ({ recipe }) => recipe,
    sharedBy: ({ model }) => model,
    slug: 'shots',
    subject: 'examples',
  },
  parameterBytes: {
    xOf: ({ sizeBytes }) => sizeBytes,
    xWords: formatBytes,
    lineOf: ({ recipe }) => recipe,
    sharedBy: ({ shots }) => String(shots),
    slug: 'parameter-bytes',
    subject: 'bytes of parameters',
  },
};

const FILLS: readonly MarkerFill[] = ['solid', 'hollow', 'half'];

/** One chart a task; rows without a place on the axis are left out, and a chart without rows too. */
export function otherAxisCharts(
  rows: readonly ScoreRow[],
  axis: OtherAxis,
  taskTitles: Readonly<Record<string, string>>,
): OtherChart[] {
  const rule = RULES[axis];
  const placed = rows.filter((row) => rule.xOf(row) !== null);
  const groups = Map.groupBy(placed, (row) =>
    JSON.stringify([row.task, row.taskVersion, row.protocol, row.dataSha256, row.seed, row.metric, rule.sharedBy(row)]),
  );
  return [...groups.values()].map((group) => chartOf(group, axis, rule, taskTitles));
}

function chartOf(
  group: readonly ScoreRow[],
  axis: OtherAxis,
  rule: AxisRule,
  taskTitles: Readonly<Record<string, string>>,
): OtherChart {
  const first = group[0]!;
  const series = seriesOf(group, rule);
  const counts = group.map(({ itemCount }) => itemCount);
  const itemCount = { min: Math.min(...counts), max: Math.max(...counts) };
  const taskTitle = taskTitles[first.task] ?? titleOfTaskId(first.task);
  const models = [...new Set(group.map(({ model }) => model))];
  const refused = series.length - MAX_SERIES;
  const data: ScoreChartData = {
    name: `${first.task}-by-${rule.slug}`,
    task: first.task,
    taskTitle,
    axis,
    title: titleOf(taskTitle, series, rule, first),
    subtitle: `${first.unit === 'ratio' ? 'Score in %' : titleOfTaskId(first.metric)} of ${formatCount(itemCount.max)} questions, ${models.join(', ')}. ${first.higherIsBetter ? 'Higher' : 'Lower'} is better.`,
    metric: first.metric,
    unit: first.unit,
    higherIsBetter: first.higherIsBetter,
    logScale: first.unit !== 'ratio' && !first.higherIsBetter,
    dense: null,
    chanceValue: first.chanceValue,
    series: series.slice(0, MAX_SERIES),
    itemCount,
    caption: [
      `${first.task} version ${first.taskVersion}, ${first.protocol} protocol, greedy, seed ${first.seed}; data ${shortHash(first.dataSha256)}. Bars: 95 % interval, n = ${formatCount(itemCount.max)}.`,
      `Whittle ${first.engineVersion}, llama.cpp ${first.llamaCppVersion}.`,
      ...(refused > 0
        ? [`Not drawn: ${refused} more series. More than ${MAX_SERIES} cannot be told apart; the table has all.`]
        : []),
    ],
  };
  return { data, rows: group };
}

/** Each line keeps the slot of its method; a second one of the same slot changes its markers' fill. */
function seriesOf(group: readonly ScoreRow[], rule: AxisRule): ChartSeries[] {
  const used = new Map<number, number>();
  const lines = Map.groupBy(group, (row) => `${row.isDense ? 'dense' : row.seriesId}/${rule.lineOf(row)}`);
  return [...lines].map(([id, members]) => {
    const { slot } = members[0]!;
    const before = used.get(slot) ?? 0;
    used.set(slot, before + 1);
    const points = members.map((row) => pointOf(row, rule)).sort((a, b) => a.x - b.x);
    return {
      id,
      label: rule.lineOf(members[0]!),
      slot,
      fill: FILLS[Math.min(before, FILLS.length - 1)]!,
      joined: points.length > 1,
      points,
    };
  });
}

function pointOf(row: ScoreRow, rule: AxisRule): ChartPoint {
  return {
    x: rule.xOf(row)!,
    value: row.value,
    low: row.confidenceLow,
    high: row.confidenceHigh,
    label: '',
    recipe: row.recipe,
    itemCount: row.itemCount,
    verdict: row.verdict,
  };
}

/** The line with the most points speaks for the chart. */
function titleOf(taskTitle: string, series: readonly ChartSeries[], rule: AxisRule, row: ScoreRow): string {
  const longest = series.reduce<ChartSeries | undefined>(
    (most, next) => (next.points.length > (most?.points.length ?? 1) ? next : most),
    undefined,
  );
  const from = longest?.points[0];
  const to = longest?.points.at(-1);
  if (longest === undefined || from === undefined || to === undefined) {
    return `${taskTitle}: ${series.length === 1 ? 'one version has' : `${series.length} versions have`} a place along ${rule.subject}.`;
  }
  const [start, end] = [formatScore(from.value, row.unit), formatScore(to.value, row.unit)];
  const overlap = from.low <= to.high && to.low <= from.high;
  const noise = overlap ? '; the intervals overlap' : '';
  return `${taskTitle}: ${longest.label} goes from ${start} at ${rule.xWords(from.x)} to ${end} at ${rule.xWords(to.x)}${noise}.`;
}
