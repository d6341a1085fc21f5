// `whittle demo`: the whole way on the embedded model: many recipes, each scored, a table, a report.
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatDuration } from '../../../shared/units.ts';
import { embeddedPath } from '../../engine/embedded-files.ts';
import { callSweep } from '../call-sweep.ts';
import type { CliCommand } from '../command-table.ts';
import { readGrid } from '../read-grid.ts';
import { Shell } from '../shell.ts';
import { formatSweepTable } from '../sweep-table.ts';

/** One thread is enough for the small model; more points at once would hold up each other's files. */
const MOST_PARALLEL_POINTS = 4;

const checkoutFolder = fileURLToPath(new URL('../../../../', import.meta.url));

export const demoCommand: CliCommand = {
  configure: (command, interruption) => {
    command
      .option('--out <folder>', 'where the report goes (default: demo-report in the checkout)')
      .addHelpText('after', '\nExamples:\n  $ npm run demo\n  $ whittle demo --out my-report')
      .option('--resume', 'go on with a demo that was stopped')
      .action(async (flags: { out?: string; resume?: boolean }) => {
        const startedMs = performance.now();
        const shell = new Shell(command, interruption);
        const grid = readGrid(embeddedPath('demo-grid.yaml'));
        const { seed } = shell.settings;
        shell.note('Compressing the embedded model many ways, and asking each version a thousand questions ...');
        const sweep = await callSweep(shell, {
          models: ['demo'],
          grid,
          resume: flags.resume === true,
          parallelPoints: Math.min(availableParallelism(), MOST_PARALLEL_POINTS),
          ...shell.device,
          ...(seed === undefined ? {} : { seed }),
        });
        const outputFolder = flags.out === undefined ? join(checkoutFolder, 'demo-report') : resolve(flags.out);
        await shell.call('writeReport', { outputFolder, sweepId: sweep.sweepId, force: true });
        const elapsed = formatDuration(performance.now() - startedMs);
        shell.print({ ...sweep, report: outputFolder }, () =>
          [
            formatSweepTable(sweep),
            `Took ${elapsed}. Scores in percent with 95 % intervals; diff is against dense.`,
            outputFolder,
            '',
          ].join('\n'),
        );
      });
  },
};
