// The one error type of Whittle. It crosses process borders as plain strings, and every shell maps its code to words once.

/** Closed list of what can go wrong. `USAGE_CODES` are found before anything was started (exit status 2). */
export const ERROR_CODES = [
  'BAD_USAGE',
  'BAD_INPUT',
  'FILE_NOT_FOUND',
  'FILE_EXISTS',
  'IN_USE',
  'NOT_WRITABLE',
  'NO_SPACE',
  'BAD_GGUF',
  'BAD_DATA',
  'BAD_RECIPE',
  'UNKNOWN_MODEL',
  'UNKNOWN_TYPE',
  'UNKNOWN_METHOD',
  'UNKNOWN_TASK',
  'UNSUPPORTED_MODEL',
  'QUANTIZED_SOURCE',
  'IMATRIX_NEEDED',
  'ABI_MISMATCH',
  'BACKEND_FAILED',
  'NATIVE_FAILED',
  'WORKER_CRASHED',
  'VERIFY_FAILED',
  'STRICT_FAILED',
  'NOT_ALLOWED',
  'UNKNOWN_CALL',
  'UNKNOWN_JOB',
  'NOT_POSSIBLE_NOW',
  'ENGINE_LOST',
  'CANCELLED',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

const USAGE_CODES: ReadonlySet<ErrorCode> = new Set([
  'BAD_USAGE',
  'BAD_INPUT',
  'FILE_NOT_FOUND',
  'FILE_EXISTS',
  'IN_USE',
  'NOT_WRITABLE',
  'BAD_GGUF',
  'BAD_DATA',
  'BAD_RECIPE',
  'UNKNOWN_MODEL',
  'UNKNOWN_TYPE',
  'UNKNOWN_METHOD',
  'UNKNOWN_TASK',
  'UNSUPPORTED_MODEL',
  'QUANTIZED_SOURCE',
  'IMATRIX_NEEDED',
  'NO_SPACE',
]);

export interface SerializedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly stack?: string | undefined;
}

/**
 * Message form: what happened, to which file, what to do. `details` holds plain JSON values (paths, offsets, issues).
 */
export class WorkbenchError extends Error {
  override readonly name = 'WorkbenchError';
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/** Exit status of a command line for an error: 2 wrong usage or bad input, 130 cancelled, 1 failed on the way. */
export function exitStatusOf(code: ErrorCode): 1 | 2 | 130 {
  if (code === 'CANCELLED') return 130;
  return USAGE_CODES.has(code) ? 2 : 1;
}

/** Anything thrown, as plain strings; a full disk can be met anywhere, all other surprises become INTERNAL. */
export function serializeError(error: unknown): SerializedError {
  if (error instanceof WorkbenchError) {
    return { code: error.code, message: error.message, details: error.details, stack: error.stack };
  }
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    const message = `the disk is full (${error.message}); free some space and run it again`;
    return { code: 'NO_SPACE', message, details: {}, stack: error.stack };
  }
  if (error instanceof Error) return { code: 'INTERNAL', message: error.message, details: {}, stack: error.stack };
  return { code: 'INTERNAL', message: String(error), details: {} };
}

export function deserializeError(plain: SerializedError): WorkbenchError {
  const error = new WorkbenchError(plain.code, plain.message, plain.details ?? {});
  if (plain.stack !== undefined) error.stack = plain.stack;
  return error;
}
