// Typed calls of the engine and its shell. A failed call throws the engine's own WorkbenchError.
import { deserializeError, type SerializedError } from '../../shared/errors.ts';
import type { SessionCall, SessionInput, SessionOutput } from '../../shared/session-contract.ts';
import { chooseTransport, type Transport } from './transport.ts';

let chosen: Transport | undefined;

export function transport(): Transport {
  chosen ??= chooseTransport();
  return chosen;
}

function isSerialized(error: unknown): error is SerializedError {
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}

export async function call<Name extends SessionCall>(
  name: Name,
  input: SessionInput<Name>,
  signal?: AbortSignal,
): Promise<SessionOutput<Name>> {
  try {
    return (await transport().call(name, input, signal)) as SessionOutput<Name>;
  } catch (error) {
    throw isSerialized(error) ? deserializeError(error) : error;
  }
}
