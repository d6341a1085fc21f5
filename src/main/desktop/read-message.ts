// Messages of the page, checked by their schemas before anything is done with them.
import { z } from 'zod';
import { type CallReply, callRequestSchema } from '../../shared/session-contract.ts';
import type { EventPosition } from './engine-protocol.ts';

const positionSchema = z.strictObject({ epoch: z.string().max(40), sequence: z.int().min(0) });

export function parseRequest(
  name: unknown,
  input: unknown,
): { readonly name: string } | Extract<CallReply, { error: unknown }> {
  const parsed = callRequestSchema.safeParse({ name, input });
  if (parsed.success) return { name: parsed.data.name };
  return { error: { code: 'BAD_INPUT', message: 'A call is a name and an input.', details: {} } };
}

/** Undefined for a first visit, and for anything that is no position. */
export function parsePosition(value: unknown): EventPosition | undefined {
  const parsed = positionSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
