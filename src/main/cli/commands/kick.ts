// `whittle kick`: asks a model the questions of LLM-KICK tasks and scores its answers.
import type { ScoreRecord } from '../../../shared/kick.ts';
import type { CliCommand } from '../command-table.ts';
import { parseWhole } from '../flag-values.ts';
import { addKickOptions, type KickFlags, kickInput } from '../kick-options.ts';
import { formatDifference, formatInterval, formatScore } from '../score-text.ts';
import { Shell } from '../shell.ts';
import { type Column, formatTable } from '../table.ts';

interface KickCommandFlags extends KickFlags {
  readonly shots?: number;
  readonly against?: string;
  readonly judge?: string;
  readonly samples?: string;
  readonly resume?: boolean;
  readonly force?: boolean;
}

export const kickCommand: CliCommand = {
  configure: (command, interruption) => {
    addKickOptions(command.argument('<model>', 'a path, a library id, or demo'))
      .option('--shots <k>', 'examples before each multiple-choice question (default: 5)', parseWhole('--shots'))
      .option('--against <model>', 'score this model too (the dense one) and show the differences')
      .option('--samples <file>', 'write every question and answer as JSON lines')
      .option('--resume', 'go on with an interrupted run of the same model and settings')
      .option('--force', 'replace an existing --samples file')
      .addHelpText('after', examples)
      .action(async (model: string, flags: KickCommandFlags) => {
        const shell = new Shell(command, interruption);
        const { seed } = shell.settings;
        const result = await shell.call('runKick', {
          model,
          ...kickInput(flags),
          ...shell.device,
          ...(seed === undefined ? {} : { seed }),
          ...(flags.shots === undefined ? {} : { shots: flags.shots }),
          ...(flags.against === undefined ? {} : { against: flags.against }),
          ...(flags.samples === undefined ? {} : { samplesPath: flags.samples }),
          resume: flags.resume === true,
          force: flags.force === true,
        });
        shell.print(result, () => formatScores(result.scores, result.against?.scores));
      });
  },
};

const examples = `
Examples:
  $ whittle kick demo
  $ whittle kick small.gguf --task factoid-qa --limit 100
  $ whittle kick small.gguf --task multiple-choice-qa --data mmlu/ --shots 5 --limit-per-group 10
  $ whittle kick small.gguf --against model.gguf --samples answers.jsonl
  $ whittle kick small.gguf --task factoid-qa --data factoid-qa=FreebaseQA-eval.json --protocol paper`;

/** Proportions are shown in percent, with their 95 % interval. */
function formatScores(scores: readonly ScoreRecord[], against: readonly ScoreRecord[] | undefined): string {
  const columns: Column<ScoreRecord>[] = [
    { title: 'task', value: ({ task }) => task },
    { title: 'metric', value: ({ metric }) => metric },
    { title: 'score', value: ({ value, unit }) => formatScore(value, unit), align: 'right' },
    {
      title: '95 % interval',
      value: ({ confidenceLow, confidenceHigh, unit }) => formatInterval(confidenceLow, confidenceHigh, unit),
      align: 'right',
    },
    { title: 'items', value: ({ itemCount }) => String(itemCount), align: 'right' },
    { title: 'failed', value: ({ failedCount }) => String(failedCount), align: 'right' },
  ];
  if (against === undefined) return formatTable(columns, scores);
  const difference = (score: ScoreRecord): string => {
    const other = against.find(({ task, metric }) => task === score.task && metric === score.metric);
    return other === undefined ? '' : formatDifference(score.value - other.value, score.unit);
  };
  return formatTable([...columns, { title: 'difference', value: difference, align: 'right' }], scores);
}
