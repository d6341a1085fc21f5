// `whittle layers`: how much each layer changes what goes through it, to choose those that can go.
import { Option } from 'commander';
import { formatCount, formatDuration } from '../../../shared/units.ts';
import type { CliCommand } from '../command-table.ts';
import { parseCount } from '../flag-values.ts';
import { Shell } from '../shell.ts';
import { formatTable } from '../table.ts';

interface LayersFlags {
  readonly calibration?: string;
  readonly calibrationSampling?: 'first' | 'random';
  readonly calibrationSamples?: number;
  readonly calibrationLength?: number;
}

export const layersCommand: CliCommand = {
  configure: (command, interruption) => {
    command
      .argument('<model>', 'a path, a library id, or demo')
      .option('--calibration <file>', 'a text, or JSON lines with a field text (default: the embedded one)')
      .addOption(
        new Option('--calibration-sampling <name>', 'which samples of it (default: first)').choices([
          'first',
          'random',
        ]),
      )
      .option('--calibration-samples <n>', 'how many (default: 128)', parseCount('--calibration-samples'))
      .option('--calibration-length <n>', 'tokens of each (default: 512)', parseCount('--calibration-length'))
      .addHelpText('after', examples)
      .action(async (model: string, flags: LayersFlags) => {
        const shell = new Shell(command, interruption);
        const { seed } = shell.settings;
        const input = { model, ...flags, ...(seed === undefined ? {} : { seed }), ...shell.device };
        const result = await shell.call('measureLayerInfluence', input);
        shell.print(result, () => {
          const ranks = [...result.layers].sort((a, b) => a.influence - b.influence || b.layer - a.layer);
          const table = formatTable(
            [
              { title: 'layer', value: ({ layer }) => String(layer), align: 'right' },
              { title: 'influence', value: ({ influence }) => influence.toFixed(4), align: 'right' },
              { title: 'would go as', value: (entry) => `${ranks.indexOf(entry) + 1}.`, align: 'right' },
            ],
            result.layers,
          );
          return `${table}\nread ${formatCount(result.tokenCount)} tokens in ${formatDuration(result.elapsedMs)}`;
        });
      });
  },
};

const examples = `
Influence is 1 - the cosine of a layer's input and output, mean over the tokens of a text.

Examples:
  $ whittle layers demo
  $ whittle layers model.gguf --calibration text.jsonl --calibration-samples 32
  $ whittle compress model.gguf smaller.gguf --by influence --count 4`;
