// Events of the workbench as server-sent events: a browser that reconnects names the last one it saw by itself.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { WindowEvent } from '../../shared/events.ts';
import type { EventPosition } from '../engine/session/event-log.ts';

const HEARTBEAT_MS = 15_000;
/** A page that reads this slowly is cut off; it reconnects and catches up, or starts anew. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

export type Subscribe = (listener: (event: WindowEvent) => void, last?: EventPosition) => () => void;

export function streamEvents(
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
  subscribe: Subscribe,
): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.write('retry: 1000\n\n');
  const last = parsePosition(String(request.headers['last-event-id'] ?? query.get('last') ?? ''));
  const stop = subscribe((event) => {
    response.write(formatEvent(event));
    if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
  }, last);
  const heartbeat = setInterval(() => response.write(': here\n\n'), HEARTBEAT_MS).unref();
  response.on('close', () => {
    clearInterval(heartbeat);
    stop();
  });
}

export function formatEvent(event: WindowEvent): string {
  const id = 'sequence' in event ? `id: ${event.epoch}:${event.sequence}\n` : '';
  return `${id}data: ${JSON.stringify(event)}\n\n`;
}

export function parsePosition(text: string): EventPosition | undefined {
  const match = /^([0-9a-f]{1,40}):(\d{1,15})$/.exec(text);
  return match === null ? undefined : { epoch: match[1]!, sequence: Number(match[2]) };
}
