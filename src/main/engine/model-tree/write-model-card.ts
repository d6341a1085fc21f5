// The README.md that goes beside a model when it is shared: what it is, how it was made, how it scored.
import { basename } from 'node:path';
import { stringify } from 'yaml';
import { formatWithInterval } from '../../../shared/score-words.ts';
import type { ModelDetails, ModelNode } from '../../../shared/session/model-calls.ts';
import { formatBytes } from '../../../shared/units.ts';

export function writeModelCard({ node, madeFrom, notes }: ModelDetails, models: readonly ModelNode[]): string {
  const family = models.filter(({ familyId, state }) => familyId === node.familyId && state === 'ready');
  const base = models.find(({ id }) => id === node.familyId) ?? node;
  const front = stringify({
    ...(base.id === node.id ? {} : { base_model: base.name, base_model_relation: 'quantized' }),
    library_name: 'gguf',
    tags: ['gguf', ...node.tags],
  });
  return [
    `---\n${front}---\n`,
    `# ${node.name}\n`,
    base.id === node.id ? '' : `${node.recipeLabel} of ${base.name}, made with Whittle.\n`,
    '## Files\n',
    table(
      ['File', 'Version', 'Type', 'Size', 'Bits per weight', 'Zeros'],
      family.map((file) => [
        basename(file.path),
        file.recipeLabel,
        file.summary?.fileType ?? '',
        formatBytes(file.sizeBytes),
        file.summary?.bitsPerWeight.toFixed(2) ?? '',
        file.sparsityRatio === null ? 'not measured' : `${(file.sparsityRatio * 100).toFixed(1)} %`,
      ]),
    ),
    ...(madeFrom.length === 0 ? [] : ['## How it was made\n', madeFrom.map(describeStep).join('\n'), '']),
    ...(node.scores.length === 0 ? [] : ['## Scores\n', scoreTable(family)]),
    ...notes.map((note) => `> ${note}\n`),
  ].join('\n');
}

function describeStep({ title, facts }: ModelDetails['madeFrom'][number]): string {
  const words = facts.map(({ name, value }) => `${name}: ${value}`).join(', ');
  return `* **${title}**${words === '' ? '' : ` (${words})`}`;
}

function scoreTable(family: readonly ModelNode[]): string {
  const tasks = [...new Set(family.flatMap(({ scores }) => scores.map(({ task }) => task)))];
  const rows = family
    .filter(({ scores }) => scores.length > 0)
    .map((file) => [
      file.recipeLabel,
      ...tasks.map((task) => {
        const score = file.scores.find((candidate) => candidate.task === task);
        if (score === undefined) return '';
        return `${formatWithInterval(score.value, score, score.unit)} (n = ${score.itemCount})`;
      }),
    ]);
  return table(['Version', ...tasks], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}
