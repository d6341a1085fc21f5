// The desktop's side of the transport: the three functions that the preload script puts on the window.
import type { WindowBridge } from '../../shared/session-contract.ts';
import type { Transport } from './transport.ts';

declare global {
  interface Window {
    readonly whittle?: WindowBridge;
  }
}

/** Undefined in a plain browser. */
export function openBridge(): Transport | undefined {
  const bridge = globalThis.window?.whittle;
  if (bridge === undefined) return undefined;
  return {
    kind: 'desktop',
    call: async (name, input) => {
      const reply = await bridge.call(name, input);
      if ('error' in reply) throw reply.error;
      return reply.output;
    },
    subscribe: (listener) => bridge.subscribe(listener),
    place: async (files) => files.map((file) => bridge.pathForFile(file)).filter((path) => path !== ''),
  };
}
