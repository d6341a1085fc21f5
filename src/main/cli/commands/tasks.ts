// `whittle tasks`: the registered LLM-KICK tasks with source, licence and parameters.
import type { CliCommand } from '../command-table.ts';
import { Shell } from '../shell.ts';
import { formatEntry } from './methods.ts';

export const tasksCommand: CliCommand = {
  configure: (command, interruption) => {
    command.addHelpText('after', '\nExamples:\n  $ whittle tasks\n  $ whittle tasks --json').action(async () => {
      const shell = new Shell(command, interruption);
      const tasks = await shell.call('listTasks', {});
      shell.print(tasks, () => tasks.map(formatEntry).join('\n'));
    });
  },
};
