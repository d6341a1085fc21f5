// report.html: one file that needs nothing else, no script and no network; every name in it is escaped.
import type { RenderChartsOutput } from '../../../shared/chart-job.ts';
import type { Verdict } from '../../../shared/comparison.ts';
import { formatCount } from '../../../shared/units.ts';
import { escapeHtml } from './escape-text.ts';
import { embeddedFontFaces } from './font-files.ts';
import { type ReportContent, stepWords } from './report-content.ts';
import { categoriesHtml, changesHtml } from './report-html-questions.ts';
import { reportStyle } from './report-style.ts';
import type { TableCell, TableLine } from './report-table.ts';
import { formatScoreCsv, scoreRowOf } from './score-rows.ts';

const VERDICT_SHAPES: Readonly<Record<Verdict, string>> = {
  matches: '<circle r="4.5" fill="currentColor"/>',
  unclear: '<circle r="4" fill="none" stroke="currentColor"/><path d="M0-4A4 4 0 0 0 0 4Z" fill="currentColor"/>',
  loses: '<circle r="4" fill="none" stroke="currentColor" stroke-width="1.4"/>',
};

function verdictSign(verdict: Verdict): string {
  return `<svg class="${verdict}" width="11" height="11" viewBox="-5.5 -5.5 11 11" aria-hidden="true">${VERDICT_SHAPES[verdict]}</svg>`;
}

function cellHtml(cell: TableCell | undefined): string {
  if (cell === undefined) return '<td>–</td>';
  const { score, difference, row } = cell;
  const exact = `${row.value} [${row.confidenceLow}, ${row.confidenceHigh}], n = ${row.itemCount}`;
  const sign = row.verdict === null ? '' : verdictSign(row.verdict);
  const verdict = row.verdict === null ? '' : ` <span class="${row.verdict}">${row.verdict}</span>`;
  const below = difference === '' ? '' : `<span class="diff">${difference}${verdict}</span>`;
  return `<td title="${escapeHtml(exact)}"><span class="verdict">${score}${sign}</span>${below}</td>`;
}

function lineHtml(line: TableLine, previous: TableLine | undefined, keys: Readonly<Record<string, string>>): string {
  const isNewGroup = previous !== undefined && previous.seriesId !== line.seriesId;
  const classes = [line.isDense ? 'dense' : '', isNewGroup ? 'group' : ''].filter((name) => name !== '').join(' ');
  const own = Object.hasOwn(keys, line.seriesId) ? keys[line.seriesId] : '';
  const key = line.isDense ? '<span class="block"></span>' : own;
  const facts = `<td title="${formatCount(line.point.sizeBytes)} bytes">${line.size}</td><td>${line.bits}</td><td>${line.sparsity}</td>`;
  const name = `<th scope="row">${key}${escapeHtml(line.recipe)}</th>`;
  return `<tr class="${classes}">${name}${facts}${line.cells.map(cellHtml).join('')}</tr>`;
}

function tableHtml({ table }: ReportContent, keys: Readonly<Record<string, string>>): string {
  const heads = table.tasks.map(
    ({ title, unit }) => `<th scope="col">${escapeHtml(title)}<small>${escapeHtml(unit)}</small></th>`,
  );
  const lines = table.lines.map((line, index) => lineHtml(line, table.lines[index - 1], keys));
  const fixed = `<th scope="col" class="text">Recipe</th><th scope="col">File size</th><th scope="col">Bits per weight</th><th scope="col">Sparsity<small>measured</small></th>`;
  const legend = [
    `<span>${verdictSign('matches')}matches: at least 95 % of dense is kept</span>`,
    `<span>${verdictSign('unclear')}unclear: ask more questions</span>`,
    `<span>${verdictSign('loses')}loses</span>`,
    '<span>second line: difference from dense; ± 95 % interval</span>',
  ].join('');
  return `<div class="sheet"><table><thead><tr>${fixed}${heads.join('')}</tr></thead><tbody>${lines.join('\n')}</tbody></table></div><p class="legend">${legend}</p>`;
}

function findingsHtml({ findings }: ReportContent): string {
  const cards = findings.map(({ heading, sentences }) => {
    const items = sentences.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join('');
    return `<section class="card"><h3>${escapeHtml(heading)}</h3><ul>${items}</ul></section>`;
  });
  return `<div class="cards">${cards.join('')}</div>`;
}

function figures(charts: RenderChartsOutput['charts']): string {
  return charts.map(({ name, pageSvg }) => `<figure id="${name}">${pageSvg}</figure>`).join('\n');
}

function settingsHtml({ settings }: ReportContent): string {
  const lines = settings.map(({ title, row, failedCount }) => {
    const cells = [row.metric, `${row.taskVersion}`, row.protocol, row.shots === null ? '–' : `${row.shots}`];
    const numbers = [formatCount(row.itemCount), formatCount(failedCount), `${row.seed}`];
    return `<tr><th scope="row">${escapeHtml(title)}</th>${[...cells, ...numbers].map((text) => `<td class="text">${escapeHtml(text)}</td>`).join('')}<td class="text"><code class="hash">${escapeHtml(row.dataSha256)}</code></td></tr>`;
  });
  const heads = [
    'Task',
    'Metric',
    'Task version',
    'Protocol',
    'Shots',
    'n',
    'Failed, all versions',
    'Seed',
    'Data sha256',
  ];
  return `<div class="sheet"><table><thead><tr>${heads.map((head) => `<th scope="col" class="text">${head}</th>`).join('')}</tr></thead><tbody>${lines.join('')}</tbody></table></div>`;
}

function filesHtml({ sweep }: ReportContent): string {
  const lines = sweep.points.map(({ model, label, recipe, modelSha256 }) => {
    return `<tr><th scope="row">${escapeHtml(label)}</th><td class="text">${escapeHtml(model)}</td><td class="text wrap"><code>${escapeHtml(stepWords(recipe))}</code></td><td class="text"><code class="hash">${escapeHtml(modelSha256)}</code></td></tr>`;
  });
  return `<div class="sheet"><table><thead><tr><th class="text">Version</th><th class="text">Model</th><th class="text">Steps</th><th class="text">File sha256</th></tr></thead><tbody>${lines.join('')}</tbody></table></div>`;
}

function downloadsHtml(content: ReportContent): string {
  const link = (file: string, type: string, text: string, words: string) =>
    `<a download="${file}" href="data:${type};base64,${Buffer.from(text).toString('base64')}">${words}</a>`;
  const csv = formatScoreCsv(content.rows.map(scoreRowOf));
  const json = JSON.stringify(content.sweep, null, 2);
  return `<p class="downloads">${link('scores.csv', 'text/csv', csv, 'All scores as CSV')}${link('report.json', 'application/json', json, 'All scores with recipes as JSON')}</p>`;
}

export function reportHtml(content: ReportContent, pictures: RenderChartsOutput): string {
  const style = reportStyle({ fontFaces: embeddedFontFaces(), chartVariables: pictures.pageVariables });
  const versionCount = content.sweep.points.filter((point) => point.recipe !== null).length;
  const facts = [
    `${formatCount(versionCount)} compressed versions beside the dense original`,
    ...content.versions,
    ...(content.date === null ? [] : [content.date]),
    `sweep ${content.sweep.sweepId}`,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:">
<meta name="generator" content="Whittle">
<title>${escapeHtml(content.title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header><h1>${escapeHtml(content.title)}</h1><p class="facts">${facts.map(escapeHtml).join(' · ')}</p></header>
${findingsHtml(content)}
<h2>At a glance</h2>
${figures(pictures.overviews)}
<h2>Every version beside the original</h2>
${tableHtml(content, pictures.seriesKeys)}
${categoriesHtml(content.categories)}
${changesHtml(content.changes)}
<h2>Task by task</h2>
${figures(pictures.charts)}
<h2>How to read this</h2>
<ul class="notes">${content.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>
<h2>How it was measured</h2>
<details open><summary>Tasks and data</summary>${settingsHtml(content)}</details>
<details><summary>Recipes and files</summary>${filesHtml(content)}</details>
${downloadsHtml(content)}
</main>
</body>
</html>
`;
}
