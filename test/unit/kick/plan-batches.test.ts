import { expect, test } from 'vitest';
import { ITEMS_PER_BATCH, planBatches, WINDOWS_PER_BATCH } from '../../../src/main/engine/kick/plan-batches.ts';
import type { TaskItem, TaskRequest } from '../../../src/main/engine/kick/task.ts';

const item = (index: number, requests: readonly TaskRequest[]): TaskItem => ({
  id: String(index),
  prompt: '',
  expected: [],
  requests,
  score: () => ({ answer: '', score: 0 }),
});

const tokens = (length: number, seed: number) => Int32Array.from({ length }, (_, at) => (at * 31 + seed * 17) % 1000);
const generate = (length: number, seed: number): TaskRequest => ({
  kind: 'generate',
  promptTokens: tokens(length, seed),
  maxNewTokens: 32,
  stopAtNewline: true,
});

test('batches are cut by index alone: lengths do not move their borders, and a shorter list has the same first batches', () => {
  const items = Array.from({ length: 150 }, (_, index) => item(index, [generate(index % 7 === 0 ? 1900 : 20, index)]));
  const plan = planBatches(items, true);
  expect(plan.batches.map(({ start }) => start)).toEqual([0, ITEMS_PER_BATCH, 2 * ITEMS_PER_BATCH]);
  const shorter = planBatches(items.slice(0, 100), true);
  expect(shorter.batches[0]).toEqual(plan.batches[0]);
});

test('each item with a request is in exactly one wave, in order, and every wave fits what is planned for', () => {
  const items = Array.from({ length: 100 }, (_, index) =>
    item(index, index % 10 === 3 ? [] : [generate(300 + (index % 5) * 100, index)]),
  );
  const plan = planBatches(items, true);
  for (const batch of plan.batches) {
    const asked = batch.waves.flatMap((wave) => wave.sequences.map((sequence) => sequence.item));
    expect(asked).toEqual(batch.items.flatMap((one, index) => (one.requests.length > 0 ? [index] : [])));
    for (const wave of batch.waves) {
      expect(wave.cells).toBeLessThanOrEqual(plan.cells);
      const used = wave.tree.tokenCount + 32 * wave.sequences.length;
      expect(wave.cells).toBeGreaterThanOrEqual(used);
      expect(wave.sequences.length + wave.tree.runs.length).toBeLessThan(plan.sequenceCount);
    }
  }
  expect(plan.batches[0]!.waves.length).toBeGreaterThan(1);
  expect(plan.sequenceCount).toBeLessThanOrEqual(256);
});

test('an item larger than a wave stands alone, and a list without requests has no wave', () => {
  const plan = planBatches([item(0, [generate(20_000, 1)]), item(1, [generate(20, 2)])], true);
  expect(plan.batches[0]!.waves.map((wave) => wave.sequences.length)).toEqual([1, 1]);
  expect(plan.cells).toBeGreaterThan(20_032);
  expect(planBatches([item(0, [])], true).batches[0]!.waves).toEqual([]);
});

test('choices of one token cost one sequence, longer ones a sequence each that ends before its last token', () => {
  const choices = [[5], [5, 6], [5, 7, 8]].map((choice) => Int32Array.from(choice));
  const request: TaskRequest = { kind: 'choose', promptTokens: tokens(50, 0), choices };
  const [wave] = planBatches([item(0, [request])], true).batches[0]!.waves;
  expect(
    wave!.sequences.map(({ choice, tokens: { length }, ownFrom, logitsTo }) => [choice, length, ownFrom, logitsTo]),
  ).toEqual([
    [-1, 50, 49, 50],
    [1, 51, 49, 51],
    [2, 52, 49, 52],
  ]);
});

test('windows of text come in smaller batches and read no logits at their last token', () => {
  const items = Array.from({ length: 20 }, (_, index) =>
    item(index, [{ kind: 'rolling', tokens: tokens(512, index), scoreFrom: 257 }]),
  );
  const plan = planBatches(items, true);
  expect(plan.batches.map(({ start }) => start)).toEqual([0, WINDOWS_PER_BATCH]);
  expect(plan.batches[0]!.waves[0]!.sequences[0]).toMatchObject({ ownFrom: 256, logitsTo: 511 });
});
