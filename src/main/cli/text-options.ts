// Flags of the commands that read a running text: imatrix, perplexity, compare.
import type { Command } from 'commander';
import { parseCount } from './flag-values.ts';

export interface TextFlags {
  readonly text?: string;
  readonly ctx?: number;
  readonly chunks?: number;
}

export function addTextOptions(command: Command, textHelp: string): Command {
  return command
    .option('--text <file>', textHelp)
    .option('--ctx <n>', 'tokens of a chunk (default: 512)', parseCount('--ctx'))
    .option('--chunks <n>', 'read the first N chunks only', parseCount('--chunks'));
}

export function textInput({ text, ctx, chunks }: TextFlags) {
  return {
    ...(text === undefined ? {} : { textPath: text }),
    ...(ctx === undefined ? {} : { contextSize: ctx }),
    ...(chunks === undefined ? {} : { chunkCount: chunks }),
  };
}
