import { describe, expect, test } from 'vitest';
import { choiceOdds } from '../../../src/renderer/kick/AnswerDetails.tsx';
import { boundsOf } from '../../../src/renderer/kick/ScoreCurve.tsx';
import { growCurves } from '../../../src/renderer/kick/use-kick-runs.ts';
import { chartStops, firstStop, spokenStop, walk } from '../../../src/renderer/scores/chart-points.ts';
import { frontChart } from '../../../src/renderer/scores/front-chart.ts';
import { questionOf } from '../../../src/renderer/ui/question-words.ts';
import type { KickCell } from '../../../src/shared/session/kick-calls.ts';
import type { ScoreChart, ScoreRow } from '../../../src/shared/session/score-calls.ts';

function seriesOf(id: string, xs: readonly number[]) {
  const points = xs.map((x) => ({
    x,
    value: 0.5 - x / 2,
    low: 0.4 - x / 2,
    high: 0.6 - x / 2,
    label: '',
    recipe: `${id} ${x}`,
    itemCount: 100,
    verdict: 'loses' as const,
  }));
  return { id, label: id, slot: 1, fill: 'solid' as const, joined: true, points };
}

const series = [seriesOf('wanda', [0.1, 0.2, 0.5]), seriesOf('magnitude', [0.1, 0.5])];
const rows = series.flatMap(({ id, points }) =>
  points.map(({ recipe }) => ({ seriesId: id, recipe, task: 'factoid-qa', scoreId: recipe }) as ScoreRow),
);
const chart = {
  chart: { task: 'factoid-qa', series, axis: 'sparsityRatio', unit: 'ratio' },
  rows,
  notes: [],
} as unknown as ScoreChart;

describe('points of a chart', () => {
  const stop = (recipe: string) => chartStops(chart).find(({ row }) => row?.recipe === recipe)!;

  test('each point knows its row', () => {
    expect(chartStops(chart).map(({ row }) => row?.scoreId)).toEqual([
      'wanda 0.1',
      'wanda 0.2',
      'wanda 0.5',
      'magnitude 0.1',
      'magnitude 0.5',
    ]);
  });

  test('the cursor begins at the end of the first line', () => {
    expect(firstStop(chart)?.row?.recipe).toBe('wanda 0.5');
  });

  test.each([
    ['wanda 0.2', 'right', 'wanda 0.5'],
    ['wanda 0.5', 'right', 'wanda 0.5'],
    ['wanda 0.2', 'left', 'wanda 0.1'],
    ['wanda 0.2', 'down', 'magnitude 0.1'],
    ['magnitude 0.5', 'down', 'wanda 0.5'],
    ['magnitude 0.5', 'up', 'wanda 0.5'],
  ] as const)('from %s %s is %s', (from, way, to) => {
    expect(walk(chart, stop(from), way).row?.recipe).toBe(to);
  });

  test('a point is spoken without signs', () => {
    expect(spokenStop(stop('wanda 0.5'), 'ratio')).toBe('wanda, wanda 0.5, 25.0 percent plus or minus 10.0, loses');
  });

  test('versions that something beats are hollow and not joined', () => {
    const row = (recipe: string, sizeBytes: number) =>
      ({
        recipe,
        sizeBytes,
        value: 0.5,
        confidenceLow: 0.4,
        confidenceHigh: 0.6,
        itemCount: 10,
        slot: 4,
        isDense: false,
        verdict: null,
      }) as ScoreRow;
    const data = frontChart(
      [
        { row: row('small', 1), isDominated: false },
        { row: row('large', 9), isDominated: false },
        { row: row('worse', 5), isDominated: true },
      ],
      chart.chart,
    );
    expect(
      data.series.map(
        ({ fill, joined, points }) => `${fill} ${joined} ${points.map(({ recipe }) => recipe).join(',')}`,
      ),
    ).toEqual(['solid true large,small', 'hollow false worse']);
  });
});

describe('curves of a run', () => {
  const cell = (itemCount: number) =>
    ({ model: 'a', task: 't', score: { value: 0.5, low: 0.4, high: 0.6, unit: 'ratio', itemCount } }) as KickCell;
  const key = 'a\nt';

  test('a curve grows with its answers and not without', () => {
    const first = growCurves(new Map(), [cell(100)]);
    const second = growCurves(growCurves(first, [cell(200)]), [cell(200)]);
    expect(second.get(key)?.map(({ count }) => count)).toEqual([100, 200]);
  });

  test('a run that begins anew begins its curve anew', () => {
    const grown = growCurves(growCurves(new Map(), [cell(100)]), [cell(200)]);
    expect(
      growCurves(grown, [cell(50)])
        .get(key)
        ?.map(({ count }) => count),
    ).toEqual([50]);
  });

  test('a long curve is thinned, so that memory stays flat', () => {
    let curves: ReadonlyMap<string, readonly { readonly count: number }[]> = new Map();
    for (let count = 1; count <= 10_000; count++) curves = growCurves(curves as never, [cell(count)]);
    expect(curves.get(key)!.length).toBeLessThanOrEqual(600);
    expect(curves.get(key)!.at(-1)?.count).toBe(10_000);
  });

  test('bounds are round, hold all values and are never equal', () => {
    expect(boundsOf([])).toEqual([0, 1]);
    const [low, high] = boundsOf([0.31, 0.47]);
    expect(low).toBeCloseTo(0.3);
    expect(high).toBeCloseTo(0.5);
    const [same, above] = boundsOf([0.5]);
    expect(above).toBeGreaterThan(same);
  });

  test('odds of the letters add up to one', () => {
    expect(choiceOdds([Math.log(0.5), Math.log(0.25), Math.log(0.125), Math.log(0.125)])).toBe(
      'A 0.50   B 0.25   C 0.13   D 0.13',
    );
  });
});

describe('question of a prompt', () => {
  test.each([
    ['Please give answer to this question: Who wrote it?\nThe answer is ', 'Who wrote it?'],
    ['Question: first?\nAnswer: yes\n\nQuestion: second?\nAnswer:', 'second?'],
    ['The following are questions.\n\nWhat is 2 + 2?\nA. 3\nB. 4\nC. 5\nD. 6\nAnswer:', 'What is 2 + 2?'],
    ['Name a river.', 'Name a river.'],
    ['', ''],
  ])('%j asks %j', (prompt, question) => {
    expect(questionOf(prompt)).toBe(question);
  });
});
