// Flags of the commands that run LLM-KICK tasks: kick and sweep.
import { type Command, Option } from 'commander';
import { WorkbenchError } from '../../shared/errors.ts';
import { collect, parseCount } from './flag-values.ts';

export interface KickFlags {
  readonly task?: readonly string[];
  readonly data?: readonly string[];
  readonly limit?: number;
  readonly limitPerGroup?: number;
  readonly protocol: 'standard' | 'paper';
}

export function addKickOptions(command: Command): Command {
  return command
    .option('--task <id>', 'a task to run (repeatable; default: all that need no judge)', collect)
    .option(
      '--data <path>',
      'own questions, or ID=PATH where several tasks are named (default: the embedded sets)',
      collect,
    )
    .option('--limit <n>', 'the first N questions of each task', parseCount('--limit'))
    .option('--limit-per-group <n>', 'the first N of each subject or category', parseCount('--limit-per-group'))
    .addOption(
      new Option('--protocol <name>', 'standard: mended scoring; paper: as the reference code scores')
        .choices(['standard', 'paper'])
        .default('standard'),
    );
}

export function kickInput({ task, data, limit, limitPerGroup, protocol }: KickFlags) {
  return {
    protocol,
    data: dataByTask(data ?? [], task ?? []),
    ...(task === undefined ? {} : { tasks: [...task] }),
    ...(limit === undefined ? {} : { limit }),
    ...(limitPerGroup === undefined ? {} : { limitPerGroup }),
  };
}

/** `PATH` for the only task, or `ID=PATH`. A path with `=` in it is taken as a path unless a named task stands before it. */
export function dataByTask(texts: readonly string[], tasks: readonly string[]): Record<string, string> {
  const paths: Record<string, string> = {};
  for (const text of texts) {
    const split = text.indexOf('=');
    const id = text.slice(0, split);
    const namesTask = split > 0 && (tasks.length === 0 ? /^[a-z0-9-]+$/.test(id) : tasks.includes(id));
    const [only] = tasks;
    if (namesTask) paths[id] = text.slice(split + 1);
    else if (tasks.length === 1 && only !== undefined) paths[only] = text;
    else {
      throw new WorkbenchError(
        'BAD_USAGE',
        `--data ${text} does not say which task it is for; write --data ID=PATH, or name one --task`,
        { data: text },
      );
    }
  }
  return paths;
}
