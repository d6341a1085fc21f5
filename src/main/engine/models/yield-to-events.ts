// Long synchronous work lets messages in between its pieces, so that it can be cancelled.
import { setImmediate } from 'node:timers/promises';
import { WorkbenchError } from '../../../shared/errors.ts';

export async function yieldToEvents(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  if (signal?.aborted) throw new WorkbenchError('CANCELLED', 'Cancelled by the user.');
}
