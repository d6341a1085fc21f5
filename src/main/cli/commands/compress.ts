// `whittle compress`: one recipe, from flags or a file, applied to one model.
import { type CompressResult, feedbackCount } from '../../../shared/artifact.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import { type Recipe, recipeSchema } from '../../../shared/recipe.ts';
import { formatBytes, formatDuration, formatPercent } from '../../../shared/units.ts';
import { parseRecipe } from '../../engine/compress/parse-recipe.ts';
import type { CliCommand } from '../command-table.ts';
import { readDocument } from '../read-document.ts';
import { addRecipeFlags, hasRecipeFlags, recipeFromFlags } from '../recipe-flags.ts';
import { Shell } from '../shell.ts';
import { formatFacts, formatTable } from '../table.ts';

interface CompressFlags {
  readonly [flag: string]: unknown;
  readonly recipe?: string;
  readonly allowRequantize?: boolean;
  readonly strict?: boolean;
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

export const compressCommand: CliCommand = {
  configure: (command, interruption) => {
    command
      .argument('<in>', 'a path, a library id, or demo')
      .argument('<out>', 'the file to write; its folder must exist')
      .option('--recipe <file>', 'many steps from a JSON or YAML file');
    addRecipeFlags(command);
    command
      .option('--allow-requantize', 'take an already quantized source; the loss adds up')
      .option('--strict', 'fail when the error of a tensor is out of line for its type')
      .option('--force', 'replace an existing output')
      .option('--dry-run', 'show the exact result sizes and write nothing')
      .addHelpText('after', examples)
      .action(async (model: string, outputPath: string, flags: CompressFlags) => {
        const shell = new Shell(command, interruption);
        const result = await runCompress(shell, model, outputPath, flags);
        shell.warn(result.warnings);
        shell.print(result, () => formatResult(result, flags.dryRun === true));
      });
  },
};

const examples = `
Examples:
  $ whittle compress demo small.gguf --quantize Q4_K_M
  $ whittle compress model.gguf sparse.gguf --prune wanda --sparsity 0.5
  $ whittle compress model.gguf sparse.gguf --prune magnitude --pattern 2:4
  $ whittle compress model.gguf both.gguf --prune wanda --sparsity 0.5 --quantize Q4_K_M
  $ whittle compress model.gguf smaller.gguf --by influence --count 4
  $ whittle compress model.gguf tiny.gguf --quantize IQ2_XXS --imatrix model.imatrix.gguf
  $ whittle compress model.gguf out.gguf --recipe recipe.yaml --dry-run

A recipe file: {"name": "...", "steps": [{"method": "wanda", "params": {"sparsity": 0.5}},
                                         {"method": "quantize", "params": {"type": "Q4_K_M"}}]}
Pruning alone does not make a file smaller: zeros take room. The size and the share of zeros are two numbers.`;

function runCompress(shell: Shell, model: string, outputPath: string, flags: CompressFlags): Promise<CompressResult> {
  const { seed } = shell.settings;
  const options = {
    model,
    recipe: readRecipe(flags),
    allowRequantize: flags.allowRequantize === true,
    ...(seed === undefined ? {} : { seed }),
    ...shell.device,
  };
  if (flags.dryRun) return shell.call('planRecipe', { ...options, outputPath });
  return shell.call('compress', {
    ...options,
    outputPath,
    strict: flags.strict === true,
    force: flags.force === true,
  });
}

function readRecipe(flags: CompressFlags): Recipe {
  if (flags.recipe === undefined) return recipeFromFlags(flags);
  if (hasRecipeFlags(flags)) {
    throw new WorkbenchError('BAD_USAGE', '--recipe says all steps; leave out --prune, --quantize and their flags');
  }
  const written = readDocument(flags.recipe, 'BAD_RECIPE');
  parseRecipe(written);
  return recipeSchema.parse(written);
}

function formatResult({ artifact, elapsedMs, peakMemoryBytes }: CompressResult, isDryRun: boolean): string {
  const facts: [string, string][] = [
    [isDryRun ? 'would write' : 'written', artifact.path],
    ['size', formatBytes(artifact.sizeBytes)],
    ['bits per weight', artifact.bitsPerWeight.toFixed(2)],
  ];
  if (artifact.sparsityRatio !== null) facts.push(['zeros in the layers', formatPercent(artifact.sparsityRatio, 2)]);
  const feedback = feedbackCount(artifact.tensors);
  if (feedback !== undefined) facts.push(['with feedback', `${feedback.kept} of ${feedback.of} matrices`]);
  if (artifact.sha256 !== undefined) facts.push(['sha256', artifact.sha256]);
  if (!isDryRun)
    facts.push(['took', `${formatDuration(elapsedMs)}, at most ${formatBytes(peakMemoryBytes)} of memory`]);
  return `${formatFacts(facts)}\n${formatTypes(artifact.tensors)}`;
}

function formatTypes(tensors: CompressResult['artifact']['tensors']): string {
  const types = Map.groupBy(tensors, ({ type }) => type);
  return formatTable(
    [
      { title: 'type', value: ([type]) => type },
      { title: 'tensors', value: ([, members]) => String(members.length), align: 'right' },
      {
        title: 'size',
        value: ([, members]) => formatBytes(members.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)),
        align: 'right',
      },
      {
        title: 'largest relative squared error',
        value: ([, members]) => {
          const errors = members.flatMap(({ relativeSquaredError }) => relativeSquaredError ?? []);
          return errors.length === 0 ? '' : Math.max(...errors).toPrecision(2);
        },
        align: 'right',
      },
    ],
    [...types],
  );
}
