// A process that supervises one job of native-worker.ts, so that a test can kill it or look at its output. Prints what the job logs.
import { fileURLToPath } from 'node:url';
import { runWorkerFile } from '../../../src/main/engine/jobs/run-worker.ts';

const [, , job = '', input] = process.argv;
await runWorkerFile(fileURLToPath(new URL('./native-worker.ts', import.meta.url)), job, input, {
  signal: new AbortController().signal,
  progress: () => {},
  log: (line) => process.stdout.write(line),
});
