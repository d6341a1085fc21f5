// Lanes side by side, and the turnstile that serialises a part of their work.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runLanes, Turnstile } from '../../../src/main/engine/sweep/run-lanes.ts';

const never = new AbortController().signal;

describe('lanes', () => {
  it('work on as many items at once as there are lanes, begun in order', async () => {
    let running = 0;
    let most = 0;
    const begun: number[] = [];
    await runLanes([1, 2, 3, 4, 5], 2, never, async (item) => {
      begun.push(item);
      running += 1;
      most = Math.max(most, running);
      await sleep(5);
      running -= 1;
    });
    expect(begun).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it('stop all at the first failure, and end with that failure', async () => {
    const begun: number[] = [];
    const stopped: number[] = [];
    const run = runLanes([1, 2, 3, 4], 2, never, async (item, signal) => {
      begun.push(item);
      if (item === 1) throw new Error('first');
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      stopped.push(item);
      throw new Error('second');
    });
    await expect(run).rejects.toThrow('first');
    expect(begun).toEqual([1, 2]);
    expect(stopped).toEqual([2]);
  });

  it('pass on the signal from outside', async () => {
    const run = runLanes([1], 1, AbortSignal.abort(), async (_item, signal) => {
      expect(signal.aborted).toBe(true);
    });
    await run;
  });
});

describe('a turnstile', () => {
  it('lets one in at a time, in order, also after a failure', async () => {
    const turnstile = new Turnstile();
    const events: string[] = [];
    const visit = (name: string, fails = false) =>
      turnstile.pass(async () => {
        events.push(`${name} in`);
        await sleep(3);
        events.push(`${name} out`);
        if (fails) throw new Error(name);
        return name;
      });
    const results = await Promise.allSettled([visit('a'), visit('b', true), visit('c')]);
    expect(events).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
