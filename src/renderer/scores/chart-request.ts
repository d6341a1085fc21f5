// What the Scores screen asks for, kept in the address: axis, task, filters.
import { useMemo } from 'react';
import { SCORE_AXES, type ScoreAxis } from '../../shared/session/score-calls.ts';
import type { SessionInput } from '../../shared/session-contract.ts';
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
  readonly request: ChartRequest;
  readonly hasFilters: boolean;
  readonly params: Readonly<Record<string, string>>;
  readonly set: (changes: Readonly<Record<string, string | undefined>>) => void;
}

export function useScoresPlace(): ScoresPlace {
  const { params } = usePlace();
  const { base, protocol, sweep, methods, all } = params;
  const axis = axisOf(params['axis']);
  const request = useMemo<ChartRequest>(
    () => ({
      axis,
      ...(all === undefined ? {} : { models: [] }),
      ...(base === undefined ? {} : { base }),
      ...(protocol === undefined ? {} : { protocol }),
      ...(sweep === undefined ? {} : { sweepId: sweep }),
      ...(methods === undefined ? {} : { methods: methods.split(',') }),
    }),
    [axis, all, base, protocol, sweep, methods],
  );
  const set = (changes: Readonly<Record<string, string | undefined>>) => {
    const next = Object.entries({ ...params, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
    );
    replaceParams(Object.fromEntries(next));
  };
  const hasFilters = [base, protocol, sweep, methods].some((value) => value !== undefined);
  return { axis, task: params['task'], request, hasFilters, params, set };
}
