// Writes docs/methods.md from the registry of compression methods, what each is for, and what was measured on the demo model.
// After adding a method or a parameter: `npm run generate:methods`. A test compares the page with the registry.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { METHODS } from '../src/main/engine/compress/registry.ts';
import { describeParameters, type Parameter } from '../src/main/engine/describe-parameters.ts';
import { MEASURED, MEASURED_HOW, WHEN } from './methods-page/methods-words.ts';

const FAMILIES = {
  quantize: 'Fewer bits',
  prune: 'Zeros',
  structure: 'Fewer layers',
  compensate: 'Preparation',
} as const;

const ZEROS =
  'Zeros do not shrink a GGUF: a zero takes as much room as any other weight, and llama.cpp computes with it as fast. Pruning here is for measuring what a model can lose. Smaller files come from fewer bits or fewer layers.';

/** The whole page. */
export function methodsPage(): string {
  const families = Object.entries(FAMILIES).flatMap(([family, title]) => {
    const members = METHODS.filter((method) => method.family === family);
    return members.length === 0 ? [] : [`## ${title}`, ...(family === 'prune' ? [ZEROS] : []), ...members.map(section)];
  });
  const head = [
    '# Compression methods',
    'Made from the registry by `npm run generate:methods`.',
    'Every method works layer by layer on models of every size. `--stats dense` measures activations on the untouched model; `--stats sequential` behind the layers already compressed, as the papers do, at twice the time.',
  ];
  return `${[...head, ...families, measuredSection()].join('\n\n')}\n`;
}

function section(method: (typeof METHODS)[number]): string {
  const { id, title, source, summary } = method;
  const parameters = describeParameters(method.params);
  return [
    `### ${title} (\`${id}\`)`,
    summary,
    WHEN[id] ?? '',
    `Source: [${source.title}](${source.url})`,
    ['| parameter | default | what |', '|---|---|---|', ...parameters.map(parameterRow)].join('\n'),
  ].join('\n\n');
}

function parameterRow({ name, help, unit, schema }: Parameter): string {
  const choices = Array.isArray(schema['enum']) ? ` (${schema['enum'].join(', ')})` : '';
  const given = schema['default'] === undefined ? '' : `\`${JSON.stringify(schema['default'])}\``;
  return `| \`${name}\`${choices} | ${given} | ${help}${unit === undefined ? '' : ` Unit: ${unit}.`} |`.replace(
    /\n/g,
    ' ',
  );
}

function measuredSection(): string {
  const rows = MEASURED.map(({ what, sizeBytes, klDivergence, note }) =>
    [what, (sizeBytes / 1e6).toFixed(2), klDivergence.toFixed(4), note].join(' | '),
  );
  const table = ['| recipe | MB | mean KL divergence | |', '|---|---|---|---|', ...rows.map((row) => `| ${row} |`)];
  return ['## Measured on the demo model', MEASURED_HOW, table.join('\n')].join('\n\n');
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(import.meta.dirname, '../docs/methods.md'), methodsPage());
}
