// Electron's side of the engine: starts its process, passes calls and events on, says when it is lost, starts it again on request.
import { type ChildProcess, fork } from 'node:child_process';
import type { ShellEvent, WindowEvent } from '../../shared/events.ts';
import type { CallReply } from '../../shared/session-contract.ts';
import type { EventPosition, FromEngine, ToEngine } from './engine-protocol.ts';

export interface EngineClientOptions {
  /** The pinned Node. */
  readonly nodePath: string;
  readonly entryPath: string;
  /** Where it and its workers keep compiled code from one start to the next. */
  readonly compileCache?: string;
}

interface Subscription {
  readonly listener: (event: WindowEvent) => void;
  last: EventPosition | undefined;
}

const KEPT_LOG_LINES = 400;
const CLOSE_GRACE_MS = 1500;

export class EngineClient {
  readonly #options: EngineClientOptions;
  readonly #waiting = new Map<number, (reply: CallReply) => void>();
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #log: string[] = [];
  #child: ChildProcess | undefined;
  #nextId = 1;
  #isClosing = false;
  #lostReason: string | undefined;

  constructor(options: EngineClientOptions) {
    this.#options = options;
  }

  get log(): readonly string[] {
    return this.#log;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  get processId(): number | undefined {
    return this.#child?.pid;
  }

  /** Does nothing while it runs. Pages that listen hear `connected` again, with a reset: it is another session. */
  start(): void {
    if (this.#child !== undefined) return;
    const { nodePath, entryPath, compileCache } = this.#options;
    const child = fork(entryPath, [], {
      execPath: nodePath,
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: { ...process.env, ...(compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache }) },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.#lostReason = undefined;
    child.stdout?.on('data', (chunk: Buffer) => this.#keepLog(chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.#keepLog(chunk));
    child.on('message', (message) => this.#receive(message as FromEngine));
    child.on('error', (error) => this.#lost(child, error.message));
    child.on('exit', (code, signal) => this.#lost(child, signal === null ? `exit code ${code}` : `signal ${signal}`));
    for (const [subscriptionId, { last }] of this.#subscriptions)
      this.#send({ type: 'subscribe', subscriptionId, last });
  }

  call(name: string, input: unknown): Promise<CallReply> {
    if (this.#child === undefined) return Promise.resolve(lostReply());
    const id = this.#nextId++;
    const reply = new Promise<CallReply>((resolve) => this.#waiting.set(id, resolve));
    this.#send({ type: 'call', id, name, input });
    return reply;
  }

  subscribe(listener: (event: WindowEvent) => void, last?: EventPosition): () => void {
    const subscriptionId = this.#nextId++;
    this.#subscriptions.set(subscriptionId, { listener, last });
    if (this.#lostReason !== undefined) listener({ type: 'engine-lost', reason: this.#lostReason });
    this.#send({ type: 'subscribe', subscriptionId, last });
    return () => {
      this.#subscriptions.delete(subscriptionId);
      this.#send({ type: 'unsubscribe', subscriptionId });
    };
  }

  allow(path: string): void {
    this.#send({ type: 'allow', path });
  }

  /** Leaves time to put down what runs. */
  close(): Promise<void> {
    this.#isClosing = true;
    const child = this.#child;
    if (child === undefined) return Promise.resolve();
    this.#send({ type: 'close' });
    return new Promise((resolve) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_GRACE_MS);
      child.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #send(message: ToEngine): void {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  #receive(message: FromEngine): void {
    if (message.type === 'reply') {
      this.#waiting.get(message.id)?.(message.reply);
      this.#waiting.delete(message.id);
    } else if (message.type === 'event') this.#pass(message.subscriptionId, message.event);
  }

  #pass(subscriptionId: number, event: WindowEvent): void {
    const subscription = this.#subscriptions.get(subscriptionId);
    if (subscription === undefined) return;
    if ('sequence' in event) subscription.last = { epoch: event.epoch, sequence: event.sequence };
    subscription.listener(event);
  }

  #lost(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    for (const resolve of this.#waiting.values()) resolve(lostReply());
    this.#waiting.clear();
    if (this.#isClosing) return;
    this.#lostReason = [how, this.#log.at(-1)].filter(Boolean).join(': ');
    const event: ShellEvent = { type: 'engine-lost', reason: this.#lostReason };
    for (const { listener } of this.#subscriptions.values()) listener(event);
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

function lostReply(): CallReply {
  const message = 'The engine stopped. Your files and finished answers are safe. Start it again.';
  return { error: { code: 'ENGINE_LOST', message, details: {} } };
}
