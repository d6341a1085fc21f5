// `whittle sweep`: a grid of recipes over one or several models, each compressed and scored.
import { type Grid, gridSchema } from '../../../shared/contract.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import { callSweep } from '../call-sweep.ts';
import type { CliCommand } from '../command-table.ts';
import { parseCount, parseList, parseListOf, parseNumber, parseWhole } from '../flag-values.ts';
import { addKickOptions, type KickFlags, kickInput } from '../kick-options.ts';
import { readDocument } from '../read-document.ts';
import { Shell } from '../shell.ts';
import { formatSweepTable } from '../sweep-table.ts';

interface SweepFlags extends KickFlags {
  readonly grid?: string;
  readonly types?: string[];
  readonly methods?: string[];
  readonly sparsities?: number[];
  readonly patterns?: string[];
  readonly calibrationSamples?: number[];
  readonly shots?: number[];
  readonly keepFiles?: boolean;
  readonly parallel?: number;
  readonly resume?: boolean;
}

export const sweepCommand: CliCommand = {
  configure: (command, interruption) => {
    command
      .argument('[models...]', 'paths, library ids, or demo')
      .option('--grid <file>', 'the grid as JSON or YAML; flags replace its lists')
      .option('--types <list>', 'quantization types: Q8_0,Q4_K_M', parseList)
      .option('--methods <list>', 'pruning methods: magnitude,wanda', parseList)
      .option('--sparsities <list>', 'shares of zeros: 0.3,0.5', parseListOf('--sparsities', parseNumber))
      .option('--patterns <list>', 'N:M patterns: 2:4,4:8', parseList)
      .option('--calibration-samples <list>', 'sample counts', parseListOf('--calibration-samples', parseCount))
      .option(
        '--shots <list>',
        'examples before each multiple-choice question: 0,1,5',
        parseListOf('--shots', parseWhole),
      );
    addKickOptions(command)
      .option('--resume', 'go on with the newest unfinished sweep of the same models and grid')
      .option(
        '--parallel <n>',
        'work on N points at once; worth it for small models (default: 1)',
        parseCount('--parallel'),
      )
      .option('--keep-files', 'keep the compressed files (in the home folder)')
      .addHelpText('after', examples)
      .action(async (models: string[], flags: SweepFlags) => {
        const shell = new Shell(command, interruption);
        const { seed } = shell.settings;
        const grid = readGrid(flags);
        const sweep = await callSweep(shell, {
          models: models.length > 0 ? models : modelsOf(grid),
          grid,
          ...kickInput(flags),
          ...shell.device,
          ...(seed === undefined ? {} : { seed }),
          resume: flags.resume === true,
          keepFiles: flags.keepFiles === true,
          ...(flags.parallel === undefined ? {} : { parallelPoints: flags.parallel }),
        });
        shell.print(sweep, () => `${formatSweepTable(sweep)}\nsweep ${sweep.sweepId}\n`);
      });
  },
};

const examples = `
Examples:
  $ whittle sweep demo --types Q8_0,Q4_K_M,Q2_K --task factoid-qa --limit 100
  $ whittle sweep model.gguf --methods magnitude,wanda --sparsities 0.3,0.5 --patterns 2:4
  $ whittle sweep model.gguf --grid grid.yaml --keep-files
  $ whittle sweep model.gguf --grid grid.yaml --resume

A grid file (every list may be left out; recipes are taken as they are, besides the products):
  models: [demo]
  types: [Q8_0, Q4_K_M, IQ2_XXS]     # quantized; types that need an imatrix get one from the calibration text
  methods: [magnitude, wanda]        # each with each sparsity, pattern and number of calibration samples
  sparsities: [0.3, 0.5]
  patterns: ["2:4"]
  calibrationSamples: [32, 128]
  recipes:
    - steps: [{method: wanda, params: {sparsity: 0.5}}, {method: quantize, params: {type: Q4_K_M}}]
  tasks: [factoid-qa, multiple-choice-qa]
  shots: [0, 5]
  limit: 200`;

function readGrid(flags: SweepFlags): Grid {
  const written = flags.grid === undefined ? {} : readDocument(flags.grid, 'BAD_RECIPE');
  const parsed = gridSchema.safeParse(written);
  if (!parsed.success) {
    const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
    const text = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
    throw new WorkbenchError('BAD_RECIPE', `the grid ${flags.grid} cannot be used: ${text}`, { issues });
  }
  const { types, methods, sparsities, patterns, calibrationSamples, shots } = flags;
  const given = Object.entries({ types, methods, sparsities, patterns, calibrationSamples, shots });
  return { ...parsed.data, ...Object.fromEntries(given.filter(([, list]) => list !== undefined)) };
}

function modelsOf(grid: Grid): string[] {
  if (grid.models === undefined) {
    throw new WorkbenchError('BAD_USAGE', 'say which model to sweep: a path, a library id, or demo');
  }
  return grid.models;
}
