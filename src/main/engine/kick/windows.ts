// Cuts a text into windows for rolling likelihood: llama.cpp's way, or the paper's.
import type { Protocol } from '../../../shared/kick.ts';
import { PROTOCOL_LIMIT_TOKENS, type PromptTokenizer } from './task.ts';

export interface Windows {
  readonly windows: readonly Int32Array[];
  readonly windowTokens: number;
  /** First position whose token is scored; the same in every window. */
  readonly scoreFrom: number;
}

/**
 * `standard`: llama.cpp's windows of `contextSize` tokens, each with the begin token in place of its first if the model adds
 * one; the tokens after the middle one are scored, and a last newline of the file is not part of the text.
 * `paper`: windows of min(2048, window) tokens with one begin token in front of the text; all but each first token are scored.
 * In both a last, shorter window is dropped.
 */
export function cutWindows(
  text: string,
  { protocol, contextSize }: { readonly protocol: Protocol; readonly contextSize: number },
  tokenizer: PromptTokenizer,
): Windows {
  const isPaper = protocol === 'paper';
  const windowTokens = Math.min(isPaper ? PROTOCOL_LIMIT_TOKENS : contextSize, tokenizer.windowTokens);
  const tokens = tokenizer.tokenize(isPaper || !text.endsWith('\n') ? text : text.slice(0, -1));
  const windows: Int32Array[] = [];
  for (let start = 0; start + windowTokens <= tokens.length; start += windowTokens) {
    const window = tokens.slice(start, start + windowTokens);
    if (!isPaper && tokenizer.addsBos) window[0] = tokenizer.bosToken;
    windows.push(window);
  }
  return { windows, windowTokens, scoreFrom: isPaper ? 1 : Math.floor(windowTokens / 2) + 1 };
}
