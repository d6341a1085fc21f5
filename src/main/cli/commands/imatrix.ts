// `whittle imatrix`: measures how strongly each input of each matrix is used, in llama.cpp's GGUF imatrix format.
import { formatCount, formatDuration } from '../../../shared/units.ts';
import type { CliCommand } from '../command-table.ts';
import { Shell } from '../shell.ts';
import { formatFacts } from '../table.ts';
import { addTextOptions, type TextFlags, textInput } from '../text-options.ts';

interface ImatrixFlags extends TextFlags {
  readonly force?: boolean;
  readonly resume?: boolean;
}

export const imatrixCommand: CliCommand = {
  configure: (command, interruption) => {
    addTextOptions(
      command.argument('<model>', 'a path, a library id, or demo').argument('<out>', 'the imatrix file to write'),
      'the text to read (default: the embedded calibration text)',
    )
      .option('--resume', 'go on from what an interrupted run has saved')
      .option('--force', 'replace an existing output')
      .addHelpText('after', examples)
      .action(async (model: string, outputPath: string, flags: ImatrixFlags) => {
        const shell = new Shell(command, interruption);
        const result = await shell.call('measureImatrix', {
          model,
          outputPath,
          force: flags.force === true,
          resume: flags.resume === true,
          ...textInput(flags),
          ...shell.device,
        });
        shell.print(result, () =>
          formatFacts([
            ['written', result.path],
            ['tensors', String(result.tensorCount)],
            ['read', `${formatCount(result.tokenCount)} tokens in ${result.chunkCount} chunks`],
            ['took', formatDuration(result.elapsedMs)],
          ]),
        );
      });
  },
};

const examples = `
Examples:
  $ whittle imatrix model.gguf model.imatrix.gguf
  $ whittle imatrix model.gguf model.imatrix.gguf --text mytext.txt --chunks 100
  $ whittle compress model.gguf tiny.gguf --quantize IQ2_XXS --imatrix model.imatrix.gguf`;
