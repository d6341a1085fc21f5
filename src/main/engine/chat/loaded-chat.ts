// One model kept loaded for the answers of a conversation, in a process of its own: what the command line and the call `chat` ask.
import type { CallOutput, CheckedInput } from '../../../shared/contract.ts';
import { WorkbenchError } from '../../../shared/errors.ts';
import type { ChatAnswer } from '../../../shared/session/chat-calls.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { WorkerProcess } from '../jobs/worker-process.ts';
import type { ChatQuestion } from './chat-session.ts';

export interface ChatModel extends Pick<CheckedInput<'chat'>, 'contextSize' | 'gpu' | 'threads'> {
  readonly modelPath: string;
}

export type ChatRequest = Pick<CheckedInput<'chat'>, 'messages' | 'temperature' | 'maxTokens' | 'seed'>;

/** Between the request to stop and the end of the process: inside a native call it hears nothing. */
const CANCEL_GRACE_MS = 1000;

export class LoadedChat {
  readonly #process = new WorkerProcess({ worker: 'chat' });

  /** Throws what loading the model throws; CANCELLED. */
  static async open(model: ChatModel, context: JobContext): Promise<LoadedChat> {
    const chat = new LoadedChat();
    try {
      await chat.#run('open', model, context);
      return chat;
    } catch (error) {
      chat.close();
      throw error;
    }
  }

  /** Each piece is a `partial` of the progress. Throws BAD_INPUT for a question that does not fit, NATIVE_FAILED, CANCELLED. */
  async answer({ messages, temperature, maxTokens, seed }: ChatRequest, context: JobContext) {
    const sampler = { temperature, topK: 0, topP: 1, seed };
    const question: ChatQuestion = { messages, isCompletion: false, sampler, maxTokens, stopsLoops: false };
    return outputOf(await this.#run<ChatAnswer>('answer', question, context));
  }

  close(): void {
    this.#process.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #run<Output>(job: string, input: unknown, context: JobContext): Promise<Output> {
    const { signal } = context;
    if (signal.aborted) throw cancelled();
    let timer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      timer = setTimeout(() => this.close(), CANCEL_GRACE_MS);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await this.#process.run<Output>(job, input, context);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    }
  }
}

function outputOf(answer: ChatAnswer): CallOutput<'chat'> {
  if (answer.stopReason === 'stopped') throw cancelled();
  if (answer.stopReason === 'failed') throw new WorkbenchError('NATIVE_FAILED', answer.message ?? 'The model failed.');
  const { promptTokenCount, promptTokensPerSecond, generatedTokensPerSecond, usedChatTemplate } = answer;
  return {
    answer: answer.text,
    promptTokenCount,
    generatedTokenCount: answer.tokenCount,
    promptTokensPerSecond,
    generatedTokensPerSecond,
    usedChatTemplate,
  };
}

function cancelled(): WorkbenchError {
  return new WorkbenchError('CANCELLED', 'the answer was cancelled');
}
