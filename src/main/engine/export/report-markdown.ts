// The report as Markdown: the same table and words, charts as pictures beside it.
import { formatCount } from '../../../shared/units.ts';
import { escapeMarkdown } from './escape-text.ts';
import type { CategoryTable } from './report-categories.ts';
import type { TaskChanges } from './report-changes.ts';
import { type ReportContent, stepWords } from './report-content.ts';
import type { TableCell } from './report-table.ts';

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function cellText(cell: TableCell | undefined): string {
  if (cell === undefined) return '–';
  const { score, difference, row } = cell;
  const verdict = row.verdict === null ? '' : `, ${row.verdict}`;
  return difference === '' ? score : `${score} (${difference}${verdict})`;
}

function tableOf({ table }: ReportContent): string {
  const titles = table.tasks.map(({ title, unit }) => `${escapeMarkdown(title)}, ${escapeMarkdown(unit)}`);
  const lines = table.lines.map(({ recipe, size, bits, sparsity, cells }) =>
    tableRow([escapeMarkdown(recipe), size, bits, sparsity, ...cells.map(cellText)]),
  );
  const head = tableRow(['Recipe', 'File size', 'Bits per weight', 'Sparsity, measured', ...titles]);
  return [head, tableRow(['---', ...new Array<string>(3 + titles.length).fill('---:')]), ...lines].join('\n');
}

function settingsTable({ settings }: ReportContent): string {
  const lines = settings.map(({ title, row, failedCount }) =>
    tableRow([
      escapeMarkdown(title),
      escapeMarkdown(row.metric),
      `${row.taskVersion}`,
      row.protocol,
      row.shots === null ? '–' : String(row.shots),
      formatCount(row.itemCount),
      formatCount(failedCount),
      String(row.seed),
      `\`${row.dataSha256}\``,
    ]),
  );
  const head = ['Task', 'Metric', 'Version', 'Protocol', 'Shots', 'n', 'Failed', 'Seed', 'Data sha256'];
  return [tableRow(head), tableRow(head.map(() => '---')), ...lines].join('\n');
}

function fileTable({ sweep }: ReportContent): string {
  const lines = sweep.points.map(({ label, modelSha256, recipe }) =>
    tableRow([escapeMarkdown(label), escapeMarkdown(stepWords(recipe)), `\`${modelSha256}\``]),
  );
  return [tableRow(['Version', 'Steps', 'File sha256']), tableRow(['---', '---', '---']), ...lines].join('\n');
}

function categoryText({ title, categories, lines }: CategoryTable): string {
  const heads = categories.map(({ name, itemCount }) => `${escapeMarkdown(name)}, n = ${itemCount}`);
  const rows = lines.map(({ recipe, cells }) =>
    tableRow([escapeMarkdown(recipe), ...cells.map((cell) => cell ?? '–')]),
  );
  const table = [tableRow(['Version', ...heads]), tableRow(['---', ...heads.map(() => '---:')]), ...rows].join('\n');
  return `### ${escapeMarkdown(title)}\n\n${table}`;
}

function changesText({ title, counts, examples }: TaskChanges): string {
  const head = [tableRow(['Version', 'Forgotten', 'Gained']), tableRow(['---', '---:', '---:'])];
  const lines = counts.map(({ recipe, forgottenCount, gainedCount }) =>
    tableRow([escapeMarkdown(recipe), formatCount(forgottenCount), formatCount(gainedCount)]),
  );
  const shown = examples?.answers.map(
    ({ question, expected, denseSaid, versionSaid }) =>
      `- ${escapeMarkdown(question)} Expected: ${escapeMarkdown(expected)}. Dense: ${escapeMarkdown(denseSaid)}. ${escapeMarkdown(examples.recipe)}: ${escapeMarkdown(versionSaid)}`,
  );
  return [`### ${escapeMarkdown(title)}`, [...head, ...lines].join('\n'), ...(shown ? [shown.join('\n')] : [])].join(
    '\n\n',
  );
}

/** `pictures`: paths relative to the report, by chart name. */
export function reportMarkdown(content: ReportContent, pictures: ReadonlyMap<string, string>): string {
  const findings = content.findings.map(
    ({ heading, sentences }) =>
      `### ${heading}\n\n${sentences.map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n')}`,
  );
  const charts = content.charts.flatMap(({ data }) => {
    const picture = pictures.get(data.name);
    return picture === undefined ? [] : [`![${escapeMarkdown(data.title)}](${picture})`];
  });
  const facts = [
    ...content.versions,
    ...(content.date === null ? [] : [content.date]),
    `sweep ${content.sweep.sweepId}`,
  ];
  return `${[
    `# ${escapeMarkdown(content.title)}`,
    `${facts.map(escapeMarkdown).join(' · ')}`,
    ...findings,
    '## Scores',
    tableOf(content),
    ...(content.categories.length === 0 ? [] : ['## By kind of question', ...content.categories.map(categoryText)]),
    ...(content.changes.length === 0 ? [] : ['## Forgotten and gained', ...content.changes.map(changesText)]),
    ...(charts.length === 0 ? [] : ['## Charts', ...charts]),
    '## How to read this',
    content.notes.map((note) => `- ${note}`).join('\n'),
    '## Settings',
    settingsTable(content),
    '## Files',
    fileTable(content),
  ].join('\n\n')}\n`;
}
