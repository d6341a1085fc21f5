// An error as a line for people and as a document for scripts.
import type { SerializedError } from '../../shared/errors.ts';

/** `whittle: CODE: message`, always one line. */
export function formatErrorLine(error: SerializedError): string {
  return `whittle: ${error.code}: ${oneLine(error.message)}\n`;
}

export function formatErrorDocument(error: SerializedError): string {
  const { code, message, details = {} } = error;
  return `${JSON.stringify({ error: { code, message: oneLine(message), details } }, null, 2)}\n`;
}

export function formatWarningLine(warning: string): string {
  return `whittle: warning: ${oneLine(warning)}\n`;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*[\r\n]+\s*/g, ' ');
}
