// Scores in the form of lm-evaluation-harness's results file, for tools that read it:
// https://github.com/EleutherAI/lm-evaluation-harness/blob/main/docs/interface.md
import type { ComparisonRow } from '../../../shared/comparison.ts';
import { standardErrorOf } from '../scores/intervals.ts';

/** By version, then task. */
export function lmEvalResults(rows: readonly ComparisonRow[]): Record<string, unknown> {
  const versions = Map.groupBy(rows, ({ recipe, modelSha256 }) => `${recipe} ${modelSha256.slice(0, 12)}`);
  return Object.fromEntries([...versions].map(([name, members]) => [name, resultsOf(members)]));
}

function resultsOf(rows: readonly ComparisonRow[]): Record<string, unknown> {
  const tasks = Map.groupBy(rows, ({ task }) => task);
  const first = rows[0];
  return {
    results: Object.fromEntries([...tasks].map(([task, members]) => [task, metricsOf(members)])),
    versions: Object.fromEntries([...tasks].map(([task, members]) => [task, members[0]?.taskVersion])),
    'n-shot': Object.fromEntries([...tasks].map(([task, members]) => [task, members[0]?.shots ?? 0])),
    'n-samples': Object.fromEntries(
      [...tasks].map(([task, members]) => [
        task,
        { original: members[0]?.itemCount, effective: members[0]?.answeredCount },
      ]),
    ),
    config: { model: 'whittle', model_args: first?.model, model_sha256: first?.modelSha256, random_seed: first?.seed },
    git_hash: null,
    whittle_version: first?.engineVersion,
  };
}

function metricsOf(rows: readonly ComparisonRow[]): Record<string, unknown> {
  const entries = rows.flatMap(({ metric, value, confidenceLow, confidenceHigh }) => [
    [`${metric},none`, value],
    [`${metric}_stderr,none`, standardErrorOf({ low: confidenceLow, high: confidenceHigh })],
  ]);
  return { alias: rows[0]?.task, ...Object.fromEntries(entries) };
}
