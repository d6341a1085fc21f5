// What a report finds besides its charts: losses that perplexity does not show, and scores by category.
import { expect, test } from 'vitest';
import { findPerplexityGaps } from '../../../src/main/engine/export/perplexity-gaps.ts';
import { makeCategoryTables } from '../../../src/main/engine/export/report-categories.ts';
import { makeReportTable } from '../../../src/main/engine/export/report-table.ts';
import { compareScores } from '../../../src/main/engine/scores/compare-scores.ts';
import type { GroupScore, ScoreRecord, Sweep } from '../../../src/shared/kick.ts';
import { FOUR_TASKS, makeSweep, prunePoint, quantPoint } from '../scores/synthetic-sweep.ts';

const titleOf = (task: string) => (task === 'factoid-qa' ? 'Factoid QA' : task);
const gapsOf = (sweep: Sweep) => findPerplexityGaps(makeReportTable(sweep, compareScores(sweep), titleOf));

function changeScores(sweep: Sweep, change: (record: ScoreRecord, recipe: string) => ScoreRecord): Sweep {
  const points = sweep.points.map((point) => ({
    ...point,
    scores: point.scores.map((record) => change(record, point.label)),
  }));
  return { ...sweep, points };
}

/** Factoid QA falls from 62 to 42 and from 62 to 58; perplexity as given, 11.4 for dense. */
const sweepWith = (perplexity: number) =>
  changeScores(
    makeSweep([quantPoint('Q3_K_M', 4.11, 0.68), quantPoint('Q4_K_M', 5.02, 0.94)], { tasks: FOUR_TASKS.slice(0, 1) }),
    (record, recipe) =>
      record.metric === 'perplexity' && recipe !== 'dense' ? { ...record, value: perplexity } : record,
  );

test('names a version whose perplexity rose by less than 15 % while a score fell by more than 10 points', () => {
  expect(gapsOf(sweepWith(12.2))).toEqual([
    expect.stringMatching(/^Q3_K_M: perplexity rises by only 7\.0 %, but Factoid QA −20\.0 ± \d+\.\d points\.$/),
  ]);
  expect(gapsOf(sweepWith(11))[0]).toContain('perplexity falls by 3.5 %');
});

test('names a version once, with all that it lost', () => {
  const sweep = changeScores(makeSweep([quantPoint('Q2_K', 3.3, 0.5)], { tasks: FOUR_TASKS }), (record, recipe) =>
    record.metric === 'perplexity' && recipe !== 'dense' ? { ...record, value: 12 } : record,
  );
  const sentences = gapsOf(sweep);
  expect(sentences).toHaveLength(1);
  expect(sentences[0]?.match(/−\d+\.\d ±/g)).toHaveLength(4);
});

test('finds nothing where perplexity rose as well, and says so', () => {
  expect(gapsOf(sweepWith(13.2))).toEqual([expect.stringMatching(/^Nothing here/)]);
});

test('is silent where perplexity or every task is missing', () => {
  expect(gapsOf(makeSweep([quantPoint('Q2_K', 3.3, 0.2)], { withPerplexity: false }))).toEqual([]);
  expect(gapsOf(makeSweep([quantPoint('Q2_K', 3.3, 0.2)], { tasks: [] }))).toEqual([]);
});

test('makes a table of each task with a few categories, a line per version', () => {
  const groups = (value: number): GroupScore[] => [
    { name: 'head', value, itemCount: 1200 },
    { name: 'tail', value: value / 2, itemCount: 80 },
  ];
  const many = Array.from({ length: 9 }, (_, index) => ({ name: `subject ${index}`, value: 1, itemCount: 1 }));
  const sweep = changeScores(makeSweep([prunePoint('wanda', 0.5, 0.72)]), (record, recipe) => {
    if (record.task === 'factoid-qa') return { ...record, groups: groups(recipe === 'dense' ? 0.9 : 0.4) };
    return record.task === 'multiple-choice-qa' ? { ...record, groups: many } : record;
  });
  expect(makeCategoryTables(sweep, titleOf)).toEqual([
    {
      title: 'Factoid QA',
      categories: [
        { name: 'head', itemCount: '1,200' },
        { name: 'tail', itemCount: '80' },
      ],
      lines: [
        { recipe: 'dense', cells: ['90.0', '45.0'] },
        { recipe: 'Wanda 50 %', cells: ['40.0', '20.0'] },
      ],
    },
  ]);
});
