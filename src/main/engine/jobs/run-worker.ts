// The outside of a worker process: forks a real Node for one job and supervises it. A crash becomes a failed job with the last log lines.
import { type ChildProcess, fork } from 'node:child_process';
import { deserializeError, WorkbenchError } from '../../../shared/errors.ts';
import type { FromWorker, ToWorker } from '../../../shared/worker-protocol.ts';
import type { JobContext } from './job-context.ts';
import { nodePath } from './node-path.ts';
import { PARENT_PID_VARIABLE } from './watchdog.ts';
import { workerFile } from './worker-file.ts';

export type WorkerName = 'compress' | 'kick' | 'chart';

/** Between the request to stop and SIGKILL. */
const CANCEL_GRACE_MS = 1000;
/** For a worker that has answered to leave by itself. */
const EXIT_GRACE_MS = 2000;
/** For the last output of a dead worker to arrive. */
const DRAIN_MS = 300;
const KEPT_LOG_LINES = 50;
const JOB_ID = 'job';

/** Runs a job of src/main/workers/<worker>-worker in a process of its own. */
export function runWorker<Output>(
  worker: WorkerName,
  job: string,
  input: unknown,
  context: JobContext,
): Promise<Output> {
  return runWorkerFile(workerFile(worker), job, input, context);
}

/** As `runWorker`, for any file that calls `serveWorker`. */
export async function runWorkerFile<Output>(
  file: string,
  job: string,
  input: unknown,
  context: JobContext,
): Promise<Output> {
  if (context.signal.aborted) throw cancelled(job);
  const child = fork(file, [], {
    execPath: nodePath(),
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // ggml asks cuBLAS for TF32, which keeps ten bits of a float32's fraction.
    env: {
      NVIDIA_TF32_OVERRIDE: '0',
      ...process.env,
      [PARENT_PID_VARIABLE]: String(process.pid),
      GGML_NO_BACKTRACE: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  if (child.pid !== undefined) context.started?.(child.pid);
  const log = new LogTail();
  child.stdout?.on('data', (chunk: Buffer) => log.add(chunk));
  child.stderr?.on('data', (chunk: Buffer) => log.add(chunk));
  const exited = whenExited(child);
  const stopCancelling = cancelOnAbort(child, context.signal);
  try {
    const answer = await Promise.race([answerOf(child, job, input, context), exited]);
    if ('exitCode' in answer) throw context.signal.aborted ? cancelled(job) : crashed(job, answer, log);
    await leave(child, exited);
    if (answer.type === 'failed') throw deserializeError(answer.error);
    // The job's caller knows its output; both ends are the same version of the same code.
    return answer.output as Output;
  } finally {
    stopCancelling();
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
}

type Answer = Extract<FromWorker, { type: 'done' | 'failed' }>;

interface Exit {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly startError?: Error;
}

/** Sends the job once the worker is ready; resolves with its answer. */
function answerOf(child: ChildProcess, job: string, input: unknown, context: JobContext): Promise<Answer> {
  return new Promise((resolve) => {
    child.on('message', (message: FromWorker) => {
      if (message.type === 'ready') send(child, { type: 'run', id: JOB_ID, job, input });
      else if (message.type === 'progress') context.progress(message.progress);
      else if (message.type === 'log') context.log(message.line);
      else resolve(message);
    });
  });
}

function whenExited(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.on('error', (startError) => resolve({ exitCode: null, signal: null, startError }));
    // `close` comes after the last output, but never while a grandchild holds the pipe.
    child.on('exit', (exitCode, signal) => setTimeout(() => resolve({ exitCode, signal }), DRAIN_MS));
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
}

/** Asks, and after a second forces. A worker inside a native call hears only the second. */
function cancelOnAbort(child: ChildProcess, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  const cancel = (): void => {
    send(child, { type: 'cancel', id: JOB_ID });
    timer = setTimeout(() => child.kill('SIGKILL'), CANCEL_GRACE_MS);
  };
  signal.addEventListener('abort', cancel, { once: true });
  return () => {
    signal.removeEventListener('abort', cancel);
    clearTimeout(timer);
  };
}

async function leave(child: ChildProcess, exited: Promise<Exit>): Promise<void> {
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), EXIT_GRACE_MS);
  await exited;
  clearTimeout(timer);
}

/** A worker that is dying cannot be told anything; its exit says the rest. */
function send(child: ChildProcess, message: ToWorker): void {
  if (child.connected) child.send(message, () => {});
}

const cancelled = (job: string): WorkbenchError =>
  new WorkbenchError('CANCELLED', `The job '${job}' was cancelled.`, { job });

function crashed(job: string, exit: Exit, log: LogTail): WorkbenchError {
  if (exit.startError !== undefined) {
    return new WorkbenchError(
      'WORKER_CRASHED',
      `The worker for '${job}' could not be started: ${exit.startError.message}`,
      { job },
    );
  }
  const how = exit.signal === null ? `with exit code ${exit.exitCode}` : `by ${exit.signal}`;
  const hint = exit.signal === 'SIGKILL' ? ' The system may have run out of memory.' : '';
  const last = lastWords(log.lines);
  const words = last === undefined ? ' It left no log.' : ` Its last words: ${last}`;
  return new WorkbenchError('WORKER_CRASHED', `The worker for '${job}' was ended ${how}.${hint}${words}`, {
    job,
    exitCode: exit.exitCode,
    signal: exit.signal,
    log: [...log.lines],
  });
}

/** The last line that says something: an uncaught error ends with its stack and Node's version. */
function lastWords(lines: readonly string[]): string | undefined {
  return (
    lines.findLast(
      (line) => !/^(?:\s+at |\s*\^|Node\.js v|\s*[{}]|\s*\w+: |\s*throw )/.test(line) || /error/i.test(line),
    ) ?? lines.at(-1)
  );
}

/** The last lines of a worker's output. */
class LogTail {
  readonly lines: string[] = [];
  #pending = '';

  add(chunk: Buffer): void {
    const parts = (this.#pending + chunk.toString('utf8')).split('\n');
    this.#pending = parts.pop() ?? '';
    for (const line of parts) if (line.trim() !== '') this.lines.push(line);
    if (this.lines.length > KEPT_LOG_LINES) this.lines.splice(0, this.lines.length - KEPT_LOG_LINES);
  }
}
