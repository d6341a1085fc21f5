// `whittle perplexity`: how well a model predicts a text, in llama.cpp's windows or the paper's.
import { Option } from 'commander';
import { formatCount, formatDuration } from '../../../shared/units.ts';
import type { CliCommand } from '../command-table.ts';
import { Shell } from '../shell.ts';
import { formatFacts } from '../table.ts';
import { addTextOptions, type TextFlags, textInput } from '../text-options.ts';

interface PerplexityFlags extends TextFlags {
  readonly protocol: 'llama.cpp' | 'paper';
}

export const perplexityCommand: CliCommand = {
  configure: (command, interruption) => {
    addTextOptions(
      command.argument('<model>', 'a path, a library id, or demo'),
      'the text to predict (default: the embedded one)',
    )
      .addOption(
        new Option('--protocol <name>', 'llama.cpp: the second half of each window counts; paper: every token')
          .choices(['llama.cpp', 'paper'])
          .default('llama.cpp'),
      )
      .addHelpText('after', examples)
      .action(async (model: string, flags: PerplexityFlags) => {
        const shell = new Shell(command, interruption);
        const result = await shell.call('measurePerplexity', {
          model,
          protocol: flags.protocol,
          ...textInput(flags),
          ...shell.device,
        });
        shell.print(result, () =>
          formatFacts([
            ['perplexity', `${result.perplexity.toFixed(4)} +- ${result.standardError.toFixed(4)}`],
            ['read', `${formatCount(result.tokenCount)} tokens in ${result.chunkCount} chunks`],
            ['took', `${formatDuration(result.elapsedMs)}, ${Math.round(result.tokensPerSecond)} tokens/s`],
          ]),
        );
      });
  },
};

const examples = `
Examples:
  $ whittle perplexity demo
  $ whittle perplexity model.gguf --text wiki.test.raw --ctx 512 --chunks 64`;
