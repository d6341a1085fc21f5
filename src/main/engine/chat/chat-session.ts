// A loaded model that answers conversations piece by piece, and reads another model's answer: a pane of the window, or a chat in the terminal.
// Lives in a process of its own; what it has read already of a conversation is not read again.
import { setImmediate as nextTick } from 'node:timers/promises';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { ChatAnswer, ChatMessage, Sampler, SurpriseToken } from '../../../shared/session/chat-calls.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { SessionOptions } from '../native/load-model.ts';
import { ModelSession } from '../native/model-session.ts';
import { sampleToken, seededRandom } from '../native/sample-token.ts';
import { chooseThreads } from '../native/thread-count.ts';
import { fitToContext } from './fit-to-context.ts';
import { isRepeating } from './is-repeating.ts';
import { renderChat } from './render-chat.ts';

export interface ChatQuestion {
  readonly messages: readonly ChatMessage[];
  readonly isCompletion: boolean;
  readonly sampler: Sampler;
  readonly maxTokens: number;
  /** Ends an answer that says the same three times over. */
  readonly stopsLoops: boolean;
}

/** What each piece of an answer sends as `partial`. */
export interface ChatPiece {
  readonly text: string;
  readonly tokenCount: number;
}

export interface Surprise {
  readonly tokens: readonly SurpriseToken[];
  readonly meanNegativeLogLikelihood: number;
  readonly perplexity: number;
}

const LAST_OF_BATCH = -1;
/** An answer gets at least this part of the context; older turns make room for it. */
const ANSWER_SHARE = 0.25;

export class ChatSession {
  readonly #session: ModelSession;
  readonly threads: number;
  #cached: number[] = [];

  constructor(options: SessionOptions) {
    this.#session = ModelSession.open(options);
    this.threads = options.threads ?? chooseThreads(this.#session).threads;
  }

  get hasChatTemplate(): boolean {
    return this.#session.chatTemplate !== null;
  }

  get contextSize(): number {
    return this.#session.contextSize;
  }

  async answer(question: ChatQuestion, context: JobContext): Promise<ChatAnswer> {
    const reserve = Math.min(question.maxTokens, Math.floor(this.contextSize * ANSWER_SHARE));
    const fitted = fitToContext(question.messages, this.contextSize - reserve, (messages) =>
      this.#tokenize(messages, question.isCompletion),
    );
    const startedMs = performance.now();
    const cachedTokenCount = await this.#read(fitted.tokens, context);
    const promptMs = performance.now() - startedMs;
    const written = await this.#generate(question, context);
    return {
      text: written.text,
      tokens: written.pieces,
      tokenCount: written.pieces.length,
      promptTokenCount: fitted.tokens.length,
      cachedTokenCount,
      promptTokensPerSecond: perSecond(fitted.tokens.length - cachedTokenCount, promptMs),
      generatedTokensPerSecond: perSecond(written.pieces.length, written.elapsedMs),
      timeToFirstTokenMs: promptMs + written.firstTokenMs,
      memoryBytes: process.memoryUsage.rss(),
      usedChatTemplate: !question.isCompletion && this.hasChatTemplate,
      droppedTurnCount: fitted.droppedTurnCount,
      stopReason: written.stopReason,
      ...(written.message === undefined ? {} : { message: written.message }),
    };
  }

  /** Probability of each token of `answer` after the same conversation, in one pass. */
  async surprise(messages: readonly ChatMessage[], answer: string, isCompletion: boolean): Promise<Surprise> {
    const prompt = this.#tokenize(messages, isCompletion);
    const told = this.#session.tokenize(answer, { addSpecial: false, parseSpecial: false });
    const tokens = [...prompt, ...told];
    if (tokens.length > this.contextSize) {
      const message = `Conversation and answer have ${tokens.length} tokens, the context ${this.contextSize}. Load the model with more context.`;
      throw new WorkbenchError('BAD_INPUT', message, { tokenCount: tokens.length, contextSize: this.contextSize });
    }
    this.#session.clear();
    this.#cached = [];
    const result: SurpriseToken[] = [];
    let sum = 0;
    const { batchSize } = this.#session;
    for (let start = 0; start < tokens.length - 1; start += batchSize) {
      const run = tokens.slice(start, Math.min(start + batchSize, tokens.length - 1));
      const first = Math.max(0, prompt.length - 1 - start);
      this.#session.decodeRun(run, { startPosition: start, logits: first });
      for (let row = first; row < run.length; row += 1) {
        const read = this.#readRow(row, tokens[start + row + 1]!);
        sum -= read.logProbability;
        result.push(read.token);
      }
      await nextTick();
    }
    const mean = result.length === 0 ? 0 : sum / result.length;
    return { tokens: result, meanNegativeLogLikelihood: mean, perplexity: Math.exp(mean) };
  }

  close(): void {
    this.#session.close();
  }

  #readRow(row: number, target: number): { token: SurpriseToken; logProbability: number } {
    const top = this.#session.argmax(row);
    const [logProbability, topLogProbability] = this.#session.logProbabilities([row, row], [target, top]);
    return {
      logProbability: logProbability!,
      token: {
        text: this.#text(target),
        probability: Math.exp(logProbability!),
        topText: this.#text(top),
        topProbability: Math.exp(topLogProbability!),
      },
    };
  }

  #text(token: number): string {
    return new TextDecoder().decode(this.#session.vocabulary.piece(token));
  }

  #tokenize(messages: readonly ChatMessage[], isCompletion: boolean): Int32Array {
    const session = this.#session;
    if (isCompletion || session.chatTemplate === null) {
      return session.tokenize(messages.map(({ content }) => content).join('\n'), { addSpecial: session.addsBos });
    }
    const bosText = session.addsBos ? session.detokenize([session.bosToken], { special: true }) : '';
    const eosText = session.eosToken < 0 ? '' : session.detokenize([session.eosToken], { special: true });
    const text = renderChat(session.chatTemplate, messages, { bosText, eosText });
    // A template that writes the begin token itself must not get a second one.
    const addSpecial = session.addsBos && !(bosText !== '' && text.startsWith(bosText));
    return session.tokenize(text, { addSpecial, parseSpecial: true });
  }

  /** Decodes what the cache does not hold yet; the last token always, for its logits. Returns how many were held. */
  async #read(prompt: Int32Array, context: JobContext): Promise<number> {
    const session = this.#session;
    let shared = 0;
    while (shared < prompt.length - 1 && this.#cached[shared] === prompt[shared]) shared += 1;
    if (shared > 0 && session.canShareSequences && session.removeSequence(0, shared)) this.#cached.length = shared;
    else {
      session.clear();
      this.#cached = [];
      shared = 0;
    }
    for (let start = shared; start < prompt.length; start += session.batchSize) {
      await nextTick();
      if (context.signal.aborted) return shared;
      const run = prompt.subarray(start, start + session.batchSize);
      session.decodeRun(run, { startPosition: start, logits: 'last' });
      this.#cached.push(...run);
      context.progress({ stage: 'reading', done: start + run.length, total: prompt.length, unit: 'tokens' });
    }
    return shared;
  }

  async #generate({ sampler, maxTokens, stopsLoops }: ChatQuestion, context: JobContext): Promise<Written> {
    const session = this.#session;
    const random = seededRandom(sampler.seed);
    const decoder = new TextDecoder();
    const startedMs = performance.now();
    const written: { pieces: string[]; ids: number[]; firstTokenMs: number } = { pieces: [], ids: [], firstTokenMs: 0 };
    const end = (stopReason: ChatAnswer['stopReason'], message?: string): Written => {
      const rest = decoder.decode();
      if (rest !== '') written.pieces.push(rest);
      return {
        ...written,
        text: written.pieces.join(''),
        elapsedMs: performance.now() - startedMs,
        stopReason,
        message,
      };
    };
    while (true) {
      await nextTick();
      if (context.signal.aborted) return end('stopped');
      if (written.ids.length >= maxTokens) return end('length');
      if (this.#cached.length >= session.contextSize) return end('context-full');
      const logits = session.logits(LAST_OF_BATCH);
      if (Number.isNaN(logits[0]))
        return end('failed', 'The model computes numbers that are none (NaN). Its file may be damaged.');
      const token = sampleToken(logits, sampler, random);
      if (session.isEndOfGeneration(token)) return end('end');
      if (written.ids.length === 0) written.firstTokenMs = performance.now() - startedMs;
      const text = decoder.decode(session.vocabulary.piece(token), { stream: true });
      written.ids.push(token);
      written.pieces.push(text);
      const piece: ChatPiece = { text, tokenCount: written.ids.length };
      context.progress({
        stage: 'answering',
        done: written.ids.length,
        total: maxTokens,
        unit: 'tokens',
        partial: piece,
      });
      if (stopsLoops && isRepeating(written.ids))
        return end('repeats', 'This version repeats itself. Stopped after 3 loops.');
      session.decodeRun([token], { startPosition: this.#cached.length, logits: 'last' });
      this.#cached.push(token);
    }
  }
}

interface Written {
  readonly text: string;
  readonly pieces: readonly string[];
  readonly elapsedMs: number;
  readonly firstTokenMs: number;
  readonly stopReason: ChatAnswer['stopReason'];
  readonly message: string | undefined;
}

function perSecond(count: number, elapsedMs: number): number {
  return elapsedMs > 0 ? (count / elapsedMs) * 1000 : 0;
}
