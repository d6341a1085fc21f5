// The browser twin: the page, its calls, its events and its uploads over HTTP on the loopback, for whoever has the one-time address.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serializeError, WorkbenchError } from '../../shared/errors.ts';
import { CALL_PATH, EVENTS_PATH, UPLOAD_PATH } from '../../shared/http-api.ts';
import type { ShellInfo } from '../../shared/session/shell-calls.ts';
import { callRequestSchema } from '../../shared/session-contract.ts';
import { type Subscribe, streamEvents } from './event-stream.ts';
import { PageFiles } from './page-files.ts';
import { BodyTooLarge, readJson, receiveUpload } from './read-body.ts';
import { cookieName, guardRequest } from './request-guard.ts';
import { statusOfError } from './status-of-error.ts';

/** What the server needs of a session. */
export interface ServedSession {
  readonly call: (name: string, input: unknown, signal: AbortSignal) => Promise<unknown>;
  readonly subscribe: Subscribe;
  /** A file that the person sent: the page may name it from now on. */
  readonly allowPath: (path: string) => void;
  readonly uploadFolder: string;
  readonly onUpload: (name: string, receivedBytes: number, totalBytes: number) => void;
}

export interface ServerOptions {
  readonly session: ServedSession;
  readonly pageFolder: string;
  /** 0: any free one. */
  readonly port: number;
  readonly version: string;
}

export interface RunningServer {
  /** Lets one browser in, once. */
  readonly url: string;
  readonly port: number;
  readonly close: () => Promise<void>;
}

const JSON_HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/** An import statement would ask the module for all it has, and so load a whole client for requests that nobody makes. */
const { createServer } = process.getBuiltinModule('node:http');

export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const twin = new HttpServer(options);
  const server = createServer((request, response) => void twin.answer(request, response));
  server.requestTimeout = 0;
  await listen(server, options.port);
  const port = (server.address() as AddressInfo).port;
  twin.port = port;
  return {
    port,
    url: `http://127.0.0.1:${port}/?token=${twin.token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class HttpServer {
  port = 0;
  token: string | undefined = randomBytes(24).toString('base64url');
  readonly #session = randomBytes(32).toString('base64url');
  readonly #options: ServerOptions;
  readonly #page: PageFiles;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#page = new PageFiles(options.pageFolder);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const verdict = guardRequest(
      { method, url, headers },
      { port: this.port, token: this.token, session: this.#session },
    );
    if (verdict.kind === 'refuse') {
      sendError(response, verdict.status, new WorkbenchError('NOT_ALLOWED', verdict.message));
    } else if (verdict.kind === 'allow') {
      await this.#route(request, response, verdict.path, verdict.query);
    } else {
      this.#redirect(response, verdict.kind === 'admit');
    }
  }

  #redirect(response: ServerResponse, isAdmitted: boolean): void {
    if (isAdmitted) this.token = undefined;
    const cookie = `${cookieName(this.port)}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`;
    response.writeHead(303, {
      location: '/',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      ...(isAdmitted ? { 'set-cookie': cookie } : {}),
    });
    response.end();
  }

  async #route(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void> {
    const isPost = request.method === 'POST';
    const isSending = isPost || request.method === 'PUT';
    try {
      if (path === CALL_PATH && isPost) await this.#call(request, response);
      else if (path === UPLOAD_PATH && isSending) await this.#upload(request, response, query.get('name') ?? '');
      else if (path === EVENTS_PATH && request.method === 'GET') {
        streamEvents(request, response, query, this.#options.session.subscribe);
      } else if (isSending) sendError(response, 404, new WorkbenchError('UNKNOWN_CALL', `Nothing is at ${path}.`));
      else this.#file(response, path, request.method === 'HEAD');
    } catch (error) {
      if (error instanceof BodyTooLarge) {
        // The rest of the body is not read; the connection ends with the answer.
        response.setHeader('connection', 'close');
        sendError(response, 413, new WorkbenchError('BAD_INPUT', 'The body is too large for a call.'));
      } else sendError(response, statusOfError(serializeError(error).code), error);
    }
  }

  #file(response: ServerResponse, path: string, isHead: boolean): void {
    const file = this.#page.find(path);
    if (file === undefined)
      sendError(response, 404, new WorkbenchError('FILE_NOT_FOUND', `There is no page at ${path}.`));
    else this.#page.send(file, response, isHead);
  }

  async #call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parsed = callRequestSchema.safeParse(await readJson(request));
    if (!parsed.success) throw new WorkbenchError('BAD_INPUT', 'A call is {"name": ..., "input": {...}}.');
    const { name, input } = parsed.data;
    const controller = new AbortController();
    response.on('close', () => controller.abort());
    const output =
      name === 'getShell' ? this.#shell() : await this.#options.session.call(name, input, controller.signal);
    sendJson(response, 200, { output: output ?? null });
  }

  #shell(): ShellInfo {
    return {
      kind: 'browser',
      platform: 'other',
      canPickFiles: false,
      canShowInFolder: false,
      hasTitleBarOverlay: false,
      version: this.#options.version,
    };
  }

  async #upload(request: IncomingMessage, response: ServerResponse, name: string): Promise<void> {
    const { session } = this.#options;
    let saidMs = 0;
    const path = await receiveUpload(request, {
      folder: session.uploadFolder,
      name,
      onProgress: (receivedBytes, totalBytes) => {
        const nowMs = performance.now();
        if (nowMs - saidMs < 200 && receivedBytes < totalBytes) return;
        saidMs = nowMs;
        session.onUpload(name, receivedBytes, totalBytes);
      },
    });
    session.allowPath(path);
    sendJson(response, 200, { path });
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, JSON_HEADERS);
  response.end(JSON.stringify(body));
}

function sendError(response: ServerResponse, status: number, error: unknown): void {
  const { code, message, details } = serializeError(error);
  sendJson(response, status, { error: { code, message, details } });
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const message =
        error.code === 'EADDRINUSE' ? `Port ${port} is taken. Choose another, or 0 for any free one.` : error.message;
      reject(new WorkbenchError('BAD_INPUT', message, { port }, error));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}
