// Scores as calls: filters, rows, charts, one score with its answers, what was forgotten.
import { type ChartAxis, OTHER_AXES, type OtherAxis, type ScoreChartData } from '../../../shared/comparison.ts';
import type { ScoreAxis, ScoreChart, ScoreRow, scoreCalls } from '../../../shared/session/score-calls.ts';
import { formatBytes, formatPercent } from '../../../shared/units.ts';
import { TASKS } from '../kick/registry.ts';
import { misleadingNotes } from '../score-board/misleading-notes.ts';
import { otherAxisCharts } from '../score-board/other-axis-charts.ts';
import { bestWithin, scoreFront } from '../score-board/score-front.ts';
import { buildCharts } from '../scores/chart-data.ts';
import { compressionOf } from '../scores/title-sentence.ts';
import { exportChart, exportReport } from './export-chart.ts';
import type { HandlersOf, Services } from './services.ts';

export interface ChartRequest {
  readonly task?: string | undefined;
  readonly axis?: ScoreAxis | undefined;
  readonly models?: readonly string[] | undefined;
  readonly base?: string | undefined;
  readonly methods?: readonly string[] | undefined;
  readonly protocol?: string | undefined;
  readonly sweepId?: string | undefined;
}

type ScoreHandlers = HandlersOf<typeof scoreCalls>;

export function scoreHandlers(services: Services): ScoreHandlers {
  const { scoreBoard } = services;
  return {
    listScoreFilters: () => listFilters(services),
    listScoreRows: ({ allMetrics, ...request }) => {
      const rows = selectRows(services, request);
      return { rows: allMetrics ? rows : mainMetricsOnly(rows) };
    },
    listCharts: (request) => chartsFor(services, request),
    getScore: ({ scoreId }) => {
      const entry = scoreBoard.get(scoreId);
      return { row: entry.row, record: entry.record, hasSamples: scoreBoard.samplesOf(entry) !== undefined };
    },
    listSamples: ({ scoreId, offset, limit }) => {
      const samples = scoreBoard.samplesOf(scoreBoard.get(scoreId)) ?? [];
      return { samples: samples.slice(offset, offset + limit), totalCount: samples.length };
    },
    changedQuestions: ({ scoreId, alsoForgottenBy, limit }) => scoreBoard.changed(scoreId, alsoForgottenBy, limit),
    listCategories: ({ scoreId }) => ({ categories: scoreBoard.categories(scoreId) }),
    scorePerGb: ({ limitBytes, ...request }) => {
      const rows = mainMetricsOnly(selectRows(services, request)).filter(
        ({ task }) => request.task === undefined || task === request.task,
      );
      const best = limitBytes === undefined ? null : bestWithin(rows, limitBytes);
      return { points: scoreFront(rows), bestWithinLimit: best?.row ?? null, text: best?.text ?? null };
    },
    importScores: ({ path }) => {
      const result = services.imported.add(path);
      services.emit({ type: 'scores-changed', rows: [] });
      return result;
    },
    exportChart: async ({ format, scale, theme, ...request }, signal) =>
      await exportChart({ charts: chartsFor(services, request).charts, format, scale, theme }, signal),
    exportReport: async ({ format, ...request }, signal) =>
      await exportReport({ services, rows: selectRows(services, request), format }, signal),
  };
}

/** Rows of the wanted versions and of the dense originals that they are compared with. */
export function selectRows(
  { scoreBoard, imported, sha256Of }: Pick<Services, 'scoreBoard' | 'imported' | 'sha256Of'>,
  request: ChartRequest,
): ScoreRow[] {
  // Several models of the library may be one file's content, and scores belong to the content.
  const hashOf = (id: string): string => sha256Of(id) ?? id;
  const wanted = request.models === undefined ? undefined : new Set(request.models.map(hashOf));
  const rows = [...scoreBoard.sweeps.flatMap((sweep) => sweep.rows), ...imported.rows()];
  return rows.filter(
    (row) =>
      (request.task === undefined || row.task === request.task) &&
      (request.protocol === undefined || row.protocol === request.protocol) &&
      (request.methods === undefined || row.isDense || request.methods.includes(row.seriesId)) &&
      (request.base === undefined || isOfBase(row, request.base, hashOf(request.base), rows)) &&
      (wanted === undefined || row.isDense || wanted.has(row.modelSha256)),
  );
}

/** Rows name their base as its header does; a base that is not in the library is asked for by that name. */
function isOfBase(row: ScoreRow, base: string, baseSha256: string, rows: readonly ScoreRow[]): boolean {
  if (row.model === base) return true;
  return rows.some((other) => other.isDense && other.modelSha256 === baseSha256 && other.model === row.model);
}

export function mainMetricsOnly(rows: readonly ScoreRow[]): ScoreRow[] {
  const main = new Map<string, string>();
  for (const { task, metric } of rows) if (!main.has(task)) main.set(task, metric);
  return rows.filter(({ task, metric }) => main.get(task) === metric);
}

const TASK_TITLES = Object.fromEntries(TASKS.map(({ id, title }) => [id, title]));

/** One chart a task and base, the largest run of each: others are counted as left out. */
export function chartsFor(
  services: Services,
  request: ChartRequest,
): { charts: ScoreChart[]; hiddenVersionCount: number } {
  const { scoreBoard } = services;
  const axis = request.axis ?? 'sparsityRatio';
  const asked = selectRows(services, request);
  if (isOtherAxis(axis)) return otherCharts(services, asked, request, axis);
  const selected = new Set(ofOneBase(asked, request).map(({ scoreId }) => scoreId));
  const candidates = scoreBoard.sweeps.flatMap(({ sweep, rows }) => {
    const shown = rows.filter(({ scoreId }) => selected.has(scoreId));
    const charts = buildCharts(sweep, shown, { axes: [axis], taskTitles: TASK_TITLES, date: today() });
    return charts.map(({ data, rows: drawn }) => ({ data, rows: drawn.map((row) => row as ScoreRow) }));
  });
  const best = new Map<string, (typeof candidates)[number]>();
  for (const candidate of candidates) {
    const key = `${candidate.rows[0]?.model ?? ''}/${candidate.data.task}`;
    const known = best.get(key);
    if (known === undefined || weightOf(candidate) > weightOf(known)) best.set(key, candidate);
  }
  const charts = [...best.values()]
    .map(
      (candidate): ScoreChart => ({
        chart: candidate.data,
        rows: candidate.rows,
        notes: notesFor(candidate, candidates, axis),
      }),
    )
    .sort(byTask);
  return { charts, hiddenVersionCount: hiddenVersions(services, selected) };
}

/** Versions of different bases say nothing of each other: unless they are asked for, those of the most measured base are shown. */
function ofOneBase(rows: readonly ScoreRow[], { base, models }: ChartRequest): readonly ScoreRow[] {
  if (base !== undefined || models !== undefined) return rows;
  const bases = [...Map.groupBy(rows, ({ model }) => model).values()];
  return bases.reduce<readonly ScoreRow[]>((most, members) => (members.length > most.length ? members : most), []);
}

interface Candidate {
  readonly data: ScoreChartData;
  readonly rows: readonly ScoreRow[];
}

/** More versions side by side say more; then more questions. */
function weightOf({ data, rows }: Candidate): number {
  return rows.length * 1e6 + Math.min(data.itemCount.max, 999_999);
}

function notesFor(candidate: Candidate, all: readonly Candidate[], axis: ChartAxis): string[] {
  const dense = candidate.rows.find(({ isDense }) => isDense);
  const others = all.filter(
    ({ data, rows }) =>
      data.task === candidate.data.task && rows !== candidate.rows && rows[0]?.model === candidate.rows[0]?.model,
  );
  return misleadingNotes({
    rows: candidate.rows.filter(({ isDense }) => !isDense),
    dense,
    compressionOf: (row) => compressionOf(row, axis),
    placeWords: (row) => placeWords(row, axis),
    leftOutCount: others.reduce((sum, { rows }) => sum + rows.length, 0),
  });
}

function placeWords(row: ScoreRow, axis: ChartAxis): string {
  if (axis === 'sparsityRatio') return formatPercent(row.sparsityRatio, 0);
  return axis === 'bitsPerWeight' ? `${row.bitsPerWeight.toFixed(2)} bits` : formatBytes(row.sizeBytes);
}

function isOtherAxis(axis: ScoreAxis): axis is OtherAxis {
  return OTHER_AXES.some((other) => other === axis);
}

/** Bases stand side by side only where they are what is compared. */
function otherCharts(services: Services, asked: readonly ScoreRow[], request: ChartRequest, axis: OtherAxis) {
  const rows = mainMetricsOnly(axis === 'parameterBytes' ? asked : ofOneBase(asked, request));
  const charts = otherAxisCharts(rows, axis, TASK_TITLES).map(
    ({ data, rows: drawn }): ScoreChart => ({ chart: data, rows: drawn, notes: [] }),
  );
  const best = new Map<string, ScoreChart>();
  for (const chart of charts) {
    const known = best.get(chart.chart.task);
    if (known === undefined || chart.rows.length > known.rows.length) best.set(chart.chart.task, chart);
  }
  return {
    charts: [...best.values()].sort(byTask),
    hiddenVersionCount: hiddenVersions(services, new Set(rows.map(({ scoreId }) => scoreId))),
  };
}

const TASK_ORDER = new Map(TASKS.map(({ id }, index) => [id, index]));

function byTask(a: ScoreChart, b: ScoreChart): number {
  return (TASK_ORDER.get(a.chart.task) ?? 99) - (TASK_ORDER.get(b.chart.task) ?? 99);
}

function hiddenVersions({ scoreBoard }: Services, selected: ReadonlySet<string>): number {
  const shown = new Set<string>();
  const all = new Set<string>();
  for (const { row, file } of scoreBoard.entries) {
    all.add(file.sha256);
    if (selected.has(row.scoreId)) shown.add(file.sha256);
  }
  return all.size - shown.size;
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function listFilters({ scoreBoard }: Services) {
  const { entries } = scoreBoard;
  const tasks = Map.groupBy(entries, ({ row }) => row.task);
  const bases = Map.groupBy(entries, ({ row }) => row.model);
  const methods = new Map(
    entries
      .filter(({ row }) => !row.isDense)
      .map(({ row }) => [row.seriesId, { id: row.seriesId, label: row.seriesLabel, slot: row.slot }]),
  );
  return {
    bases: [...bases].map(([name, members]) => ({
      id: members.find(({ row }) => row.isDense && row.modelId !== null)?.row.modelId ?? name,
      name,
      scoreCount: members.length,
    })),
    tasks: [...tasks].map(([id, members]) => ({ id, title: TASK_TITLES[id] ?? id, scoreCount: members.length })),
    methods: [...methods.values()],
    protocols: [...new Set(entries.map(({ row }) => row.protocol))],
    sweeps: [],
    scoreCount: entries.length,
  };
}
