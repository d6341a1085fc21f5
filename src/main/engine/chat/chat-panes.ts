// The open panes of all windows: each a process with one model. Answers of one pane come one after another, those of several
// panes too, because two models that compute at once slow each other many times.
import { randomBytes } from 'node:crypto';
import { serializeError, WorkbenchError } from '../../../shared/errors.ts';
import type { WorkbenchEventBody } from '../../../shared/events.ts';
import type { ChatAnswer, ChatMessage, ChatPane, ChatPaneState } from '../../../shared/session/chat-calls.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { WorkerProcess } from '../jobs/worker-process.ts';
import type { ChatPiece, ChatQuestion, Surprise } from './chat-session.ts';

export interface PaneOptions {
  readonly modelPath: string;
  /** As the page calls it. */
  readonly model: string;
  readonly name: string;
  readonly contextSize: number;
  readonly gpu: 'auto' | 'cuda' | 'metal' | 'vulkan' | 'none';
  readonly threads?: number | undefined;
}

interface Pane {
  readonly paneId: string;
  readonly options: PaneOptions;
  readonly process: WorkerProcess;
  state: ChatPaneState;
  /** Of the answer that is asked for or written. */
  controller: AbortController;
}

type Loaded = Pick<ChatPane, 'contextSize' | 'hasChatTemplate' | 'threads' | 'memoryBytes' | 'loadMs'>;

export class ChatPanes {
  readonly #panes = new Map<string, Pane>();
  readonly #emit: (event: WorkbenchEventBody) => void;
  /** The end of what was asked so far: the next answer starts after it. */
  #lastTurn: Promise<unknown> = Promise.resolve();

  constructor(emit: (event: WorkbenchEventBody) => void) {
    this.#emit = emit;
  }

  /** An open pane of the same model and context is given again. */
  open(options: PaneOptions): { paneId: string; state: ChatPaneState } {
    const same = [...this.#panes.values()].find(
      ({ process, options: other }) =>
        process.isAlive &&
        other.modelPath === options.modelPath &&
        other.contextSize === options.contextSize &&
        other.gpu === options.gpu,
    );
    if (same !== undefined) return { paneId: same.paneId, state: same.state };
    const paneId = randomBytes(6).toString('hex');
    const process = new WorkerProcess({
      worker: 'chat',
      onCrash: (error) => this.#change(paneId, { state: 'crashed', message: error.message }),
    });
    const pane: Pane = {
      paneId,
      options,
      process,
      state: { state: 'loading', loadedRatio: null },
      controller: new AbortController(),
    };
    this.#panes.set(paneId, pane);
    void this.#load(pane);
    return { paneId, state: pane.state };
  }

  list(): { paneId: string; model: string; state: ChatPaneState }[] {
    return [...this.#panes.values()].map(({ paneId, options, state }) => ({ paneId, model: options.model, state }));
  }

  /** Returns at once; text and end are told as events. */
  send(paneId: string, asked: Omit<ChatQuestion, 'stopsLoops'>): string {
    const pane = this.#find(paneId);
    const question: ChatQuestion = { ...asked, stopsLoops: true };
    const answerId = randomBytes(6).toString('hex');
    const controller = new AbortController();
    pane.controller = controller;
    this.#lastTurn = this.#lastTurn.then(() => this.#answer(pane, answerId, question, controller));
    return answerId;
  }

  stop(paneId: string): void {
    this.#find(paneId).controller.abort();
  }

  close(paneId: string): void {
    const pane = this.#find(paneId);
    this.#panes.delete(paneId);
    pane.controller.abort();
    pane.process.close();
    this.#emit({ type: 'chat-pane', paneId, state: { state: 'closed' } });
  }

  async surprise(
    paneId: string,
    input: { messages: readonly ChatMessage[]; answer: string; isCompletion: boolean },
    signal: AbortSignal,
  ): Promise<Surprise> {
    const pane = this.#find(paneId);
    const context: JobContext = { signal, progress: () => {}, log: () => {} };
    const turn = this.#lastTurn.then(() => pane.process.run<Surprise>('surprise', input, context));
    this.#lastTurn = turn.catch(() => {});
    return await turn;
  }

  get isBusy(): boolean {
    return [...this.#panes.values()].some(({ process }) => process.isAlive);
  }

  closeAll(): void {
    for (const { process } of this.#panes.values()) process.close();
    this.#panes.clear();
  }

  async #load(pane: Pane): Promise<void> {
    const { modelPath, model, name, contextSize, gpu, threads } = pane.options;
    const context: JobContext = { signal: new AbortController().signal, progress: () => {}, log: () => {} };
    const input = { modelPath, contextSize, gpu, ...(threads === undefined ? {} : { threads }) };
    const loading = this.#lastTurn.then(() => pane.process.run<Loaded>('open', input, context));
    this.#lastTurn = loading.catch(() => {});
    try {
      const loaded = await loading;
      this.#change(pane.paneId, { state: 'ready', pane: { paneId: pane.paneId, model, name, ...loaded } });
    } catch (error) {
      this.#change(pane.paneId, { state: 'crashed', message: serializeError(error).message });
      pane.process.close();
    }
  }

  async #answer(pane: Pane, answerId: string, question: ChatQuestion, controller: AbortController): Promise<void> {
    const { paneId } = pane;
    let text = '';
    const context: JobContext = {
      signal: controller.signal,
      log: () => {},
      progress: ({ partial }) => {
        if (partial === undefined) return;
        const piece = partial as ChatPiece;
        text += piece.text;
        this.#emit({ type: 'chat-text', paneId, answerId, ...piece });
      },
    };
    let answer: ChatAnswer;
    try {
      answer = controller.signal.aborted
        ? unfinished('', 'stopped')
        : await pane.process.run<ChatAnswer>('answer', question, context);
    } catch (error) {
      answer = unfinished(text, controller.signal.aborted ? 'stopped' : 'failed', serializeError(error).message);
    }
    this.#emit({ type: 'chat-answer', paneId, answerId, answer });
  }

  #change(paneId: string, state: ChatPaneState): void {
    const pane = this.#panes.get(paneId);
    if (pane === undefined) return;
    pane.state = state;
    this.#emit({ type: 'chat-pane', paneId, state });
  }

  #find(paneId: string): Pane {
    const pane = this.#panes.get(paneId);
    if (pane === undefined)
      throw new WorkbenchError('NOT_POSSIBLE_NOW', 'This pane is closed. Load the model again.', { paneId });
    return pane;
  }
}

function unfinished(text: string, stopReason: 'stopped' | 'failed', message?: string): ChatAnswer {
  return {
    text,
    tokenCount: 0,
    promptTokenCount: 0,
    cachedTokenCount: 0,
    promptTokensPerSecond: 0,
    generatedTokensPerSecond: 0,
    timeToFirstTokenMs: 0,
    memoryBytes: 0,
    usedChatTemplate: false,
    droppedTurnCount: 0,
    stopReason,
    ...(message === undefined || stopReason === 'stopped' ? {} : { message }),
    tokens: [],
  };
}
