// Error code -> HTTP status of an answer to /api/call.
import type { ErrorCode } from '../../shared/errors.ts';

const STATUS: Partial<Record<ErrorCode, number>> = {
  BAD_USAGE: 400,
  BAD_INPUT: 400,
  FILE_NOT_FOUND: 404,
  UNKNOWN_CALL: 404,
  UNKNOWN_JOB: 404,
  UNKNOWN_MODEL: 404,
  UNKNOWN_METHOD: 404,
  UNKNOWN_TASK: 404,
  UNKNOWN_TYPE: 404,
  NOT_ALLOWED: 403,
  FILE_EXISTS: 409,
  NOT_POSSIBLE_NOW: 409,
};

/** What a job could not do is 422: the request was understood, its work failed. */
export function statusOfError(code: ErrorCode): number {
  return STATUS[code] ?? 422;
}
