// The call chat: one answer to a conversation, from a worker.
import type { CallOutput, CheckedInput } from '../../../shared/contract.ts';
import type { ChatJob } from '../chat/chat-job.ts';
import type { JobContext } from '../jobs/job-context.ts';
import { runWorker } from '../jobs/run-worker.ts';
import type { CallPlace } from './call-place.ts';

export function chatCall(
  { model, ...job }: CheckedInput<'chat'>,
  place: CallPlace,
  context: JobContext,
): Promise<CallOutput<'chat'>> {
  const input: ChatJob = { ...job, modelPath: place.modelPath(model) };
  return runWorker('chat', 'chat', input, context);
}
