// `whittle import`: adds a model file to the library, under an id that every command takes.
import type { CliCommand } from '../command-table.ts';
import { Shell } from '../shell.ts';
import { formatModels } from './models.ts';

export const importCommand: CliCommand = {
  configure: (command, interruption) => {
    command
      .argument('<file>', 'a GGUF file; of a split one, any of its shards')
      .option('--id <id>', 'what to call it (default: made from the file name)')
      .addHelpText('after', '\nExamples:\n  $ whittle import model.gguf\n  $ whittle import model.gguf --id my-model')
      .action(async (path: string, flags: { id?: string }) => {
        const shell = new Shell(command, interruption);
        const result = await shell.call('importModel', { path, ...(flags.id === undefined ? {} : { id: flags.id }) });
        shell.print(result, () => formatModels(result.models));
      });
  },
};
