import { describe, expect, it } from 'vitest';
import { buildCharts, type ChartOptions } from '../../../src/main/engine/scores/chart-data.ts';
import { compareScores } from '../../../src/main/engine/scores/compare-scores.ts';
import type { Sweep } from '../../../src/shared/kick.ts';
import { DEMO_POINTS, FOUR_TASKS, type MadePoint, makeSweep, prunePoint, quantPoint } from './synthetic-sweep.ts';

const chartsOf = (sweep: Sweep, options: ChartOptions = {}) => buildCharts(sweep, compareScores(sweep), options);
const ONE_TASK = { tasks: FOUR_TASKS.slice(0, 1), withPerplexity: false };

describe('buildCharts', () => {
  it('makes a chart per task and axis, named by both', () => {
    const names = chartsOf(makeSweep(DEMO_POINTS), { axes: ['bitsPerWeight', 'sparsityRatio'] }).map(
      ({ data }) => data.name,
    );
    expect(names).toHaveLength(10);
    expect(names.slice(0, 2)).toEqual(['factoid-qa-by-bits-per-weight', 'factoid-qa-by-sparsity']);
    expect(new Set(names).size).toBe(10);
  });

  it('puts a version only on axes along which its recipe moves it, and says what is left out', () => {
    const [bits, sparsity] = chartsOf(makeSweep(DEMO_POINTS, ONE_TASK), { axes: ['bitsPerWeight', 'sparsityRatio'] });
    const ids = (chart: typeof bits) => chart!.data.series.map((series) => [series.id, series.points.length]);
    expect(ids(bits)).toEqual([
      ['wanda+Q4_K_M', 1],
      ['quantize-k', 5],
      ['quantize-i', 2],
    ]);
    expect(ids(sparsity)).toEqual([
      ['wanda', 4],
      ['wanda+Q4_K_M', 1],
      ['magnitude', 4],
    ]);
    expect(bits!.data.caption.at(-1)).toMatch(/^Not drawn: 8 pruned versions/);
    expect(sparsity!.data.caption.at(-1)).toMatch(/^Not drawn: 7 versions/);
  });

  it('orders points from the least to the most compressed', () => {
    const [bits, sparsity, size] = chartsOf(makeSweep([...DEMO_POINTS].reverse(), ONE_TASK));
    const xs = (chart: typeof bits, id: string) =>
      chart!.data.series.find((series) => series.id === id)!.points.map((point) => point.x);
    expect(xs(bits, 'quantize-k')).toEqual([8.52, 6.61, 5.02, 4.11, 3.29]);
    expect(xs(sparsity, 'wanda')).toEqual([0.3, 0.4, 0.5, 0.6]);
    expect(xs(size, 'quantize-i')).toEqual(xs(size, 'quantize-i').toSorted((a, b) => b - a));
  });

  it('keeps the fill of a series on every axis: the second of a slot is hollow, the third half filled', () => {
    const points: MadePoint[] = [
      prunePoint('wanda', 0.5, 0.8),
      { ...DEMO_POINTS.at(-1)! },
      {
        label: 'Wanda 2:4',
        steps: [{ method: 'wanda', params: { pattern: '2:4' } }],
        bits: 16,
        sparsity: 0.5,
        kept: 0.7,
      },
    ];
    const [bits, sparsity] = chartsOf(makeSweep(points, ONE_TASK), { axes: ['bitsPerWeight', 'sparsityRatio'] });
    expect(bits!.data.series.map((series) => series.fill)).toEqual(['hollow']);
    expect(sparsity!.data.series.map(({ label, fill, joined }) => [label, fill, joined])).toEqual([
      ['Wanda', 'solid', false],
      ['Wanda, then Q4_K_M', 'hollow', false],
      ['Wanda N:M', 'half', false],
    ]);
    expect(sparsity!.data.series[2]!.points[0]!.label).toBe('2:4');
  });

  it('refuses the ninth series with a word why', () => {
    const points = Array.from({ length: 11 }, (_, index) => ({
      ...prunePoint(`method-${index}`, 0.5, 0.5),
      label: `m${index}`,
    }));
    const [chart] = chartsOf(makeSweep(points, ONE_TASK), { axes: ['sparsityRatio'] });
    expect(chart!.data.series).toHaveLength(8);
    expect(chart!.data.caption.join(' ')).toContain('Not drawn: 3 more series');
    expect(chart!.rows).toHaveLength(12);
  });

  it('keeps models, and the same task asked in two ways, apart', () => {
    const one = makeSweep(DEMO_POINTS.slice(0, 2), { ...ONE_TASK, model: 'Model A' });
    const two = makeSweep(DEMO_POINTS.slice(0, 2), { ...ONE_TASK, model: 'Model B' });
    const zeroShots = one.points.map((point) => ({
      ...point,
      scores: point.scores.map((score) => ({ ...score, shots: 0 })),
    }));
    const charts = chartsOf(
      { sweepId: 'x', points: [...one.points, ...two.points, ...zeroShots] },
      { axes: ['bitsPerWeight'] },
    );
    expect(charts.map(({ data }) => data.name)).toEqual([
      'model-a-factoid-qa-by-bits-per-weight',
      'model-b-factoid-qa-by-bits-per-weight',
      'model-a-factoid-qa-by-bits-per-weight-2',
    ]);
    expect(charts.map(({ data }) => data.taskTitle)).toEqual([
      'Factoid QA, 5 shots',
      'Factoid QA, 5 shots',
      'Factoid QA, 0 shots',
    ]);
    for (const { data, rows } of charts) {
      expect(data.series).toHaveLength(1);
      expect(rows).toHaveLength(3);
    }
  });

  it('draws the dense model alone when nothing is compressed', () => {
    const charts = chartsOf(makeSweep([], ONE_TASK));
    expect(charts).toHaveLength(1);
    expect(charts[0]!.data.series).toEqual([]);
    expect(charts[0]!.data.title).toMatch(/the dense model scores/);
  });

  it('uses a logarithmic axis for perplexity alone, and says so', () => {
    for (const { data } of chartsOf(makeSweep(DEMO_POINTS))) {
      expect(data.logScale).toBe(data.task === 'perplexity');
      expect(data.subtitle.includes('logarithmic')).toBe(data.logScale);
    }
  });
});

describe('titles', () => {
  const titleOf = (points: readonly MadePoint[], axis: 'bitsPerWeight' | 'sparsityRatio', itemCount = 1000) => {
    const tasks = [{ id: 'factoid-qa', dense: 0.6, itemCount }];
    return chartsOf(makeSweep(points, { tasks, withPerplexity: false }), { axes: [axis] })[0]!.data.title;
  };
  const pruned = (kept: readonly number[]) => kept.map((share, index) => prunePoint('wanda', (index + 1) / 10, share));

  it.each([
    [pruned([1, 0.97, 0.5]), 'Factoid QA: nothing is clearly lost up to 20 %; at 30 % Wanda is down 30.0 points.'],
    [pruned([0.5, 0.4]), 'Factoid QA: something is lost already at 10 %; at 20 % Wanda is down 36.0 points.'],
    [pruned([1, 1]), 'Factoid QA: nothing is clearly lost up to 20 %, where Wanda equals dense.'],
    [pruned([1.2, 1.3]), 'Factoid QA: at least 95 % of dense is kept up to 20 %, where Wanda is up 18.0 points.'],
  ])('says how far nothing is lost and what the end costs (%#)', (points, title) => {
    expect(titleOf(points, 'sparsityRatio')).toBe(title);
  });

  it('names the best method where several end together', () => {
    const points = [...pruned([1, 0.5]), prunePoint('magnitude', 0.2, 0.2)];
    expect(titleOf(points, 'sparsityRatio')).toBe(
      'Factoid QA: nothing is clearly lost up to 10 %; at 20 % the best method, Wanda, is down 30.0 points.',
    );
  });

  it('takes sparsities for one that differ only by the zeros of the source', () => {
    const points = [prunePoint('wanda', 0.606, 0.2), prunePoint('magnitude', 0.6, 0.5)];
    expect(titleOf(points, 'sparsityRatio')).toBe(
      'Factoid QA: something is lost at 60 %, where the best method, magnitude, is down 30.0 points.',
    );
  });

  it('does not speak of a mixed recipe where plain ones stand beside it', () => {
    const mixed = { ...DEMO_POINTS.at(-1)!, sparsity: 0.08, kept: 0.2 };
    expect(titleOf([...pruned([1, 1]), mixed], 'sparsityRatio')).toBe(
      'Factoid QA: nothing is clearly lost up to 20 %, where Wanda equals dense.',
    );
    expect(titleOf([mixed], 'sparsityRatio')).toContain('something is lost at 8 %');
  });

  it('names types on the axis of bits', () => {
    const points = [quantPoint('Q8_0', 8.5, 1), quantPoint('Q2_K', 2.9, 0.5)];
    expect(titleOf(points, 'bitsPerWeight')).toBe(
      'Factoid QA: nothing is clearly lost down to 8.5 bits (Q8_0); Q2_K is down 30.0 points.',
    );
  });

  it.each([
    [
      { id: 'factoid-qa', dense: 0, itemCount: 100 },
      'Factoid QA: the dense model itself gets nothing right, so this shows no loss.',
    ],
    [
      { id: 'multiple-choice-qa', dense: 0.27, chance: 0.25, itemCount: 100 },
      'Multiple-choice QA: the dense model itself does no better than guessing, so this shows no loss.',
    ],
  ])('finds no loss where the dense model cannot do the task (%#)', (task, title) => {
    const sweep = makeSweep(pruned([1, 0.5]), { tasks: [task], withPerplexity: false });
    expect(chartsOf(sweep, { axes: ['sparsityRatio'] })[0]!.data.title).toBe(title);
  });

  it('gives no verdict on a handful of questions', () => {
    expect(titleOf(pruned([0.5]), 'sparsityRatio', 10)).toBe(
      'Factoid QA: 10 questions are too few for a verdict; at 10 % Wanda is down 30.0 points.',
    );
  });

  it('tells perplexity by its rise', () => {
    const sweep = makeSweep([quantPoint('Q8_0', 8.5, 1), quantPoint('Q2_K', 2.9, 0.5)], { tasks: [] });
    expect(chartsOf(sweep, { axes: ['bitsPerWeight'] })[0]!.data.title).toBe(
      'Perplexity rises from 11.4 to 39.5 with Q2_K.',
    );
  });
});
