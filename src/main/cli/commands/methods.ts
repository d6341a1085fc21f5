// `whittle methods`: the registered compression methods with their parameters, as the schemas describe them.
import type { CallOutput } from '../../../shared/contract.ts';
import type { CliCommand } from '../command-table.ts';
import { Shell } from '../shell.ts';

export const methodsCommand: CliCommand = {
  configure: (command, interruption) => {
    command.addHelpText('after', '\nExamples:\n  $ whittle methods\n  $ whittle methods --json').action(async () => {
      const shell = new Shell(command, interruption);
      const methods = await shell.call('listMethods', {});
      shell.print(methods, () => methods.map(formatEntry).join('\n'));
    });
  },
};

/** A method or a task with its parameters, for reading. */
export function formatEntry(entry: CallOutput<'listMethods'>[number]): string {
  const lines = [
    `${entry.id}: ${entry.title}`,
    `  ${entry.summary}`,
    `  source: ${entry.source.title}, ${entry.source.url}`,
  ];
  for (const { name, help, schema } of entry.parameters) {
    const fallback = schema['default'] === undefined ? '' : ` Default: ${JSON.stringify(schema['default'])}.`;
    lines.push(`  - ${name}: ${help}${fallback}`);
  }
  return `${lines.join('\n')}\n`;
}
