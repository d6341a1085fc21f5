// Names what a file is when it does not start as a GGUF does: people drop all sorts of files, and "wrong magic" helps nobody.
import { badGguf } from './bad-gguf.ts';
import type { HeaderCursor } from './header-cursor.ts';

const PEEK_BYTES = 64;

const KNOWN_STARTS: readonly (readonly [start: string, what: string])[] = [
  ['FUGG', 'it is a GGUF written backwards (big-endian)'],
  ['ggml', 'it is a GGML file, older than GGUF'],
  ['tjgg', 'it is a GGJT file, older than GGUF'],
  ['fmgg', 'it is a GGMF file, older than GGUF'],
  ['algg', 'it is a GGLA adapter, older than GGUF'],
  ['lmgg', 'it is a GGML file, older than GGUF'],
  ['PK\u0003\u0004', 'it is a ZIP archive (a PyTorch checkpoint?)'],
  ['\u0080\u0002', 'it is a Python pickle (a PyTorch checkpoint?)'],
  ['\u001f\u008b', 'it is a gzip archive'],
  ['version https://git-lfs', 'it is a Git LFS pointer, not the model itself (git lfs pull fetches that)'],
  ['<', 'it is a web page or XML, not a model'],
];

/** `magic` is the first four bytes, or fewer when the file has fewer; `cursor` stands behind them. */
export function refuseForeignFile(path: string, magic: Buffer, cursor: HeaderCursor): void {
  if (magic.length === 0) throw badGguf(path, 0, 'it is empty');
  if (magic.toString('latin1') === 'GGUF') return;
  const rest = cursor.bytes(Math.min(PEEK_BYTES, cursor.remainingBytes), 'the start');
  const start = Buffer.concat([magic, rest]);
  throw badGguf(path, 0, describeStart(start), 'Give a .gguf file.');
}

function describeStart(start: Buffer): string {
  const text = start.toString('latin1');
  const known = KNOWN_STARTS.find(([prefix]) => text.startsWith(prefix));
  if (known !== undefined) return known[1];
  if ('GGUF'.startsWith(text)) return `it is cut off after ${start.length} bytes`;
  if (text.startsWith('{', 8) && start.length > 8) return 'it is a safetensors file';
  if (/^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(text)) return 'it is a text file';
  return `it starts with the bytes ${start.toString('hex', 0, 4)} instead of "GGUF"`;
}
