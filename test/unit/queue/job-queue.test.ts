import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JobQueue, type RunJob } from '../../../src/main/engine/queue/job-queue.ts';
import { WorkbenchError } from '../../../src/shared/errors.ts';
import type { WorkbenchEventBody } from '../../../src/shared/events.ts';
import type { Job } from '../../../src/shared/job.ts';

let home: string;
let events: WorkbenchEventBody[];
const queues: JobQueue[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'whittle-queue-'));
  events = [];
});
afterEach(() => {
  for (const queue of queues.splice(0)) queue.close();
  rmSync(home, { recursive: true, force: true });
});

function open(run: RunJob): JobQueue {
  const queue = new JobQueue({ home, run, emit: (event) => events.push(event) });
  queues.push(queue);
  return queue;
}

const job = (title: string, canResume = false) => ({
  kind: 'kick' as const,
  title,
  input: { model: title, gpu: 'auto' },
  models: [title],
  canResume,
});

/** A job that runs until it is told to end, and ends as cancelled when it is aborted. */
class Gate {
  readonly started: string[] = [];
  readonly resumed: boolean[] = [];
  readonly #open = new Map<string, (failure?: Error) => void>();

  readonly run: RunJob = (running, isResumed, { signal }) =>
    new Promise((resolve, reject) => {
      this.started.push(running.title);
      this.resumed.push(isResumed);
      signal.addEventListener('abort', () => reject(new WorkbenchError('CANCELLED', 'stopped')));
      this.#open.set(running.title, (failure) => (failure ? reject(failure) : resolve({ made: running.title })));
    });

  end(title: string, failure?: Error): void {
    this.#open.get(title)?.(failure);
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const stateOf = (queue: JobQueue, { id }: Job) => queue.get(id).state;

describe('the queue', () => {
  it('runs one job at a time, in the order they were added', async () => {
    const gate = new Gate();
    const queue = open(gate.run);
    const first = queue.add(job('a'));
    const second = queue.add(job('b'));
    expect([stateOf(queue, first), stateOf(queue, second)]).toEqual(['running', 'queued']);
    gate.end('a');
    expect((await queue.whenEnded(first.id)).output).toEqual({ made: 'a' });
    await settle();
    expect(gate.started).toEqual(['a', 'b']);
  });

  it('goes on with the next job after one fails, and keeps the reason', async () => {
    const gate = new Gate();
    const queue = open(gate.run);
    const first = queue.add(job('a'));
    const second = queue.add(job('b'));
    gate.end('a', new WorkbenchError('NO_SPACE', 'the disk is full'));
    const ended = await queue.whenEnded(first.id);
    expect(ended.state).toBe('failed');
    expect(ended.error?.code).toBe('NO_SPACE');
    await settle();
    expect(stateOf(queue, second)).toBe('running');
    expect(queue.log(first.id, 10)).toEqual(['NO_SPACE: the disk is full']);
  });

  it('stops a running job and removes a waiting one at a cancel', async () => {
    const gate = new Gate();
    const queue = open(gate.run);
    const first = queue.add(job('a'));
    const second = queue.add(job('b'));
    queue.cancel(second.id);
    queue.cancel(first.id);
    expect((await queue.whenEnded(first.id)).state).toBe('cancelled');
    expect(stateOf(queue, second)).toBe('cancelled');
    expect(gate.started).toEqual(['a']);
  });

  it('pauses a job that can go on, lets the next one run, and goes on where it was', async () => {
    const gate = new Gate();
    const queue = open(gate.run);
    const first = queue.add(job('a', true));
    const second = queue.add(job('b'));
    queue.pause(first.id);
    await settle();
    expect([stateOf(queue, first), stateOf(queue, second)]).toEqual(['paused', 'running']);
    queue.resume(first.id);
    expect(stateOf(queue, first)).toBe('queued');
    gate.end('b');
    await queue.whenEnded(second.id);
    await settle();
    expect(stateOf(queue, first)).toBe('running');
    expect(gate.resumed).toEqual([false, false, true]);
  });

  it('refuses to pause a running job that would lose its work', () => {
    const queue = open(new Gate().run);
    const { id } = queue.add(job('a', false));
    expect(() => queue.pause(id)).toThrow(expect.objectContaining({ code: 'NOT_POSSIBLE_NOW' }));
  });

  it('lets a raised job run before those that waited longer', async () => {
    const gate = new Gate();
    const queue = open(gate.run);
    const first = queue.add(job('a'));
    queue.add(job('b'));
    const third = queue.add(job('c'));
    queue.raise(third.id);
    gate.end('a');
    await queue.whenEnded(first.id);
    await settle();
    expect(gate.started).toEqual(['a', 'c']);
  });

  it('tries a failed job again with changed input', async () => {
    const gate = new Gate();
    const queue = open(gate.run);
    const first = queue.add(job('a'));
    gate.end('a', new Error('no GPU'));
    await queue.whenEnded(first.id);
    const again = queue.retry(first.id, { gpu: 'none' }, (_, input) => input);
    expect(again.input).toEqual({ model: 'a', gpu: 'none' });
    expect(again.id).not.toBe(first.id);
  });

  it('tells every change, and progress with speed', async () => {
    let report = (_: number) => {};
    const queue = open((_, __, { progress }) => {
      report = (done) => progress({ stage: 'asking', done, total: 100, unit: 'questions' });
      return new Promise(() => {});
    });
    queue.add(job('a'));
    report(0);
    await new Promise((resolve) => setTimeout(resolve, 1600));
    report(40);
    const last = events.at(-1);
    expect(last?.type).toBe('job-progress');
    expect(last).toMatchObject({ progress: { done: 40, total: 100 } });
    if (last?.type !== 'job-progress') throw new Error('no progress');
    expect(last.unitsPerSecond).toBeGreaterThan(15);
    expect(last.remainingMs).toBeGreaterThan(1000);
    expect(events.filter(({ type }) => type === 'job-changed')).toHaveLength(2);
  });
});

describe('a restart', () => {
  it('finds what was running and waiting as interrupted, ended jobs as they were, and starts nothing by itself', async () => {
    const gate = new Gate();
    const before = open(gate.run);
    const done = before.add(job('done'));
    gate.end('done');
    await before.whenEnded(done.id);
    before.add(job('running', true));
    before.add(job('waiting'));
    before.close();
    const after = open(gate.run);
    expect(after.interrupted().map(({ title }) => title)).toEqual(['running', 'waiting']);
    expect(after.get(done.id).output).toEqual({ made: 'done' });
    expect(gate.started).toEqual(['done', 'running']);
  });

  it('goes on with an interrupted job as one whose earlier part may be done', async () => {
    const gate = new Gate();
    const before = open(gate.run);
    const { id } = before.add(job('a', true));
    before.close();
    const after = open(gate.run);
    after.resume(id);
    expect(gate.resumed).toEqual([false, true]);
    expect(after.get(id).state).toBe('running');
  });

  it('leaves the jobs of another living session alone', () => {
    const gate = new Gate();
    const first = open(gate.run);
    first.add(job('a'));
    const second = open(gate.run);
    expect(second.list()).toEqual([]);
    expect(first.list()).toHaveLength(1);
  });
});
