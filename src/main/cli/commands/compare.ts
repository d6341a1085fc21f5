// `whittle compare`: dense and compressed model read the same text side by side.
import { formatDuration, formatPercent } from '../../../shared/units.ts';
import type { CliCommand } from '../command-table.ts';
import { Shell } from '../shell.ts';
import { formatFacts } from '../table.ts';
import { addTextOptions, type TextFlags, textInput } from '../text-options.ts';

export const compareCommand: CliCommand = {
  configure: (command, interruption) => {
    addTextOptions(
      command
        .argument('<dense>', 'the original: a path, a library id, or demo')
        .argument('<model>', 'the compressed one'),
      'the text to read (default: the embedded one)',
    )
      .addHelpText('after', examples)
      .action(async (dense: string, model: string, flags: TextFlags) => {
        const shell = new Shell(command, interruption);
        const result = await shell.call('compareModels', { dense, model, ...textInput(flags), ...shell.device });
        shell.print(result, () =>
          formatFacts([
            ['mean KL divergence', `${result.meanKlDivergence.toFixed(6)} +- ${result.standardError.toFixed(6)}`],
            ['same top token', formatPercent(result.topTokenAgreementRatio, 2)],
            ['perplexity, dense', result.perplexityDense.toFixed(4)],
            ['perplexity', result.perplexity.toFixed(4)],
            ...('elapsedMs' in result ? [['took', formatDuration(Number(result['elapsedMs']))] as const] : []),
          ]),
        );
      });
  },
};

const examples = `
Examples:
  $ whittle compare model.gguf model.Q4_K_M.gguf
  $ whittle compare model.gguf model.Q2_K.gguf --text wiki.test.raw --chunks 16`;
