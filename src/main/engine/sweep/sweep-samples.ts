// The answers behind the scores of a sweep, one file per model file and number of shots, for comparisons question by question.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SampleResult, ScoreRecord } from '../../../shared/kick.ts';
import type { FindSamples } from '../scores/compare-scores.ts';

/** Where the samples of one KICK run go; `tasks` as they were named to it. */
export function samplesPath(
  sweepFolder: string,
  modelSha256: string,
  shots: number,
  tasks: readonly string[] | undefined,
): string {
  const folder = join(sweepFolder, 'samples');
  mkdirSync(folder, { recursive: true });
  const [only] = tasks ?? [];
  const what = tasks?.length === 1 && only !== undefined ? only : 'several';
  return join(folder, `${modelSha256}-${shots}-${what}.jsonl`);
}

/** Reads each file once. A record without shots is of a task that has none: it may be in the run of any number. */
export function findSweepSamples(sweepFolder: string): FindSamples {
  const folder = join(sweepFolder, 'samples');
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const files = new Map<string, ReadonlyMap<string, SampleResult[]>>();
  const read = (name: string): ReadonlyMap<string, SampleResult[]> => {
    const byTask = files.get(name) ?? groupByTask(readFileSync(join(folder, name), 'utf8'), onlyTaskOf(name));
    files.set(name, byTask);
    return byTask;
  };
  return (modelSha256: string, { task, shots }: ScoreRecord) => {
    const start = shots === undefined ? `${modelSha256}-` : `${modelSha256}-${shots}-`;
    for (const name of names) {
      const samples = name.startsWith(start) ? read(name).get(task) : undefined;
      if (samples !== undefined) return samples;
    }
    return undefined;
  };
}

/** `<sha256>-<shots>-<task>.jsonl` */
function onlyTaskOf(name: string): string {
  return name
    .replace(/\.jsonl$/, '')
    .split('-')
    .slice(2)
    .join('-');
}

/** A line names its task when the run had several. */
function groupByTask(text: string, onlyTask: string): Map<string, SampleResult[]> {
  const byTask = new Map<string, SampleResult[]>();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const { task = onlyTask, ...sample } = JSON.parse(line) as SampleResult & { task?: string };
    const samples = byTask.get(task) ?? [];
    samples.push(sample);
    byTask.set(task, samples);
  }
  return byTask;
}
