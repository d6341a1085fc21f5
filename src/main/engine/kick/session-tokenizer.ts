// What tasks see of a model: its tokenizer and its window.
import type { ModelSession } from '../native/model-session.ts';
import type { PromptTokenizer } from './task.ts';

/** `windowTokens` comes from the file's header: a session that only tokenizes does not know it. */
export function sessionTokenizer(session: ModelSession, windowTokens: number): PromptTokenizer {
  return {
    tokenize: (text) => withoutEndToken(session.tokenize(text), session),
    tokenizePart: (text) => session.tokenize(text, { addSpecial: false }),
    detokenize: (tokens) => session.detokenize(tokens),
    windowTokens,
    addsBos: session.addsBos,
    bosToken: session.bosToken,
  };
}

/** A prompt goes on: an end token that the tokenizer puts after a text is left away. */
function withoutEndToken(tokens: Int32Array, session: ModelSession): Int32Array {
  return session.vocabulary.addsEos && tokens.at(-1) === session.eosToken ? tokens.subarray(0, -1) : tokens;
}
