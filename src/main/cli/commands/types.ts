// `whittle types`: the quantization types that this llama.cpp writes.
import type { CliCommand } from '../command-table.ts';
import { Shell } from '../shell.ts';
import { formatTable } from '../table.ts';

export const typesCommand: CliCommand = {
  configure: (command, interruption) => {
    command.addHelpText('after', '\nExamples:\n  $ whittle types\n  $ whittle types --json').action(async () => {
      const shell = new Shell(command, interruption);
      const types = await shell.call('listTypes', {});
      shell.print(types, () =>
        formatTable(
          [
            { title: 'type', value: ({ id }) => id },
            { title: 'bits per weight', value: ({ bitsPerWeight }) => bitsPerWeight.toFixed(2), align: 'right' },
            { title: 'imatrix', value: ({ imatrix }) => imatrix },
            { title: 'in llama.cpp', value: ({ llamaCppName }) => llamaCppName },
            { title: 'what', value: ({ title }) => title },
          ],
          types,
        ),
      );
    });
  },
};
