// KICK runs as they go: asked again when answers come in, at most once a second; the curve of each score is kept while it grows.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import type { JobState } from '../../shared/job.ts';
import type { KickCell, KickRun } from '../../shared/session/kick-calls.ts';
import { useWindowEvent } from '../api/event-stream.tsx';
import { kickRunsQuery } from '../api/queries.ts';
import { useDraft } from '../api/use-draft.ts';

const REFRESH_MS = 1000;
const ACTIVE: ReadonlySet<JobState> = new Set(['running', 'queued', 'paused', 'interrupted']);
const MAX_CURVE_POINTS = 600;

export function isActiveRun(run: KickRun): boolean {
  return ACTIVE.has(run.state);
}

/** Runs `refresh` now and then, not for each of many events. */
function useThrottled(refresh: () => void): () => void {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      refresh();
    }, REFRESH_MS);
  };
}

export function useKickRuns() {
  const client = useQueryClient();
  const query = useQuery(kickRunsQuery);
  const refresh = useThrottled(() => {
    void client.invalidateQueries({ queryKey: ['kick-runs'] });
    void client.invalidateQueries({ queryKey: ['answers'] });
  });
  useWindowEvent((event) => {
    if (event.type === 'answers' || event.type === 'job-progress' || event.type === 'job-changed') refresh();
  });
  const runs = query.data ?? [];
  return { runs, active: runs.find(isActiveRun), error: query.error, isLoaded: query.data !== undefined };
}

export interface CurvePoint {
  readonly count: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export function curveKey({ model, task }: Pick<KickCell, 'model' | 'task'>): string {
  return `${model}\n${task}`;
}

/** Adds the present score of each cell to its curve; a curve that is too long loses every second point. */
export function growCurves(
  curves: ReadonlyMap<string, readonly CurvePoint[]>,
  cells: readonly KickCell[],
): Map<string, readonly CurvePoint[]> {
  const grown = new Map(curves);
  for (const cell of cells) {
    if (cell.score === null) continue;
    const key = curveKey(cell);
    const known = grown.get(key) ?? [];
    const { itemCount, value, low, high } = cell.score;
    if (known.at(-1)?.count === itemCount) continue;
    const kept = known.length >= MAX_CURVE_POINTS ? known.filter((_, place) => place % 2 === 0) : known;
    grown.set(key, [...kept.filter(({ count }) => count < itemCount), { count: itemCount, value, low, high }]);
  }
  return grown;
}

const NO_CURVES: ReadonlyMap<string, readonly CurvePoint[]> = new Map();

/** Kept while other screens are open. */
export function useCurves(run: KickRun | undefined): ReadonlyMap<string, readonly CurvePoint[]> {
  const [curves, setCurves] = useDraft<ReadonlyMap<string, readonly CurvePoint[]>>(
    `curves-${run?.runId ?? ''}`,
    NO_CURVES,
  );
  const cells = run?.cells;
  useEffect(() => {
    if (cells !== undefined) setCurves((old) => growCurves(old, cells));
  }, [cells, setCurves]);
  return curves;
}
