// Requests of all kinds, mixed in one batch, against the plain loop.
import { afterAll, expect, test } from 'vitest';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import { answerBatch } from '../../../src/main/engine/kick/answer-wave.ts';
import { planBatches } from '../../../src/main/engine/kick/plan-batches.ts';
import type { TaskItem, TaskRequest } from '../../../src/main/engine/kick/task.ts';
import { ModelSession } from '../../../src/main/engine/native/model-session.ts';
import { openPlainModel } from './plain-loop.ts';

const modelPath = embeddedPath(EMBEDDED_DEMO_MODEL);
const plain = openPlainModel(modelPath);
afterAll(() => plain.session.close());

const item = (id: string, requests: readonly TaskRequest[]): TaskItem => ({
  id,
  prompt: '',
  expected: [],
  requests,
  score: () => ({ answer: '', score: 0 }),
});

async function answer(items: readonly TaskItem[], canShare = true) {
  const plan = planBatches(items, canShare);
  using session = ModelSession.open({
    modelPath,
    contextSize: Math.ceil(plan.cells / 256) * 256,
    sequences: plan.sequenceCount,
    batchSize: 512,
    gpu: 'none',
    threads: 1,
  });
  const waves: number[] = [];
  const { signal } = new AbortController();
  const replies = await answerBatch(session, plan.batches[0]!, plan.sequenceCount - 1, signal, (count) =>
    waves.push(count),
  );
  return { replies, waves };
}

const header =
  'Answer these questions:\n\nQ: What is the capital of Portugal?\nA: Lisbon\n\nQ: What is the capital of ';
const countries = ['France', 'Italy', 'Japan', 'Peru', 'Kenya', 'Norway'];
const prompts = countries.map((country) => `${header}${country}?\nA:`);
const choices = [' Rome', ' Buenos Aires', ' Paris', ' Oslo', ' Kuala Lumpur'];

test('choices of several tokens get the likelihoods of the plain loop', async () => {
  const tokens = (text: string) => plain.session.tokenize(text, { addSpecial: false });
  expect(choices.some((choice) => tokens(choice).length > 1)).toBe(true);
  const requests = prompts.map(
    (prompt): TaskRequest => ({
      kind: 'choose',
      promptTokens: plain.session.tokenize(prompt),
      choices: choices.map(tokens),
    }),
  );
  for (const canShare of [true, false]) {
    const { replies } = await answer(
      requests.map((request, index) => item(String(index), [request])),
      canShare,
    );
    for (const [index, [reply]] of replies.entries()) {
      if (reply?.kind !== 'choose') throw new Error('a choice was asked for');
      const reference = plain.likelihoods(prompts[index]!, choices);
      for (const [at, value] of reference.entries()) {
        expect(Math.abs(reply.logLikelihoods[at]! - value), `${countries[index]}${choices[at]}`).toBeLessThan(0.03);
      }
      expect(reply.nextTokenText).toBe(plain.write(prompts[index]!, 1, undefined));
    }
  }
});

test('several requests of one item, an item without any, and equal prompts each get their own replies', async () => {
  const generate = (prompt: string, maxNewTokens: number): TaskRequest => ({
    kind: 'generate',
    promptTokens: plain.session.tokenize(prompt),
    maxNewTokens,
    stopAtNewline: true,
  });
  const { replies, waves } = await answer([
    item('two', [generate(prompts[0]!, 16), generate(prompts[1]!, 16)]),
    item('none', []),
    item('same', [generate(prompts[0]!, 16)]),
    item('nothing to write', [generate(prompts[2]!, 0)]),
  ]);
  const text = (prompt: string) => plain.write(prompt, 16, '\n');
  expect(replies).toEqual([
    [
      { kind: 'generate', text: text(prompts[0]!) },
      { kind: 'generate', text: text(prompts[1]!) },
    ],
    [],
    [{ kind: 'generate', text: text(prompts[0]!) }],
    [{ kind: 'generate', text: '' }],
  ]);
  expect(waves).toEqual([3]);
});
