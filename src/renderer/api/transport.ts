// How the page reaches the engine: through the desktop's preload bridge, or over HTTP on the loopback. Chosen once, at start.
import type { WindowEvent } from '../../shared/events.ts';
import { openBridge } from './bridge-transport.ts';
import { HttpTransport } from './http-transport.ts';

export interface Transport {
  readonly kind: 'desktop' | 'browser';
  /** Rejects with a plain `{code, message, details}`. */
  readonly call: (name: string, input: unknown, signal?: AbortSignal) => Promise<unknown>;
  /** Events in the order of their numbers, those missed during a lost connection included. */
  readonly subscribe: (listener: (event: WindowEvent) => void) => () => void;
  /** Where dropped or picked files lie on the engine's machine; a browser sends them there first. */
  readonly place: (files: readonly File[], onProgress: (sentBytes: number) => void) => Promise<readonly string[]>;
}

export function chooseTransport(): Transport {
  return openBridge() ?? new HttpTransport();
}
