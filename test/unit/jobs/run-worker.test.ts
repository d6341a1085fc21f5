import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { JobContext } from '../../../src/main/engine/jobs/job-context.ts';
import { runWorkerFile } from '../../../src/main/engine/jobs/run-worker.ts';
import type { Progress } from '../../../src/shared/progress.ts';

const WORKER = fileURLToPath(new URL('./sample-worker.ts', import.meta.url));
const PARENT = fileURLToPath(new URL('./sample-parent.ts', import.meta.url));

function contextWith(
  signal = new AbortController().signal,
): JobContext & { readonly reports: Progress[]; readonly lines: string[] } {
  const reports: Progress[] = [];
  const lines: string[] = [];
  return { signal, reports, lines, progress: (progress) => reports.push(progress), log: (line) => lines.push(line) };
}

const run = (job: string, input: unknown, context: JobContext = contextWith()): Promise<unknown> =>
  runWorkerFile(WORKER, job, input, context);

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function isGoneWithin(pid: number, limitMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += 50) {
    if (!isAlive(pid)) return true;
    await sleep(50);
  }
  return !isAlive(pid);
}

test('a job gets its input and its output comes back', async () => {
  expect(await run('echo', { text: 'Grüße', values: [1, 2.5, null] })).toEqual({
    text: 'Grüße',
    values: [1, 2.5, null],
  });
});

test('the worker is gone when its job has answered', async () => {
  const pid = await run('pid', null);
  expect(typeof pid === 'number' && isAlive(pid)).toBe(false);
});

test('progress comes at most ten times a second, in order, and ends with the last report', async () => {
  const context = contextWith();
  const startMs = performance.now();
  await run('progress', null, context);
  const elapsedMs = performance.now() - startMs;
  const done = context.reports.map((report) => report.done);
  expect(done.length).toBeLessThanOrEqual(elapsedMs / 100 + 2);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(done.at(-1)).toBe(1000);
});

test('reports that carry a partial result are all delivered', async () => {
  const context = contextWith();
  await run('partials', null, context);
  expect(context.reports.map((report) => report.partial)).toEqual(
    Array.from({ length: 50 }, (_, i) => ({ row: i + 1 })),
  );
});

test('what a worker prints does not reach the stdout of its supervisor', async () => {
  const parent = fork(PARENT, ['print'], {
    execPath: process.execPath,
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  parent.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  parent.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(parent, 'close');
  expect(output).toBe('');
});

test('an error of a job keeps its code, message and details', async () => {
  await expect(run('refuse', null)).rejects.toMatchObject({
    code: 'BAD_RECIPE',
    message: 'The recipe has no steps.',
    details: { path: 'steps' },
  });
});

test('an unknown job is refused', async () => {
  await expect(run('constructor', null)).rejects.toMatchObject({ code: 'INTERNAL' });
});

test('a worker that exits becomes WORKER_CRASHED with its exit code and last words', async () => {
  await expect(run('exit', null)).rejects.toMatchObject({
    code: 'WORKER_CRASHED',
    message: expect.stringContaining('GGML_ASSERT(fits) failed'),
    details: { exitCode: 7, signal: null, log: ['ggml.c:1: GGML_ASSERT(fits) failed'] },
  });
});

test('an error that nobody caught is the last word, not the stack under it', async () => {
  await expect(run('throwLater', null)).rejects.toMatchObject({
    code: 'WORKER_CRASHED',
    message: expect.stringMatching(/exit code 1\. Its last words: RangeError: thrown where nobody waits$/),
  });
});

test.skipIf(process.platform === 'win32')('a worker that aborts becomes WORKER_CRASHED with its signal', async () => {
  await expect(run('abort', null)).rejects.toMatchObject({ code: 'WORKER_CRASHED', details: { signal: 'SIGABRT' } });
});

test('a job that listens is cancelled at once', async () => {
  const controller = new AbortController();
  const job = run('listen', null, contextWith(controller.signal));
  await sleep(500);
  const startMs = performance.now();
  controller.abort();
  await expect(job).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(performance.now() - startMs).toBeLessThan(1000);
});

test('a job stuck in a loop is cancelled within two seconds and leaves no process', async () => {
  const controller = new AbortController();
  const context = contextWith(controller.signal);
  const job = run('loop', null, context);
  job.catch(() => {});
  while (context.lines.length === 0) await sleep(20);
  const startMs = performance.now();
  controller.abort();
  await expect(job).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(performance.now() - startMs).toBeLessThan(2000);
  expect(isAlive(Number(context.lines[0]))).toBe(false);
});

test('a job that was cancelled before it began starts no process', async () => {
  await expect(run('loop', null, contextWith(AbortSignal.abort()))).rejects.toMatchObject({ code: 'CANCELLED' });
});

test('a worker stuck in a loop dies soon after its parent was killed', async () => {
  const parent = fork(PARENT, ['loop'], {
    execPath: process.execPath,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [workerPid] = (await once(parent, 'message')) as [number];
  expect(isAlive(workerPid)).toBe(true);
  parent.kill('SIGKILL');
  expect(await isGoneWithin(workerPid, 3000)).toBe(true);
});
