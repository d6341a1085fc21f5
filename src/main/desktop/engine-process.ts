// The engine's own process under the desktop: a real Node, forked by Electron, because Electron's allocator cannot hold large models.
// Translates messages into calls of one session, and nothing else.
import { serializeError } from '../../shared/errors.ts';
import { defaultHomeFolder } from '../engine/home-folder.ts';
import { WorkbenchSession } from '../engine/session/workbench-session.ts';
import type { FromEngine, ToEngine } from './engine-protocol.ts';

const session = new WorkbenchSession({ home: defaultHomeFolder(process.env, process.platform) });
const subscriptions = new Map<number, () => void>();

function send(message: FromEngine): void {
  process.send?.(message, undefined, undefined, () => {});
}

async function answer(id: number, name: string, input: unknown): Promise<void> {
  try {
    const output = await session.call(name, input, new AbortController().signal);
    send({ type: 'reply', id, reply: { output: output ?? null } });
  } catch (error) {
    const { code, message, details } = serializeError(error);
    send({ type: 'reply', id, reply: { error: { code, message, details } } });
  }
}

function receive(message: ToEngine): void {
  switch (message.type) {
    case 'call':
      void answer(message.id, message.name, message.input);
      break;
    case 'subscribe': {
      const { subscriptionId, last } = message;
      const stop = session.subscribe((event) => send({ type: 'event', subscriptionId, event }), last);
      subscriptions.set(subscriptionId, stop);
      break;
    }
    case 'unsubscribe':
      subscriptions.get(message.subscriptionId)?.();
      subscriptions.delete(message.subscriptionId);
      break;
    case 'allow':
      session.permissions.allow(message.path);
      break;
    case 'close':
      close();
  }
}

function close(): never {
  session.close();
  process.exit(0);
}

process.on('message', receive);
// Ctrl-C in a terminal reaches this process too; whether to end is the window's to say.
process.on('SIGINT', () => {});
process.on('disconnect', close);
send({ type: 'ready' });
