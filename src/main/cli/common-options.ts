// The flags that every command takes, and what they say once parsed.
import { type Command, Option } from 'commander';
import { parseCount, parseSeed } from './flag-values.ts';

export interface CommonSettings {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly home?: string;
  readonly gpu: 'auto' | 'cuda' | 'metal' | 'vulkan' | 'none';
  readonly threads?: number;
  readonly seed?: number;
}

export function addCommonOptions(program: Command): void {
  program
    .option('--json', 'print exactly one JSON document')
    .option('--quiet', 'no progress; errors and warnings only')
    .option('--verbose', 'show log lines, and the stack of an error')
    .option('--home <dir>', 'where library, scores and caches are kept (or WHITTLE_HOME)')
    .addOption(
      new Option('--gpu <kind>', 'where models run')
        .choices(['auto', 'cuda', 'metal', 'vulkan', 'none'])
        .default('auto'),
    )
    .option('--threads <n>', 'number of threads (default: by a short measurement)', parseCount('--threads'))
    .option('--seed <n>', 'seed of everything random (default: 0)', parseSeed);
}
