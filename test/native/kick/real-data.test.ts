// Real data sets and a real model, where they are: counts of every importer, perplexity against llama.cpp's own tool.
import { expect, test } from 'vitest';
import type { JobContext } from '../../../src/main/engine/jobs/job-context.ts';
import { readDataset } from '../../../src/main/engine/kick/dataset.ts';
import type { ChoiceRecord } from '../../../src/main/engine/kick/formats/records.ts';
import { measurePerplexity } from '../../../src/main/engine/kick/perplexity.ts';
import { runKick } from '../../../src/main/engine/kick/run-kick.ts';
import { SMOLLM2_F16, sharedData, testModel, WIKITEXT2_TEST } from '../../support/outside-data.ts';

const context: JobContext = { signal: new AbortController().signal, progress: () => {}, log: () => {} };

function skipBecause(skip: (reason: string) => never, reason: string): never {
  process.stderr.write(`skipped: ${reason}\n`);
  return skip(reason);
}

test.for([
  ['questions', 'freebaseqa/freebaseqa_eval_head.jsonl', 319],
  ['questions', 'triviaqa/test.jsonl', 1000],
  ['questions', 'triviaqa/triviaqa_sample.json', 1],
  ['passages', 'triviaqa/derived_openbook.jsonl', 711],
  ['passages', 'xquad_en/xquad.en.json', 1190],
  ['questions', 'popqa/test.jsonl', 1000],
  ['questions', 'nq_open/test.jsonl', 1000],
  ['choices', 'mmlu', 14042],
] as const)('%s of %s are all read', ([need, name, count], { skip }) => {
  const path = sharedData(name);
  if (path === undefined) return skipBecause(skip, `there is no shared/data/${name}`);
  expect(readDataset(need, path).records.length).toBe(count);
});

test('MMLU’s ten choices "None" are text, and every subject has five examples', ({ skip }) => {
  const path = sharedData('mmlu');
  if (path === undefined) return skipBecause(skip, 'there is no shared/data/mmlu');
  const records = readDataset('choices', path).records as readonly ChoiceRecord[];
  expect(records.flatMap(({ choices }) => choices).filter((choice) => choice === 'None').length).toBe(10);
  expect(new Set(records.map(({ subject }) => subject)).size).toBe(57);
  expect(records.every(({ examples }) => examples.length === 5)).toBe(true);
});

test('perplexity of SmolLM2 is llama-perplexity’s of the same release, within 0.1 %', async ({ skip }) => {
  const modelPath = testModel(SMOLLM2_F16);
  const textPath = sharedData(WIKITEXT2_TEST);
  if (modelPath === undefined || textPath === undefined)
    return skipBecause(skip, 'SmolLM2 or wikitext-2 is not on this machine');
  const result = await measurePerplexity({ modelPath, textPath, chunkCount: 4, gpu: 'none' }, context);
  // llama-perplexity v0.5.0, --chunks 4: Final estimate: PPL = 23.9077 +/- 2.40530
  expect(Math.abs(result.perplexity / 23.9077 - 1)).toBeLessThan(0.001);
  expect(Math.abs(result.standardError / 2.4053 - 1)).toBeLessThan(0.001);
});

test('SmolLM2 answers MMLU near chance and reads passages', async ({ skip }) => {
  const modelPath = testModel(SMOLLM2_F16);
  const [mmlu, xquad] = [sharedData('mmlu'), sharedData('xquad_en/xquad.en.json')];
  if (modelPath === undefined || mmlu === undefined || xquad === undefined) {
    return skipBecause(skip, 'SmolLM2, MMLU or XQuAD is not on this machine');
  }
  const data = { 'multiple-choice-qa': mmlu, 'open-book-qa': xquad };
  const { scores } = await runKick(
    { modelPath, tasks: Object.keys(data), data, limit: 16, shots: 1, gpu: 'none' },
    context,
  );
  const [choice, passages] = ['multiple-choice-qa', 'open-book-qa'].map((id) => scores.find(({ task }) => task === id));
  expect(choice!.confidenceLow).toBeLessThan(0.3);
  expect(choice!.confidenceHigh).toBeGreaterThan(0.25);
  expect(passages!.value).toBeGreaterThan(0.1);
  expect(scores.find(({ metric }) => metric === 'answer_in_context')!.value).toBe(1);
});
