// A process that supervises one worker of sample-worker.ts, so that a test can look at it or kill it. Passes on what the job logs.
import { fileURLToPath } from 'node:url';
import { runWorkerFile } from '../../../src/main/engine/jobs/run-worker.ts';

const worker = fileURLToPath(new URL('./sample-worker.ts', import.meta.url));
await runWorkerFile(worker, process.argv[2] ?? '', null, {
  signal: new AbortController().signal,
  progress: () => {},
  log: (line) => process.send?.(Number(line)),
});
process.disconnect();
