// `whittle scores`: the stored scores, each with the dense one of the same questions beside it.
import type { CallOutput } from '../../../shared/contract.ts';
import { formatBytes, formatPercent } from '../../../shared/units.ts';
import { formatScoreCsv } from '../../engine/export/score-rows.ts';
import type { CliCommand } from '../command-table.ts';
import { Shell } from '../shell.ts';
import { formatTable } from '../table.ts';

interface ScoresFlags {
  readonly model?: string;
  readonly task?: string;
  readonly csv?: boolean;
}

type Row = CallOutput<'listScores'>[number];

export const scoresCommand: CliCommand = {
  configure: (command, interruption) => {
    command
      .option('--model <model>', 'of this model only')
      .option('--task <id>', 'of this task only')
      .option('--csv', 'print CSV')
      .addHelpText('after', examples)
      .action(async ({ model, task, csv }: ScoresFlags) => {
        const shell = new Shell(command, interruption);
        const rows = await shell.call('listScores', {
          ...(model === undefined ? {} : { model }),
          ...(task === undefined ? {} : { task }),
        });
        shell.print(rows, () => (csv ? formatScoreCsv(rows) : formatRows(rows)));
      });
  },
};

const examples = `
Examples:
  $ whittle scores
  $ whittle scores --task factoid-qa
  $ whittle scores --csv > scores.csv`;

function formatRows(rows: readonly Row[]): string {
  if (rows.length === 0) return 'No scores yet. `whittle kick MODEL` makes some.\n';
  return formatTable(
    [
      { title: 'model', value: ({ model }) => model },
      { title: 'recipe', value: ({ recipe }) => recipe },
      { title: 'task', value: ({ task }) => task },
      { title: 'metric', value: ({ metric }) => metric },
      { title: 'value', value: ({ value }) => value.toFixed(4), align: 'right' },
      {
        title: '95 % interval',
        value: ({ confidence_low, confidence_high }) => `[${confidence_low.toFixed(4)}, ${confidence_high.toFixed(4)}]`,
        align: 'right',
      },
      { title: 'items', value: ({ items }) => String(items), align: 'right' },
      { title: 'size', value: ({ size_bytes }) => formatBytes(size_bytes), align: 'right' },
      { title: 'bits/weight', value: ({ bits_per_weight }) => bits_per_weight.toFixed(2), align: 'right' },
      { title: 'zeros', value: ({ sparsity_ratio }) => formatPercent(sparsity_ratio), align: 'right' },
    ],
    rows,
  );
}
