// What Electron's main process and the engine's process say to each other over Node's IPC channel. Plain JSON only.
import type { WindowEvent } from '../../shared/events.ts';
import type { CallReply } from '../../shared/session-contract.ts';

export interface EventPosition {
  readonly epoch: string;
  readonly sequence: number;
}

export type ToEngine =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly input: unknown }
  | { readonly type: 'subscribe'; readonly subscriptionId: number; readonly last?: EventPosition | undefined }
  | { readonly type: 'unsubscribe'; readonly subscriptionId: number }
  /** A person picked or dropped this path. */
  | { readonly type: 'allow'; readonly path: string }
  | { readonly type: 'close' };

export type FromEngine =
  | { readonly type: 'ready' }
  | { readonly type: 'reply'; readonly id: number; readonly reply: CallReply }
  | { readonly type: 'event'; readonly subscriptionId: number; readonly event: WindowEvent };
