// A worker for the tests of supervision: one job per way to end.
import { setTimeout as sleep } from 'node:timers/promises';
import { serveWorker } from '../../../src/main/engine/jobs/serve-worker.ts';
import { WorkbenchError } from '../../../src/shared/errors.ts';

serveWorker({
  echo: async (input) => input,
  pid: async () => process.pid,
  progress: async (_, context) => {
    for (let done = 1; done <= 1000; done += 1) {
      context.progress({ stage: 'counting', done, total: 1000, unit: 'numbers' });
      if (done % 100 === 0) await sleep(20);
    }
  },
  partials: async (_, context) => {
    for (let done = 1; done <= 50; done += 1)
      context.progress({ stage: 'rows', done, unit: 'rows', partial: { row: done } });
  },
  print: async (_, context) => {
    process.stdout.write('printed by the worker\n');
    context.log('logged by the job');
  },
  refuse: async () => {
    throw new WorkbenchError('BAD_RECIPE', 'The recipe has no steps.', { path: 'steps' });
  },
  exit: async () => {
    process.stderr.write('ggml.c:1: GGML_ASSERT(fits) failed\n');
    process.exit(7);
  },
  throwLater: async () => {
    setTimeout(() => {
      throw new RangeError('thrown where nobody waits');
    }, 10);
    await sleep(10_000);
  },
  abort: async () => {
    process.stderr.write('about to abort\n');
    process.abort();
  },
  listen: async (_, context) => {
    while (!context.signal.aborted) await sleep(10);
    throw new WorkbenchError('CANCELLED', 'Stopped when asked.');
  },
  loop: async (_, context) => {
    context.log(String(process.pid));
    for (;;);
  },
});
