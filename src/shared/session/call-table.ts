// The form of a table of calls, and the pieces that several tables share.
import { z } from 'zod';

export type CallTable = Readonly<Record<string, { readonly input: z.ZodType; readonly output: z.ZodType }>>;

/** An output whose type says it all: it comes from our own engine and is not checked again. */
export function outputOf<T>(): z.ZodType<T> {
  return z.custom<T>(() => true);
}

export const nothing = z.strictObject({});
export const done = outputOf<{ readonly ok: true }>();
export const idField = z.string().min(1).max(200);
export const pathField = z.string().min(1).max(32_768);
/** A path, a library id, or `demo`. */
export const modelField = z.string().min(1).max(32_768);
