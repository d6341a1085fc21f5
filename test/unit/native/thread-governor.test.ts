import { expect, test } from 'vitest';
import { ThreadGovernor } from '../../../src/main/engine/native/thread-governor.ts';

/** A two-core machine whose speed (tokens per ms) depends on the threads and on whether another program runs. */
function machine(start = 2) {
  let nowMs = 0;
  let threads = start;
  const state = { isBusy: false, changes: 0 };
  const governor = new ThreadGovernor({
    threads: start,
    most: 2,
    setThreads: (count) => {
      threads = count;
      state.changes += 1;
    },
    now: () => nowMs,
    freeCores: () => Math.max(0, 2 - threads - (state.isBusy ? 1 : 0)),
  });
  const speed = (): number => (state.isBusy && threads > 1 ? 0.02 : threads);
  const run = (passes: number, tokens = 512): void => {
    for (let i = 0; i < passes; i += 1) {
      const elapsedMs = tokens / speed();
      nowMs += elapsedMs;
      governor.note(tokens, elapsedMs);
    }
  };
  return { state, run, threads: () => threads };
}

test('a machine that stays free keeps its threads', () => {
  const { run, threads, state } = machine();
  run(200);
  expect(threads()).toBe(2);
  expect(state.changes).toBe(0);
});

test('when another program takes a core the threads are halved within a few passes', () => {
  const { state, run, threads } = machine();
  run(20);
  state.isBusy = true;
  run(6);
  expect(threads()).toBe(1);
});

test('one slow pass changes nothing', () => {
  const { state, run } = machine();
  run(20);
  state.isBusy = true;
  run(1);
  state.isBusy = false;
  run(20);
  expect(state.changes).toBe(0);
});

test('when the machine is free again the threads come back', () => {
  const { state, run, threads } = machine();
  run(20);
  state.isBusy = true;
  run(6);
  state.isBusy = false;
  run(40);
  expect(threads()).toBe(2);
});

test('a job that began on a busy machine gets more threads later', () => {
  const { state, run, threads } = machine(1);
  state.isBusy = true;
  run(40);
  expect(threads()).toBe(1);
  state.isBusy = false;
  run(40);
  expect(threads()).toBe(2);
});

test('while no core is free more threads are not even tried', () => {
  const { state, run } = machine(1);
  state.isBusy = true;
  run(100);
  expect(state.changes).toBe(0);
});

test('a try that turns out slower is given up after its first pass', () => {
  let threads = 1;
  let nowMs = 0;
  const seen: number[] = [];
  const governor = new ThreadGovernor({
    threads: 1,
    most: 2,
    setThreads: (count) => {
      threads = count;
    },
    now: () => nowMs,
    freeCores: () => 1,
  });
  for (let i = 0; i < 20; i += 1) {
    const elapsedMs = threads === 1 ? 500 : 5000;
    nowMs += elapsedMs;
    seen.push(threads);
    governor.note(512, elapsedMs);
  }
  expect(seen.slice(8, 14)).toEqual([1, 1, 2, 1, 1, 1]);
});

test('short passes are not compared with long ones', () => {
  const changes: number[] = [];
  const governor = new ThreadGovernor({
    threads: 2,
    most: 2,
    setThreads: (count) => changes.push(count),
    freeCores: () => 0,
  });
  for (let i = 0; i < 50; i += 1) {
    governor.note(512, 100);
    governor.note(1, 10);
  }
  expect(changes).toEqual([]);
});

test('one core is left alone', () => {
  const governor = new ThreadGovernor({
    threads: 1,
    most: 1,
    setThreads: () => {
      throw new Error('changed');
    },
  });
  for (let i = 0; i < 10; i += 1) governor.note(512, i < 5 ? 1 : 1000);
});
