// `whittle inspect`: what a model file holds, from its header alone.
import type { ModelSummary } from '../../../shared/model.ts';
import { formatBytes, formatCount, formatPercent } from '../../../shared/units.ts';
import type { CliCommand } from '../command-table.ts';
import { Shell } from '../shell.ts';
import { formatFacts, formatTable } from '../table.ts';

interface InspectFlags {
  readonly tensors?: boolean;
  readonly measureSparsity?: boolean;
  readonly sha256?: boolean;
}

export const inspectCommand: CliCommand = {
  configure: (command, interruption) => {
    command
      .argument('<file>', 'a path, a library id, or demo')
      .option('--tensors', 'list every tensor')
      .option('--measure-sparsity', 'read all weights and count the zeros')
      .option('--sha256', 'compute the hash of the file')
      .addHelpText('after', examples)
      .action(async (model: string, flags: InspectFlags) => {
        const shell = new Shell(command, interruption);
        const summary = await shell.call('inspectModel', {
          model,
          tensors: flags.tensors === true,
          measureSparsity: flags.measureSparsity === true,
          sha256: flags.sha256 === true,
        });
        shell.print(summary, () => formatSummary(summary));
      });
  },
};

const examples = `
Examples:
  $ whittle inspect demo
  $ whittle inspect model.gguf --tensors
  $ whittle inspect pruned.gguf --measure-sparsity --json`;

function formatSummary(summary: ModelSummary): string {
  const facts: [string, string][] = [
    ['name', summary.name],
    ['path', summary.path],
    ['format', summary.format],
    ['size', `${formatBytes(summary.sizeBytes)} (${formatCount(summary.sizeBytes)} bytes)`],
    ['architecture', summary.architecture],
    ['parameters', formatCount(summary.parameterCount)],
    ['layers', String(summary.layerCount)],
    ['width', String(summary.hiddenSize)],
    ['context', `${formatCount(summary.contextLength)} tokens`],
    ['vocabulary', `${formatCount(summary.vocabularySize)} tokens`],
    ['file type', summary.fileType],
    ['bits per weight', summary.bitsPerWeight.toFixed(2)],
    ['chat template', summary.chatTemplate === null ? 'none' : 'yes'],
  ];
  if (summary.sparsityRatio !== undefined) facts.push(['zeros in the layers', formatPercent(summary.sparsityRatio, 2)]);
  if (summary.sha256 !== undefined) facts.push(['sha256', summary.sha256]);
  return `${formatFacts(facts)}${formatTensors(summary.tensors)}`;
}

function formatTensors(tensors: ModelSummary['tensors']): string {
  if (tensors === undefined) return '';
  const isMeasured = tensors.some(({ sparsityRatio }) => sparsityRatio !== undefined);
  const table = formatTable(
    [
      { title: 'tensor', value: ({ name }) => name },
      { title: 'shape', value: ({ shape }) => shape.join(' x '), align: 'right' },
      { title: 'type', value: ({ type }) => type },
      { title: 'size', value: ({ sizeBytes }) => formatBytes(sizeBytes), align: 'right' },
      ...(isMeasured
        ? [
            {
              title: 'zeros',
              value: ({ sparsityRatio }: { sparsityRatio?: number | undefined }) =>
                sparsityRatio === undefined ? '' : formatPercent(sparsityRatio),
              align: 'right' as const,
            },
          ]
        : []),
    ],
    tensors,
  );
  return `\n${table}`;
}
