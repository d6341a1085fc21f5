// `whittle models`: the library, and the embedded model.
import type { CallOutput } from '../../../shared/contract.ts';
import type { CliCommand } from '../command-table.ts';
import { Shell } from '../shell.ts';
import { formatTable } from '../table.ts';

export const modelsCommand: CliCommand = {
  configure: (command, interruption) => {
    command
      .addHelpText('after', '\nExamples:\n  $ whittle models\n  $ whittle import model.gguf\n  $ whittle kick my-model')
      .action(async () => {
        const shell = new Shell(command, interruption);
        const result = await shell.call('listModels', {});
        shell.print(result, () => formatModels(result.models));
        shell.warn(result.damaged.map(({ problem }) => problem));
      });
  },
};

export function formatModels(models: CallOutput<'listModels'>['models']): string {
  return formatTable(
    [
      { title: 'id', value: ({ id }) => id },
      { title: 'name', value: ({ name }) => name },
      { title: 'path', value: ({ path }) => path },
    ],
    models,
  );
}
