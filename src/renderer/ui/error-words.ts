// Error code -> words, once for the whole window. The engine's message says what happened; this says it in a headline.
import { ERROR_CODES, type ErrorCode, type SerializedError } from '../../shared/errors.ts';

const TITLES: Readonly<Record<ErrorCode, string>> = {
  BAD_USAGE: 'This cannot be asked so.',
  BAD_INPUT: 'Something here does not fit.',
  FILE_NOT_FOUND: 'File not found.',
  FILE_EXISTS: 'That file exists already.',
  IN_USE: 'Another Whittle is at it.',
  NOT_WRITABLE: 'This folder cannot be written.',
  NO_SPACE: 'Not enough room on the disk.',
  BAD_GGUF: 'Not a readable GGUF.',
  BAD_DATA: 'This data cannot be read.',
  BAD_RECIPE: 'The recipe has a fault.',
  UNKNOWN_MODEL: 'This model is not known.',
  UNKNOWN_TYPE: 'This type is not known.',
  UNKNOWN_METHOD: 'This method is not known.',
  UNKNOWN_TASK: 'This task is not known.',
  UNSUPPORTED_MODEL: 'Whittle does not know this kind of model yet.',
  QUANTIZED_SOURCE: 'This file is already quantized.',
  IMATRIX_NEEDED: 'This type needs an importance matrix.',
  ABI_MISMATCH: 'The engine does not fit its llama.cpp.',
  BACKEND_FAILED: 'The device could not be used.',
  NATIVE_FAILED: 'llama.cpp gave up.',
  WORKER_CRASHED: 'The model process ended.',
  VERIFY_FAILED: 'The written file is not what it should be.',
  STRICT_FAILED: 'A tensor lost more than its type should.',
  ENGINE_LOST: 'The engine stopped.',
  NOT_ALLOWED: 'Not allowed.',
  NOT_POSSIBLE_NOW: 'Not possible now.',
  UNKNOWN_CALL: 'This window and its engine do not fit together.',
  UNKNOWN_JOB: 'This job is no longer there.',
  CANCELLED: 'Stopped.',
  INTERNAL: 'Something went wrong in Whittle.',
};

export interface ErrorWords {
  readonly title: string;
  readonly message: string;
  /** For the clipboard: code, message and details without file contents. */
  readonly details: string;
}

/** Thrown errors and those that jobs carry have the same fields. */
function isCoded(error: unknown): error is SerializedError {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('message' in error)) return false;
  return ERROR_CODES.some((code) => code === error.code);
}

export function errorWords(error: unknown): ErrorWords {
  if (isCoded(error)) {
    const { code, message, details = {} } = error;
    return { title: TITLES[code], message, details: JSON.stringify({ code, message, details }, null, 2) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { title: TITLES.INTERNAL, message, details: message };
}
