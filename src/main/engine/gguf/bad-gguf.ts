// How the reader says that a file is no valid GGUF: always with the byte where it stopped understanding it.
import { WorkbenchError } from '../../../shared/errors.ts';

const DEFAULT_ADVICE = 'Download or convert the file again.';

export function badGguf(path: string, offset: number, reason: string, advice = DEFAULT_ADVICE): WorkbenchError {
  return new WorkbenchError('BAD_GGUF', `${path} is not a usable GGUF file: ${reason}, at byte ${offset}. ${advice}`, {
    path,
    offset,
    reason,
  });
}

/** Text from inside a hostile file, short and without control characters, for a message. */
export function quoted(text: string): string {
  const visible = Array.from(text.slice(0, 80), (character) => (/\p{C}/u.test(character) ? '?' : character)).join('');
  return `"${visible}${text.length > 80 ? '...' : ''}"`;
}
