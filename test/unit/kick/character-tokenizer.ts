// A real if simple tokenizer for tests: one token a code point, a begin token in front.
import type { PromptTokenizer } from '../../../src/main/engine/kick/task.ts';

const BEGIN = 1;

export function characterTokenizer(windowTokens: number, addsBos = true): PromptTokenizer {
  const tokenizePart = (text: string) => Int32Array.from(text, (character) => character.codePointAt(0)!);
  return {
    tokenize: (text) => Int32Array.from([...(addsBos ? [BEGIN] : []), ...tokenizePart(text)]),
    tokenizePart,
    detokenize: (tokens) => String.fromCodePoint(...Array.from(tokens).filter((token) => token !== BEGIN)),
    windowTokens,
    addsBos,
    bosToken: BEGIN,
  };
}
