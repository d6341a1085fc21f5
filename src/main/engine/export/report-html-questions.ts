// The parts of report.html about kinds of questions and single ones: categories, how many each version forgot and gained, examples.
import { formatCount } from '../../../shared/units.ts';
import { escapeHtml } from './escape-text.ts';
import type { CategoryTable } from './report-categories.ts';
import type { ForgottenExamples, TaskChanges } from './report-changes.ts';

function countsHtml(changes: readonly TaskChanges[]): string {
  const recipes = [...new Set(changes.flatMap(({ counts }) => counts.map(({ recipe }) => recipe)))];
  const heads = changes.map(({ title }) => `<th scope="col">${escapeHtml(title)}</th>`).join('');
  const lines = recipes.map((recipe) => {
    const cells = changes.map(({ counts }) => {
      const found = counts.find((count) => count.recipe === recipe);
      if (found === undefined) return '<td>–</td>';
      const { forgottenCount, gainedCount } = found;
      return `<td><span class="forgotten">−${formatCount(forgottenCount)}</span> <span class="gained">+${formatCount(gainedCount)}</span></td>`;
    });
    return `<tr><th scope="row">${escapeHtml(recipe)}</th>${cells.join('')}</tr>`;
  });
  return `<div class="sheet"><table><thead><tr><th scope="col" class="text">Version</th>${heads}</tr></thead><tbody>${lines.join('\n')}</tbody></table></div>`;
}

function examplesHtml(title: string, { recipe, answers }: ForgottenExamples): string {
  const lines = answers.map(
    ({ question, expected, denseSaid, versionSaid }) =>
      `<tr><td class="text wrap">${escapeHtml(question)}</td><td class="text wrap">${escapeHtml(expected)}</td><td class="text wrap">${escapeHtml(denseSaid)}</td><td class="text wrap">${escapeHtml(versionSaid)}</td></tr>`,
  );
  const name = escapeHtml(recipe);
  return `<details><summary>${escapeHtml(title)}: what ${name} forgot first</summary><div class="sheet"><table><thead><tr><th class="text">Question</th><th class="text">Right answer</th><th class="text">Dense said</th><th class="text">${name} said</th></tr></thead><tbody>${lines.join('')}</tbody></table></div></details>`;
}

function categoryTableHtml({ title, categories, lines }: CategoryTable): string {
  const heads = categories.map(
    ({ name, itemCount }) => `<th scope="col">${escapeHtml(name)}<small>n = ${itemCount}</small></th>`,
  );
  const rows = lines.map(
    ({ recipe, cells }) =>
      `<tr><th scope="row">${escapeHtml(recipe)}</th>${cells.map((cell) => `<td>${cell ?? '–'}</td>`).join('')}</tr>`,
  );
  return `<details><summary>${escapeHtml(title)}</summary><div class="sheet"><table><thead><tr><th scope="col" class="text">Version</th>${heads.join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div></details>`;
}

/** Empty where no task has a few categories. */
export function categoriesHtml(tables: readonly CategoryTable[]): string {
  if (tables.length === 0) return '';
  return `<h2>By kind of question</h2>\n<div class="stack">${tables.map(categoryTableHtml).join('\n')}</div>`;
}

/** Empty without samples. */
export function changesHtml(changes: readonly TaskChanges[]): string {
  if (changes.length === 0) return '';
  const examples = changes.flatMap(({ title, examples: shown }) =>
    shown === null ? [] : [examplesHtml(title, shown)],
  );
  const words =
    '<span><span class="forgotten">− forgotten</span>: dense was right, this version is not</span><span><span class="gained">+ gained</span>: the other way round</span>';
  return `<h2>Forgotten and gained</h2>\n${countsHtml(changes)}<p class="legend">${words}</p>\n<div class="stack">${examples.join('\n')}</div>`;
}
