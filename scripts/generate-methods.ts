// Writes docs/methods.md from the registry of compression methods, what each is for, and what was measured on the demo model.
// After adding a method or a parameter: `npm run generate:methods`. A test compares the page with the registry.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ZERO_KEEPING } from '../src/main/engine/compress/plan-quantize.ts';
import { METHODS } from '../src/main/engine/compress/registry.ts';
import { describeParameters, type Parameter } from '../src/main/engine/describe-parameters.ts';
import { LONG_ROWS, LONG_ROWS_HOW, MEASURED, MEASURED_HOW, WHEN } from './methods-page/methods-words.ts';

const FAMILIES = {
  quantize: 'Fewer bits',
  prune: 'Zeros',
  structure: 'Fewer layers',
  compensate: 'Preparation',
} as const;

const ZEROS =
  'Zeros do not shrink a GGUF: a zero takes as much room as any other weight, and llama.cpp computes with it as fast. Pruning here is for measuring what a model can lose. Smaller files come from fewer bits or fewer layers.';

const KEPT_ZEROS = `Pruned first and quantized next, zeros stay exact zeros in these types: ${[...ZERO_KEEPING].join(', ')}. All others have a minimum or a table without 0: there most zeros come back as small values, and the record's sparsity is measured on the written file.`;

/** The whole page. */
export function methodsPage(): string {
  const families = Object.entries(FAMILIES).flatMap(([family, title]) => {
    const members = METHODS.filter((method) => method.family === family);
    return members.length === 0
      ? []
      : [`## ${title}`, ...(family === 'prune' ? [ZEROS, KEPT_ZEROS] : []), ...members.map(section)];
  });
  const head = [
    '# Compression methods',
    'Made from the registry by `npm run generate:methods`.',
    'Every method works layer by layer on models of every size. `--stats dense` measures activations on the untouched model; `--stats sequential` behind the layers already compressed, as the papers do (pruning in float32), at about twice the time; `--stats asymmetric`, for `feedback`, in both models side by side, at twice the time of sequential.',
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
  const rows = MEASURED.map(({ type, sizeMegabytes, llama, dense, feedback }) =>
    [
      type,
      sizeMegabytes.toFixed(2),
      llama.toFixed(4),
      dense.toFixed(4),
      (dense / llama).toFixed(2),
      feedback.toFixed(4),
      (feedback / llama).toFixed(2),
    ].join(' | '),
  );
  const table = [
    '| type | MB | quantize, imatrix | feedback, `--stats dense` | ratio | feedback | ratio |',
    '|---|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ];
  const matrices = LONG_ROWS.map(({ type, calibration, heldOut }) => `| ${type} | ${calibration} | ${heldOut} |`);
  const long = ['| type | on the calibration | held out |', '|---|---|---|', ...matrices];
  return [
    '## Measured on the demo model',
    MEASURED_HOW,
    table.join('\n'),
    '## Codebooks on long rows',
    LONG_ROWS_HOW,
    long.join('\n'),
  ].join('\n\n');
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(import.meta.dirname, '../docs/methods.md'), methodsPage());
}
