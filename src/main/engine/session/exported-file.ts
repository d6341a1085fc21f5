// Bytes or text -> the file that a page offers to save.
import type { ExportedFile } from '../../../shared/session/model-calls.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  pdf: 'application/pdf',
  csv: 'text/csv',
  json: 'application/json',
  jsonl: 'application/jsonl',
  yaml: 'application/yaml',
  html: 'text/html',
  md: 'text/markdown',
};

/** The media type follows the name's ending. Letters that some system refuses in a file name become dashes. */
export function exportedFile(name: string, content: string | Uint8Array): ExportedFile {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content);
  const ending = name.slice(name.lastIndexOf('.') + 1);
  return {
    name: name.replaceAll(/[\\/:*?"<>|\p{Cc}]+/gu, '-'),
    mediaType: MEDIA_TYPES[ending] ?? 'application/octet-stream',
    base64: bytes.toString('base64'),
  };
}
