// Whole runs on the embedded model: equal to the plain loop, independent of threads, and equal again after a kill.
import { mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import type { JobContext } from '../../../src/main/engine/jobs/job-context.ts';
import { type KickInput, runKick } from '../../../src/main/engine/kick/run-kick.ts';
import type { SampleResult, ScoreRecord } from '../../../src/shared/kick.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { openPlainModel } from './plain-loop.ts';

const modelPath = embeddedPath(EMBEDDED_DEMO_MODEL);
const plain = openPlainModel(modelPath);
afterAll(() => plain.session.close());

function context(signal = new AbortController().signal): JobContext {
  return { signal, progress: () => {}, log: () => {} };
}

type SampleLine = SampleResult & { readonly task?: string };

async function run(input: Partial<KickInput>, job = context()) {
  const samplesPath = join(tempFolder(), 'samples.jsonl');
  const { scores, peakMemoryBytes } = await runKick({ modelPath, gpu: 'none', threads: 1, samplesPath, ...input }, job);
  const samples = readFileSync(samplesPath, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SampleLine);
  return { scores, samples, peakMemoryBytes };
}

const withoutTime = (scores: readonly ScoreRecord[]) => scores.map(({ elapsedMs: _, ...score }) => score);

const written = (samples: readonly SampleLine[], maxNewTokens: number, stop: string | undefined) =>
  samples.map(({ prompt }) => plain.write(prompt, maxNewTokens, stop).trim());

test.each([
  ['factoid-qa', 0.8],
  ['closed-book-qa', 0.8],
  ['open-book-qa', 0.8],
])('%s writes what the plain loop writes, and the model knows its facts', async (task, least) => {
  const { scores, samples } = await run({ tasks: [task], limit: 70 });
  expect(samples.map(({ index }) => index)).toEqual(Array.from({ length: 70 }, (_, index) => index));
  expect(samples.slice(0, 24).map(({ answer }) => answer)).toEqual(written(samples.slice(0, 24), 32, '\n'));
  expect(scores[0]).toMatchObject({ task, metric: 'accuracy', itemCount: 70, failedCount: 0, seed: 0 });
  expect(scores[0]!.value).toBeGreaterThan(least);
  expect(scores[0]!.value).toBeCloseTo(samples.reduce((sum, { score }) => sum + (score ?? 0), 0) / 70, 12);
});

test('multiple choice has the likelihoods of the plain loop, with and without examples', async () => {
  for (const shots of [0, 5]) {
    const { scores, samples } = await run({ tasks: ['multiple-choice-qa'], limitPerGroup: 2, shots });
    expect(samples.length).toBe(42);
    expect(samples[1]).toMatchObject({ id: 'art/1', group: 'art', outcome: 'answered' });
    for (const { prompt, logprobs, answer, metrics, expected } of samples.slice(0, 8)) {
      const reference = plain.likelihoods(prompt, [' A', ' B', ' C', ' D']);
      // Other passes add the same float16 sums in another order, and the model's strong channels make those coarse: half a percent of the log.
      for (const [index, value] of reference.entries()) {
        const tolerance = Math.max(0.02, 0.005 * Math.abs(value));
        expect(Math.abs(logprobs![index]! - value)).toBeLessThan(tolerance);
      }
      expect(answer).toBe('ABCD'[reference.indexOf(Math.max(...reference))]);
      const letter = plain.write(prompt, 1, undefined).trim() === expected[0] ? 1 : 0;
      expect(metrics?.['generated_letter_accuracy']).toBe(letter);
    }
    expect(scores[0]).toMatchObject({ shots, chanceValue: 0.25 });
    expect(scores[0]!.value).toBeGreaterThan(0.85);
    expect(scores[0]!.groups?.length).toBe(21);
  }
});

test('the paper’s protocol writes on to its budget and matches the whole text', async () => {
  const { samples } = await run({ tasks: ['factoid-qa'], limit: 6, protocol: 'paper' });
  for (const { prompt, answer } of samples) {
    expect(answer).toBe(plain.write(prompt, 2 * plain.session.tokenize(prompt).length, undefined));
  }
});

test('samples and scores do not depend on the number of threads', async () => {
  const limits = { limit: 9, tasks: ['factoid-qa', 'multiple-choice-qa', 'open-book-qa', 'perplexity'] };
  const one = await run({ ...limits, threads: 1 });
  const two = await run({ ...limits, threads: 2 });
  expect(two.samples).toEqual(one.samples);
  expect(withoutTime(two.scores)).toEqual(withoutTime(one.scores));
  expect(new Set(one.samples.map(({ task }) => task))).toEqual(new Set(limits.tasks));
  expect(Object.keys(one.peakMemoryBytes)).toEqual(limits.tasks);
  for (const bytes of Object.values(one.peakMemoryBytes)) expect(bytes).toBeGreaterThan(statSync(modelPath).size);
});

test('a run that was cut anywhere goes on with --resume to the samples of an unbroken one', async () => {
  const options = { tasks: ['factoid-qa'], limit: 150 };
  const unbroken = await run(options);
  const journalFolder = tempFolder();
  const first = await run({ ...options, journalFolder });
  expect(first.samples).toEqual(unbroken.samples);
  const [name] = readdirSync(journalFolder);
  const path = join(journalFolder, name!);
  const sizeBytes = statSync(path).size;
  for (const share of [0.02, 0.5, 0.98]) {
    truncateSync(path, Math.floor(sizeBytes * share));
    const log: string[] = [];
    const again = await run(
      { ...options, journalFolder, resume: true },
      { ...context(), log: (line) => log.push(line) },
    );
    expect(again.samples).toEqual(unbroken.samples);
    expect(Object.keys(again.peakMemoryBytes)).toEqual(options.tasks);
    expect(withoutTime(again.scores)).toEqual(withoutTime(unbroken.scores));
    expect(log.length).toBe(share > 0.4 ? 1 : 0);
    expect(statSync(path).size).toBe(sizeBytes);
  }
  await run({ ...options, journalFolder, resume: true, limit: 10 });
  expect(readdirSync(journalFolder).length).toBe(2);
});

test('a cancelled run stops between two passes, keeps its whole batches and leaves no samples file', async () => {
  const folder = tempFolder();
  const samplesPath = join(folder, 'out.jsonl');
  const controller = new AbortController();
  const job: JobContext = {
    ...context(controller.signal),
    progress: ({ stage, done }) => {
      if (stage === 'factoid-qa' && done >= 64) controller.abort();
    },
  };
  const input = {
    modelPath,
    gpu: 'none',
    threads: 1,
    tasks: ['factoid-qa'],
    samplesPath,
    journalFolder: join(folder, 'j'),
  };
  await expect(runKick(input, job)).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(readdirSync(folder)).toEqual(['j']);
  const [journal] = readdirSync(join(folder, 'j'));
  expect(
    readFileSync(join(folder, 'j', journal!), 'utf8')
      .trimEnd()
      .split('\n').length,
  ).toBe(1 + 64);
});

test('bad input is refused before the model is loaded', async () => {
  const folder = tempFolder();
  const broken = join(folder, 'broken.jsonl');
  writeFileSync(broken, '{"question":"q","answers":["a"]}\n{"question"\n');
  mkdirSync(join(folder, 'empty'));
  const base = { modelPath, gpu: 'none', threads: 1 };
  for (const [input, code] of [
    [{ tasks: ['no-such-task'] }, 'UNKNOWN_TASK'],
    [{ tasks: ['factoid-qa'], data: { '*': broken } }, 'BAD_DATA'],
    [{ tasks: ['factoid-qa'], data: { '*': join(folder, 'absent') } }, 'FILE_NOT_FOUND'],
    [{ tasks: ['multiple-choice-qa'], data: { 'multiple-choice-qa': join(folder, 'empty') } }, 'BAD_DATA'],
    [{ tasks: ['factoid-qa'], data: { 'open-book-qa': broken } }, 'BAD_USAGE'],
    [{ tasks: ['factoid-qa', 'closed-book-qa'], data: { '*': broken } }, 'BAD_USAGE'],
    [{ modelPath: join(folder, 'absent.gguf') }, 'FILE_NOT_FOUND'],
    [{ modelPath: broken }, 'BAD_GGUF'],
  ] as const) {
    await expect(runKick({ ...base, ...input }, context()), JSON.stringify(input)).rejects.toMatchObject({ code });
  }
});
