// A conversation that is longer than the context loses its oldest turns; what the system says and the last question always stay.
import { WorkbenchError } from '../../../shared/errors.ts';
import type { ChatMessage } from '../../../shared/session/chat-calls.ts';

export interface FittedPrompt {
  readonly tokens: Int32Array;
  /** A turn is a question with its answer. */
  readonly droppedTurnCount: number;
}

/** Throws BAD_INPUT when the last question alone does not fit. */
export function fitToContext(
  messages: readonly ChatMessage[],
  limitTokens: number,
  tokenize: (messages: readonly ChatMessage[]) => Int32Array,
): FittedPrompt {
  const system = messages.filter(({ role }) => role === 'system');
  let rest = messages.filter(({ role }) => role !== 'system');
  for (let droppedTurnCount = 0; ; droppedTurnCount += 1) {
    const tokens = tokenize([...system, ...rest]);
    if (tokens.length <= limitTokens) return { tokens, droppedTurnCount };
    const next = rest.findIndex(({ role }, index) => index > 0 && role === 'user');
    if (next === -1) {
      const message = `The question has ${tokens.length} tokens; ${limitTokens} fit beside the answer. Shorten it, or load the model with more context.`;
      throw new WorkbenchError('BAD_INPUT', message, { tokenCount: tokens.length, limitTokens });
    }
    rest = rest.slice(next);
  }
}
