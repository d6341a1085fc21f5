// The call chat: one answer to a conversation; and a model kept loaded for several of them.
import type { CallOutput, CheckedInput } from '../../../shared/contract.ts';
import { LoadedChat } from '../chat/loaded-chat.ts';
import type { JobContext } from '../jobs/job-context.ts';
import type { CallPlace } from './call-place.ts';

export async function chatCall(
  input: CheckedInput<'chat'>,
  place: CallPlace,
  context: JobContext,
): Promise<CallOutput<'chat'>> {
  using chat = await openChat(input, place, context);
  return await chat.answer(input, context);
}

export function openChat(
  { model, gpu, threads, contextSize }: Pick<CheckedInput<'chat'>, 'model' | 'gpu' | 'threads' | 'contextSize'>,
  place: CallPlace,
  context: JobContext,
): Promise<LoadedChat> {
  const device = { gpu, ...(threads === undefined ? {} : { threads }) };
  const size = contextSize === undefined ? {} : { contextSize };
  return LoadedChat.open({ modelPath: place.modelPath(model), ...device, ...size }, context);
}
