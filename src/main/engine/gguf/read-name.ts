// A key or tensor name inside a GGUF header.
import { badGguf } from './bad-gguf.ts';
import type { HeaderCursor } from './header-cursor.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Short, valid UTF-8 and without control characters, so that it reads back as it was written. */
export function readName(cursor: HeaderCursor, what: string, limitBytes: number): string {
  const offset = cursor.position;
  const length = cursor.uint64(`the length of ${what}`);
  if (length === 0) throw badGguf(cursor.source.path, offset, `${what} is empty`);
  if (length > limitBytes) {
    throw badGguf(cursor.source.path, offset, `${what} has ${length} bytes, and at most ${limitBytes} are allowed`);
  }
  const bytes = cursor.bytes(length, what);
  let name: string;
  try {
    name = strictUtf8.decode(bytes);
  } catch {
    throw badGguf(cursor.source.path, offset + 8, `${what} is not valid UTF-8`);
  }
  if (/\p{Cc}/u.test(name)) throw badGguf(cursor.source.path, offset + 8, `${what} holds control characters`);
  return name;
}
