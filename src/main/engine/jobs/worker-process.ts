// A worker process that stays: several jobs, one after another or side by side, over one loaded state. For work that a person
// waits for (chat, previews), where starting a process for each answer would be felt.
import { type ChildProcess, fork } from 'node:child_process';
import { deserializeError, WorkbenchError } from '../../../shared/errors.ts';
import type { FromWorker, ToWorker } from '../../../shared/worker-protocol.ts';
import type { JobContext } from './job-context.ts';
import { nodePath } from './node-path.ts';
import { PARENT_PID_VARIABLE } from './watchdog.ts';
import { workerFile } from './worker-file.ts';

const CLOSE_GRACE_MS = 1000;
const KEPT_LOG_LINES = 50;

interface Pending {
  readonly context: JobContext;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

export interface WorkerProcessOptions {
  /** File of src/main/workers without `-worker` and ending. */
  readonly worker: string;
  /** Called once, when the process is gone without having been closed. */
  readonly onCrash?: (error: WorkbenchError) => void;
}

export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<string, Pending>();
  readonly #log: string[] = [];
  readonly #options: WorkerProcessOptions;
  readonly #ready: Promise<void>;
  #nextId = 0;
  #isClosed = false;
  #crash: WorkbenchError | undefined;

  constructor(options: WorkerProcessOptions) {
    this.#options = options;
    this.#child = fork(workerFile(options.worker), [], {
      execPath: nodePath(),
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { ...process.env, [PARENT_PID_VARIABLE]: String(process.pid), GGML_NO_BACKTRACE: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#keepLog(chunk));
    this.#child.stderr?.on('data', (chunk: Buffer) => this.#keepLog(chunk));
    this.#child.on('exit', (code, signal) => this.#ended(signal === null ? `with exit code ${code}` : `by ${signal}`));
    this.#child.on('error', (error) => this.#ended(`before it started: ${error.message}`));
    this.#ready = new Promise((resolve) => {
      this.#child.on('message', (message: FromWorker) => {
        if (message.type === 'ready') resolve();
        else this.#receive(message);
      });
    });
  }

  get processId(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return !this.#isClosed && this.#crash === undefined;
  }

  /** Rejects with the job's own error, WORKER_CRASHED, or CANCELLED when the worker was closed. */
  run<Output>(job: string, input: unknown, context: JobContext): Promise<Output> {
    const id = String(this.#nextId++);
    const cancel = (): void => this.#send({ type: 'cancel', id });
    const answer = new Promise<unknown>((resolve, reject) => {
      if (this.#isClosed) reject(closed());
      else if (this.#crash !== undefined) reject(this.#crash);
      else this.#pending.set(id, { context, resolve, reject });
    });
    context.signal.addEventListener('abort', cancel, { once: true });
    void this.#ready.then(() => {
      if (this.#pending.has(id)) this.#send({ type: 'run', id, job, input });
      if (context.signal.aborted) cancel();
    });
    // The job's caller knows its output; both ends are the same version of the same code.
    return answer.finally(() => context.signal.removeEventListener('abort', cancel)) as Promise<Output>;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#failAll(closed());
    if (this.#child.connected) this.#child.disconnect();
    setTimeout(() => this.#child.kill('SIGKILL'), CLOSE_GRACE_MS).unref();
  }

  #receive(message: Exclude<FromWorker, { type: 'ready' }>): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    if (message.type === 'progress') pending.context.progress(message.progress);
    else if (message.type === 'log') pending.context.log(message.line);
    else {
      this.#pending.delete(message.id);
      if (message.type === 'done') pending.resolve(message.output);
      else pending.reject(deserializeError(message.error));
    }
  }

  #send(message: ToWorker): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #ended(how: string): void {
    if (this.#isClosed || this.#crash !== undefined) return;
    const last = this.#log.at(-1);
    const words = last === undefined ? '' : ` Its last words: ${last}`;
    const message = `The ${this.#options.worker} process was ended ${how}.${words}`;
    this.#crash = new WorkbenchError('WORKER_CRASHED', message, { log: [...this.#log] });
    this.#failAll(this.#crash);
    this.#options.onCrash?.(this.#crash);
  }

  #failAll(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }

  #keepLog(chunk: Buffer): void {
    this.#log.push(
      ...chunk
        .toString('utf8')
        .split('\n')
        .filter((line) => line.trim() !== ''),
    );
    if (this.#log.length > KEPT_LOG_LINES) this.#log.splice(0, this.#log.length - KEPT_LOG_LINES);
  }
}

function closed(): WorkbenchError {
  return new WorkbenchError('CANCELLED', 'The process was closed.');
}
