// `whittle report`: the report of a sweep: one page, charts, tables.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { CliCommand } from '../command-table.ts';
import { parseList } from '../flag-values.ts';
import { Shell } from '../shell.ts';

interface ReportFlags {
  readonly sweep?: string;
  readonly format?: readonly string[];
  readonly force?: boolean;
}

const FORMATS = ['html', 'svg', 'png', 'csv', 'json', 'md'] as const;
type Format = (typeof FORMATS)[number];

export const reportCommand: CliCommand = {
  configure: (command, interruption) => {
    command
      .argument('<folder>', 'where to write; made when missing')
      .option('--sweep <id>', 'which sweep (default: the newest)')
      .option('--format <list>', `of ${FORMATS.join(',')} (default: all)`, parseList)
      .option('--force', 'replace an existing report')
      .addHelpText('after', examples)
      .action(async (outputFolder: string, flags: ReportFlags) => {
        const shell = new Shell(command, interruption);
        const result = await shell.call('writeReport', {
          outputFolder,
          ...(flags.sweep === undefined ? {} : { sweepId: flags.sweep }),
          ...(flags.format === undefined ? {} : { formats: flags.format.map(asFormat) }),
          force: flags.force === true,
        });
        shell.print(result, () => `${result.files.join('\n')}\n`);
      });
  },
};

const examples = `
Examples:
  $ whittle report my-report
  $ whittle report my-report --sweep 20260101-120000-ab12 --format html,csv`;

function asFormat(text: string): Format {
  const format = FORMATS.find((known) => known === text);
  if (format === undefined) {
    throw new WorkbenchError('BAD_USAGE', `--format knows ${FORMATS.join(', ')}, not \`${text}\``, { format: text });
  }
  return format;
}
