import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import { runWorkerFile } from '../../../src/main/engine/jobs/run-worker.ts';

const WORKER = fileURLToPath(new URL('./native-worker.ts', import.meta.url));
const PARENT = fileURLToPath(new URL('./native-parent.ts', import.meta.url));

const run = (
  job: string,
  input: unknown = null,
  signal = new AbortController().signal,
  log = (_line: string) => {},
): Promise<unknown> => runWorkerFile(WORKER, job, input, { signal, progress: () => {}, log });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a failed check of ggml is a failed job that quotes it', async () => {
  await expect(run('assert')).rejects.toMatchObject({
    code: 'WORKER_CRASHED',
    message: expect.stringContaining('GGML_ASSERT'),
    details: { log: expect.arrayContaining([expect.stringContaining('GGML_ASSERT')]) },
  });
});

test('a crash in native code is a failed job', async () => {
  await expect(run('segfault')).rejects.toMatchObject({ code: 'WORKER_CRASHED' });
});

test('a job inside native code is cancelled within two seconds', async () => {
  const controller = new AbortController();
  let pid = 0;
  const job = run('stuck', null, controller.signal, (line) => {
    pid = Number(line);
  });
  job.catch(() => {});
  while (pid === 0) await sleep(20);
  await sleep(200);
  const startMs = performance.now();
  controller.abort();
  await expect(job).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(performance.now() - startMs).toBeLessThan(2000);
  expect(isAlive(pid)).toBe(false);
});

test('a worker inside native code dies soon after its parent was killed', async () => {
  const parent = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PARENT, 'stuck'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(chunk.toString());
  await sleep(200);
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  for (let waitedMs = 0; waitedMs < 3000 && isAlive(pid); waitedMs += 50) await sleep(50);
  expect(isAlive(pid)).toBe(false);
});

test("nothing that llama.cpp says reaches the supervisor's own output", async () => {
  const parent = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    PARENT,
    'load',
    embeddedPath(EMBEDDED_DEMO_MODEL),
  ]);
  let output = '';
  for (const stream of [parent.stdout, parent.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [status] = (await once(parent, 'close')) as [number];
  expect({ status, output }).toEqual({ status: 0, output: '' });
});
