// A text file for a prompt: read in the page, refused when it is no text or cannot fit into the context.
import { WorkbenchError } from '../../shared/errors.ts';
import type { Attachment } from '../../shared/session/chat-calls.ts';
import { formatCount } from '../../shared/units.ts';

/** More letters than this a token are not seen in prose or code: what is longer cannot fit. The engine counts the tokens of the rest. */
const MOST_LETTERS_PER_TOKEN = 6;
const MOST_BYTES_PER_LETTER = 4;
export const MAX_ATTACHMENTS = 8;

function refused(message: string, name: string): WorkbenchError {
  return new WorkbenchError('BAD_INPUT', message, { name });
}

function tooLong(name: string, length: string, contextSize: number): WorkbenchError {
  const most = formatCount(contextSize * MOST_LETTERS_PER_TOKEN);
  const message = `${name} has ${length}; a context of ${formatCount(contextSize)} tokens holds at most about ${most} letters. Attach a part of it.`;
  return refused(message, name);
}

/** `contextSize` in tokens, the smallest of the panes. Throws BAD_INPUT. */
export async function readAttachment(file: File, contextSize: number): Promise<Attachment> {
  const { name, size } = file;
  const mostLetters = contextSize * MOST_LETTERS_PER_TOKEN;
  if (size > mostLetters * MOST_BYTES_PER_LETTER) throw tooLong(name, `${formatCount(size)} bytes`, contextSize);
  const text = decodeText(name, await file.arrayBuffer());
  if (text.length > mostLetters) throw tooLong(name, `${formatCount(text.length)} letters`, contextSize);
  if (text.trim() === '') throw refused(`${name} is empty.`, name);
  return { name, text };
}

function decodeText(name: string, bytes: ArrayBuffer): string {
  const noText = refused(`${name} is not a text in UTF-8. Attach a .txt, .md, .csv, .json or source file.`, name);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (text.includes('\0')) throw noText;
    return text;
  } catch {
    throw noText;
  }
}
