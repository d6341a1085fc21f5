// Scores of each category of a task's questions, a line per version: which of them go first.
import type { GroupScore, ScoreRecord, Sweep } from '../../../shared/kick.ts';
import { formatScore, taskNamer } from '../../../shared/score-words.ts';
import { formatCount } from '../../../shared/units.ts';
import { mainRecords } from './report-table.ts';

export interface CategoryTable {
  readonly title: string;
  readonly categories: readonly { readonly name: string; readonly itemCount: string }[];
  /** One cell a category, in percent for proportions; undefined where this version was not asked. */
  readonly lines: readonly { readonly recipe: string; readonly cells: readonly (string | undefined)[] }[];
}

/** More columns than this are no table any more: the subjects of MMLU are read in the window. */
const MAX_CATEGORIES = 8;

/** Main metrics only; tasks whose data names two to eight categories, in the order of their names. */
export function makeCategoryTables(sweep: Sweep, taskTitle: (task: string) => string): CategoryTable[] {
  const hasManyModels = new Set(sweep.points.map(({ model }) => model)).size > 1;
  const columns = new Map<string, { title: string; groups: readonly GroupScore[] }>();
  const keyOf = ({ task, shots, metric }: ScoreRecord) => JSON.stringify([task, shots, metric]);
  const nameOf = taskNamer(
    sweep.points.flatMap(({ scores }) => mainRecords(scores)),
    taskTitle,
  );
  for (const { scores } of sweep.points) {
    for (const record of mainRecords(scores)) {
      const groups = (record.groups ?? []).toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
      if (groups.length < 2 || groups.length > MAX_CATEGORIES || columns.has(keyOf(record))) continue;
      columns.set(keyOf(record), { title: nameOf(record), groups });
    }
  }
  return [...columns].map(([key, { title, groups }]) => ({
    title,
    categories: groups.map(({ name, itemCount }) => ({ name, itemCount: formatCount(itemCount) })),
    lines: sweep.points.map(({ model, label, scores }) => {
      const record = scores.find((candidate) => keyOf(candidate) === key);
      const groupValue = ({ name }: GroupScore) => record?.groups?.find((group) => group.name === name)?.value;
      return {
        recipe: hasManyModels ? `${model}: ${label}` : label,
        cells: groups.map((group) => {
          const value = groupValue(group);
          return value === undefined || record === undefined ? undefined : formatScore(value, record.unit);
        }),
      };
    }),
  }));
}
