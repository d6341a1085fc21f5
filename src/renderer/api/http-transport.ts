// The browser's side of the transport: POST for calls, server-sent events with numbers, uploads with progress.
import type { SerializedError } from '../../shared/errors.ts';
import type { WindowEvent } from '../../shared/events.ts';
import { CALL_PATH, EVENTS_PATH, UPLOAD_PATH } from '../../shared/http-api.ts';
import type { Transport } from './transport.ts';

type Reply = { readonly output: unknown } | { readonly error: SerializedError };

/** A server that is away for shorter than this was only slow: no banner. */
const LOST_AFTER_MS = 2500;

export class HttpTransport implements Transport {
  readonly kind = 'browser';

  async call(name: string, input: unknown, signal?: AbortSignal): Promise<unknown> {
    const reply = await post(name, input, signal);
    if ('error' in reply) throw reply.error;
    return reply.output;
  }

  /** EventSource reconnects by itself and names the last number it saw, so nothing is missed. */
  subscribe(listener: (event: WindowEvent) => void): () => void {
    const source = new EventSource(EVENTS_PATH);
    let lostTimer: ReturnType<typeof setTimeout> | undefined;
    source.onopen = () => {
      clearTimeout(lostTimer);
      lostTimer = undefined;
    };
    source.onerror = () => {
      lostTimer ??= setTimeout(
        () => listener({ type: 'engine-lost', reason: 'The engine does not answer.' }),
        LOST_AFTER_MS,
      );
    };
    source.onmessage = ({ data }) => listener(JSON.parse(data) as WindowEvent);
    return () => {
      clearTimeout(lostTimer);
      source.close();
    };
  }

  async place(files: readonly File[], onProgress: (sentBytes: number) => void): Promise<readonly string[]> {
    const paths: string[] = [];
    let sentBytes = 0;
    for (const file of files) {
      paths.push(await upload(file, (bytes) => onProgress(sentBytes + bytes)));
      sentBytes += file.size;
    }
    return paths;
  }
}

function failed(message: string, code: SerializedError['code'] = 'INTERNAL'): Reply {
  return { error: { code, message } };
}

async function post(name: string, input: unknown, signal: AbortSignal | undefined): Promise<Reply> {
  try {
    const response = await fetch(CALL_PATH, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, input }),
      signal: signal ?? null,
    });
    const reply: unknown = await response.json().catch(() => undefined);
    return isReply(reply) ? reply : failed(`The engine answered ${response.status} to ${name}.`);
  } catch (error) {
    if (signal?.aborted) return failed('Cancelled.', 'CANCELLED');
    return failed(`The engine does not answer (${String(error)}). Start Whittle again.`);
  }
}

function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && ('output' in value || 'error' in value);
}

/** XMLHttpRequest, because fetch does not say how much was sent. */
function upload(file: File, onProgress: (sentBytes: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', `${UPLOAD_PATH}?name=${encodeURIComponent(file.name)}`);
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onerror = () => reject(new Error(`Sending ${file.name} failed. Is Whittle still running?`));
    request.onload = () => {
      const reply: unknown = request.status === 200 ? JSON.parse(request.responseText) : undefined;
      if (typeof reply === 'object' && reply !== null && 'path' in reply) resolve(String(reply.path));
      else reject(new Error(`Sending ${file.name} failed: ${request.responseText || request.status}`));
    };
    request.send(file);
  });
}
