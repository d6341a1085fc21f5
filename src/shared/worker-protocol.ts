// What the engine and a worker process say to each other over Node's IPC channel. Plain JSON only.
import type { SerializedError } from './errors.ts';
import type { Progress } from './progress.ts';

export type ToWorker =
  | { readonly type: 'run'; readonly id: string; readonly job: string; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: string };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly id: string; readonly sequence: number; readonly progress: Progress }
  | { readonly type: 'log'; readonly id: string; readonly line: string }
  | { readonly type: 'done'; readonly id: string; readonly output: unknown }
  | { readonly type: 'failed'; readonly id: string; readonly error: SerializedError };
