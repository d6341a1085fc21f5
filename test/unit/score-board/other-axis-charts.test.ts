import { describe, expect, it } from 'vitest';
import { otherAxisCharts } from '../../../src/main/engine/score-board/other-axis-charts.ts';
import type { ScoreRow } from '../../../src/shared/session/score-calls.ts';

const row = (changes: Partial<ScoreRow>): ScoreRow =>
  ({
    model: 'Base',
    recipe: 'Wanda 50 % (8 samples)',
    method: 'wanda',
    isDense: false,
    task: 'factoid-qa',
    taskVersion: 1,
    protocol: 'standard',
    metric: 'accuracy',
    unit: 'ratio',
    higherIsBetter: true,
    value: 0.4,
    confidenceLow: 0.35,
    confidenceHigh: 0.45,
    itemCount: 400,
    chanceValue: null,
    sizeBytes: 1e9,
    dataSha256: 'd'.repeat(64),
    seed: 0,
    shots: null,
    engineVersion: '0',
    llamaCppVersion: '0',
    seriesId: 'wanda',
    seriesLabel: 'Wanda',
    slot: 1,
    calibrationSamples: null,
    peakMemoryBytes: null,
    verdict: null,
    ...changes,
  }) as ScoreRow;

describe('calibration samples', () => {
  const rows = [
    row({
      calibrationSamples: 128,
      recipe: 'Wanda 50 % (128 samples)',
      value: 0.5,
      confidenceLow: 0.46,
      confidenceHigh: 0.54,
    }),
    row({ calibrationSamples: 8, recipe: 'Wanda 50 % (8 samples)' }),
    row({ calibrationSamples: 8, recipe: 'Wanda 30 % (8 samples)', value: 0.6 }),
    row({ recipe: 'dense', isDense: true, calibrationSamples: null }),
  ];

  it('join the same recipe over its samples, few first, and leave out what has none', () => {
    const [chart] = otherAxisCharts(rows, 'calibrationSamples', {});
    expect(chart?.data.series.map(({ label, points, fill }) => [label, points.map(({ x }) => x), fill])).toEqual([
      ['Wanda 50 %', [8, 128], 'solid'],
      ['Wanda 30 %', [8], 'hollow'],
    ]);
    expect(chart?.data.axis).toBe('calibrationSamples');
  });

  it('are told in a sentence with the numbers of the longest line', () => {
    const [chart] = otherAxisCharts(rows, 'calibrationSamples', { 'factoid-qa': 'Factoid QA' });
    expect(chart?.data.title).toBe('Factoid QA: Wanda 50 % goes from 40.0 at 8 samples to 50.0 at 128 samples.');
    const near = [rows[0]!, { ...rows[1]!, confidenceHigh: 0.47 }];
    expect(otherAxisCharts(near, 'calibrationSamples', {})[0]?.data.title).toContain('; the intervals overlap.');
  });
});

describe('shots', () => {
  it('share a chart though they are other prompts, with dense as a line of its own', () => {
    const rows = [0, 5].flatMap((shots) => [
      row({ shots, recipe: 'dense', isDense: true, value: 0.6 + shots / 100, seriesId: 'dense', slot: 8 }),
      row({ shots, recipe: 'Q4_K_M', value: 0.5 }),
    ]);
    const charts = otherAxisCharts(rows, 'shots', {});
    expect(charts).toHaveLength(1);
    expect(charts[0]?.data.series.map(({ label, points }) => [label, points.map(({ x }) => x)])).toEqual([
      ['dense', [0, 5]],
      ['Q4_K_M', [0, 5]],
    ]);
  });
});

describe('bytes of parameters', () => {
  it('set the same version of several bases on one line', () => {
    const rows = [1e9, 3e9, 7e9].map((sizeBytes, index) =>
      row({ model: `Base ${index}`, recipe: 'Q4_K_M', sizeBytes, value: 0.3 + index / 10 }),
    );
    const [chart, ...others] = otherAxisCharts(rows, 'parameterBytes', {});
    expect(others).toEqual([]);
    expect(chart?.data.series[0]?.points.map(({ x, value }) => [x, value])).toEqual([
      [1e9, 0.3],
      [3e9, 0.4],
      [7e9, 0.5],
    ]);
  });
});

describe('peak memory', () => {
  it('is drawn where it is known', () => {
    expect(otherAxisCharts([row({})], 'peakMemoryBytes', {})).toEqual([]);
    expect(
      otherAxisCharts([row({ peakMemoryBytes: 5e8 })], 'peakMemoryBytes', {})[0]?.data.series[0]?.points[0]?.x,
    ).toBe(5e8);
  });
});
