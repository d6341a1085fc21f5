// The inside of a worker process: takes one job at a time from the IPC channel, reports, answers. Entries in src/main/workers call it.
import { writeSync } from 'node:fs';
import { serializeError, WorkbenchError } from '../../../shared/errors.ts';
import type { FromWorker, ToWorker } from '../../../shared/worker-protocol.ts';
import { forwardNativeLog } from '../native/native-log.ts';
import type { JobContext } from './job-context.ts';
import { ProgressThrottle } from './progress-throttle.ts';
import { startWatchdog } from './watchdog.ts';

/** A job reads its own input: it comes from another process and is checked there. */
export type WorkerJob = (input: unknown, context: JobContext) => Promise<unknown>;

export function serveWorker(jobs: Readonly<Record<string, WorkerJob>>): void {
  if (process.send === undefined)
    throw new WorkbenchError('INTERNAL', 'A worker file was started by hand; it needs its supervisor.');
  startWatchdog();
  // Ctrl-C reaches the whole process group; whether to stop is the supervisor's to say.
  process.on('SIGINT', () => {});
  process.on('disconnect', () => process.exit(0));
  forwardNativeLog(writeLogLine);
  const running = new Map<string, AbortController>();
  process.on('message', (message: ToWorker) => {
    if (message.type === 'cancel') running.get(message.id)?.abort();
    else void serve(jobs, message, running);
  });
  send({ type: 'ready' });
}

async function serve(
  jobs: Readonly<Record<string, WorkerJob>>,
  message: Extract<ToWorker, { type: 'run' }>,
  running: Map<string, AbortController>,
): Promise<void> {
  const { id, job, input } = message;
  const controller = new AbortController();
  running.set(id, controller);
  let sequence = 0;
  const throttle = new ProgressThrottle((progress) => send({ type: 'progress', id, sequence: sequence++, progress }));
  const context: JobContext = {
    signal: controller.signal,
    progress: (progress) => throttle.report(progress),
    log: (line) => send({ type: 'log', id, line }),
  };
  try {
    const run = Object.hasOwn(jobs, job) ? jobs[job] : undefined;
    if (run === undefined) throw new WorkbenchError('INTERNAL', `This worker has no job '${job}'.`, { job });
    const output = await run(input, context);
    throttle.flush();
    send({ type: 'done', id, output });
  } catch (error) {
    throttle.flush();
    send({ type: 'failed', id, error: serializeError(error) });
  } finally {
    running.delete(id);
  }
}

/** A supervisor that is gone ends the worker through `disconnect`; a send that fails then is of no interest. */
function send(message: FromWorker): void {
  process.send?.(message, undefined, undefined, () => {});
}

/** Straight to the pipe: a buffered line would be lost in a crash. A full pipe drops the line instead of blocking the job. */
function writeLogLine(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // EAGAIN or EPIPE: the log is a help, not a result.
  }
}
