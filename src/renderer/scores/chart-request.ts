// What the Scores screen asks for, kept in the address: axis, task, filters.
import { useMemo } from 'react';
import { SCORE_AXES, type ScoreAxis } from '../../shared/session/score-calls.ts';
import type { SessionInput } from '../../shared/session-contract.ts';
import { useBench } from '../models/use-bench.ts';
import { replaceParams, usePlace } from '../ui/use-place.ts';

export type ChartRequest = SessionInput<'listCharts'>;

export const AXIS_WORDS: Readonly<Record<ScoreAxis, string>> = {
  sparsityRatio: 'Sparsity',
  bitsPerWeight: 'Bits per weight',
  sizeBytes: 'Size',
  peakMemoryBytes: 'Peak memory',
  calibrationSamples: 'Calibration samples',
  shots: 'Shots',
  parameterBytes: 'Parameter bytes across bases',
};

export function axisOf(text: string | undefined): ScoreAxis {
  return SCORE_AXES.find((axis) => axis === text) ?? 'sparsityRatio';
}

export interface ScoresPlace {
  readonly axis: ScoreAxis;
  readonly task: string | undefined;
  /** Library id of the base whose versions are drawn; undefined: any. */
  readonly base: string | undefined;
  readonly request: ChartRequest;
  readonly hasFilters: boolean;
  readonly params: Readonly<Record<string, string>>;
  readonly set: (changes: Readonly<Record<string, string | undefined>>) => void;
}

/** Where any base is meant, whatever stands on the bench. */
export const ANY_BASE = 'any';

export function useScoresPlace(): ScoresPlace {
  const { params } = usePlace();
  const bench = useBench();
  const { protocol, sweep, methods } = params;
  const axis = axisOf(params['axis']);
  const wantedBase = params['base'] ?? bench.base?.id;
  const base = wantedBase === ANY_BASE ? undefined : wantedBase;
  // Sweeps may keep scores without files, and those cannot stand on the bench: so all versions of its base are drawn unless told.
  const isBenchOnly = params['bench'] !== undefined;
  const onBench = bench.looks.map(({ node }) => node.id).join(',');
  const request = useMemo<ChartRequest>(
    () => ({
      axis,
      ...(isBenchOnly ? { models: onBench.split(',').filter((id) => id !== '') } : {}),
      ...(base === undefined ? {} : { base }),
      ...(protocol === undefined ? {} : { protocol }),
      ...(sweep === undefined ? {} : { sweepId: sweep }),
      ...(methods === undefined ? {} : { methods: methods.split(',') }),
    }),
    [axis, isBenchOnly, onBench, base, protocol, sweep, methods],
  );
  const set = (changes: Readonly<Record<string, string | undefined>>) => {
    const next = Object.entries({ ...params, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    );
    replaceParams(Object.fromEntries(next));
  };
  const hasFilters = isBenchOnly || [params['base'], protocol, sweep, methods].some((value) => value !== undefined);
  return { axis, task: params['task'], base, request, hasFilters, params, set };
}
