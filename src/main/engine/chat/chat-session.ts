// One loaded model that answers message lists; the part of the prompt that it has already read is not read again.
import { setImmediate as nextTick } from 'node:timers/promises';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { ModelSession, type SessionOptions } from '../native/model-session.ts';
import { sampleToken, seededRandom } from '../native/sample-token.ts';
import { chooseThreads } from '../native/thread-count.ts';
import { type ChatMessage, renderChat } from './render-chat.ts';

export interface ChatOptions {
  /** 0: greedy. */
  readonly temperature: number;
  readonly maxTokens: number;
  readonly seed: number;
}

export interface ChatAnswer {
  readonly answer: string;
  readonly promptTokenCount: number;
  readonly generatedTokenCount: number;
  /** Over the prompt's tokens that had to be read for this answer. */
  readonly promptTokensPerSecond: number;
  readonly generatedTokensPerSecond: number;
  readonly usedChatTemplate: boolean;
}

/** What each piece of an answer sends as `partial`. */
export interface ChatPartial {
  readonly text: string;
}

interface Generation {
  readonly answer: string;
  readonly tokenCount: number;
  readonly elapsedMs: number;
}

/** llama.cpp counts negative indices from the end of the batch. */
const LAST_OF_BATCH = -1;

export class ChatSession {
  readonly #session: ModelSession;
  /** Tokens in the KV cache, in order. */
  #cached: number[] = [];

  constructor(options: SessionOptions) {
    this.#session = ModelSession.open(options);
    if (options.threads === undefined) chooseThreads(this.#session);
  }

  /** Throws BAD_INPUT when the messages do not fit the context, CANCELLED. */
  async answer(messages: readonly ChatMessage[], options: ChatOptions, context: JobContext): Promise<ChatAnswer> {
    const prompt = this.#tokenize(messages);
    if (prompt.length >= this.#session.contextSize) {
      throw new WorkbenchError(
        'BAD_INPUT',
        `the conversation has ${prompt.length} tokens and the context ${this.#session.contextSize}; start a new one`,
        { promptTokenCount: prompt.length, contextSize: this.#session.contextSize },
      );
    }
    const startedMs = performance.now();
    const readCount = await this.#read(prompt, context);
    const promptMs = performance.now() - startedMs;
    const generation = await this.#generate(options, context);
    return {
      answer: generation.answer,
      promptTokenCount: prompt.length,
      generatedTokenCount: generation.tokenCount,
      promptTokensPerSecond: perSecond(readCount, promptMs),
      generatedTokensPerSecond: perSecond(generation.tokenCount, generation.elapsedMs),
      usedChatTemplate: this.#session.chatTemplate !== null,
    };
  }

  close(): void {
    this.#session.close();
  }

  #tokenize(messages: readonly ChatMessage[]): Int32Array {
    const session = this.#session;
    const bosText = session.addsBos ? session.detokenize([session.bosToken], { special: true }) : '';
    const eosText = session.eosToken < 0 ? '' : session.detokenize([session.eosToken], { special: true });
    const text = renderChat(session.chatTemplate, messages, { bosText, eosText });
    // A template that writes the begin token itself must not get a second one.
    const addSpecial = session.addsBos && !(bosText !== '' && text.startsWith(bosText));
    return session.tokenize(text, { addSpecial, parseSpecial: session.chatTemplate !== null });
  }

  /** Decodes what the cache does not hold yet, and returns how many tokens that were: at least the last one. */
  async #read(prompt: Int32Array, context: JobContext): Promise<number> {
    let shared = 0;
    while (shared < prompt.length - 1 && this.#cached[shared] === prompt[shared]) shared += 1;
    if (shared > 0 && this.#session.canShareSequences && this.#session.removeSequence(0, shared)) {
      this.#cached.length = shared;
    } else {
      this.#session.clear();
      this.#cached = [];
      shared = 0;
    }
    for (let start = shared; start < prompt.length; start += this.#session.batchSize) {
      await this.#checkCancelled(context);
      const run = prompt.subarray(start, start + this.#session.batchSize);
      this.#session.decodeRun(run, { startPosition: start, logits: 'last' });
      this.#cached.push(...run);
      context.progress({ stage: 'reading', done: start + run.length, total: prompt.length, unit: 'tokens' });
    }
    return prompt.length - shared;
  }

  async #generate({ temperature, maxTokens, seed }: ChatOptions, context: JobContext): Promise<Generation> {
    const session = this.#session;
    const random = seededRandom(seed);
    const decoder = new TextDecoder();
    const startedMs = performance.now();
    const limit = Math.min(maxTokens, session.contextSize - this.#cached.length);

    let answer = '';
    let tokenCount = 0;
    while (tokenCount < limit) {
      const token = sampleToken(session.logits(LAST_OF_BATCH), { temperature }, random);
      if (session.isEndOfGeneration(token)) break;
      tokenCount += 1;
      const text = decoder.decode(session.vocabulary.piece(token), { stream: true });
      answer += text;
      reportPiece(context, text, tokenCount, limit);
      await this.#checkCancelled(context);
      session.decodeRun([token], { startPosition: this.#cached.length, logits: 'last' });
      this.#cached.push(token);
    }
    return { answer: answer + decoder.decode(), tokenCount, elapsedMs: performance.now() - startedMs };
  }

  async #checkCancelled(context: JobContext): Promise<void> {
    await nextTick();
    if (context.signal.aborted) throw new WorkbenchError('CANCELLED', 'the answer was cancelled');
  }
}

/** A token may end inside a character; its bytes are shown with the next one. */
function reportPiece(context: JobContext, text: string, done: number, total: number): void {
  if (text === '') return;
  const partial: ChatPartial = { text };
  context.progress({ stage: 'answering', done, total, unit: 'tokens', partial });
}

function perSecond(count: number, elapsedMs: number): number {
  return elapsedMs > 0 ? (count / elapsedMs) * 1000 : 0;
}
