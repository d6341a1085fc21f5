import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkbenchSession } from '../../../src/main/engine/session/workbench-session.ts';
import { type RunningServer, startServer } from '../../../src/main/server/http-server.ts';
import { tempFolderForFile } from '../../support/temp-folder.ts';

const folder = tempFolderForFile();
const home = join(folder, 'home');
const pageFolder = join(folder, 'page');
const picked = join(folder, 'picked');
let session: WorkbenchSession;
let server: RunningServer;
let cookie: string;

beforeAll(async () => {
  for (const path of [pageFolder, picked, join(pageFolder, 'assets')]) mkdirSync(path, { recursive: true });
  writeFileSync(join(pageFolder, 'index.html'), '<!doctype html><title>Whittle</title>');
  writeFileSync(join(pageFolder, 'assets', 'a.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  session = new WorkbenchSession({ home, browseRoots: [picked] });
  server = await startServer({ session: session.served(), pageFolder, port: 0, version: '1.2.3' });
  const answer = await fetch(server.url, { redirect: 'manual' });
  cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
});
afterAll(async () => {
  session.close();
  await server.close();
});

const base = () => `http://127.0.0.1:${server.port}`;

async function post(path: string, body: BodyInit, headers: Record<string, string> = {}) {
  const answer = await fetch(base() + path, { method: 'POST', body, headers: { cookie, ...headers } });
  const text = await answer.text();
  return {
    status: answer.status,
    body: JSON.parse(text) as { output?: never; error?: { code: string }; path?: string },
  };
}
const call = (name: string, input: unknown) => post('/api/call', JSON.stringify({ name, input }));

/** With headers that fetch does not let a caller set, and paths that it would tidy. */
function raw(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: server.port, path, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('the browser twin', () => {
  it('turns the one-time address into a cookie that scripts cannot read, once', async () => {
    expect(cookie).toMatch(/^whittle-\d+=[\w-]{43}$/);
    const again = await fetch(server.url, { redirect: 'manual' });
    expect(again.status).toBe(403);
    expect(again.headers.get('set-cookie')).toBeNull();
  });

  it('serves the page with its policy, and built files for long', async () => {
    const page = await fetch(base(), { headers: { cookie } });
    expect(await page.text()).toContain('Whittle');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(policy).toContain("frame-ancestors 'none'");
    const script = await fetch(`${base()}/assets/a.js`, { headers: { cookie } });
    expect(script.headers.get('content-type')).toContain('text/javascript');
    expect(script.headers.get('cache-control')).toContain('immutable');
  });

  it('answers calls of the engine, of the session and of the shell', async () => {
    const tasks = await call('listTasks', {});
    expect(tasks.status).toBe(200);
    expect(JSON.stringify(tasks.body.output)).toContain('factoid-qa');
    expect((await call('listJobs', {})).body).toEqual({ output: [] });
    expect((await call('getShell', {})).body.output).toMatchObject({ kind: 'browser', version: '1.2.3' });
  });

  it.each([
    ['malformed JSON', '{"name":', 400, 'BAD_INPUT'],
    ['no object', '[]', 400, 'BAD_INPUT'],
    ['a foreign field', '{"name":"listTasks","input":{},"x":1}', 400, 'BAD_INPUT'],
    ['an unknown call', '{"name":"launch","input":{}}', 404, 'UNKNOWN_CALL'],
    ['a call that is named like a property of every object', '{"name":"constructor","input":{}}', 404, 'UNKNOWN_CALL'],
    ['an input that the call does not take', '{"name":"getJob","input":{"jobId":7}}', 400, 'BAD_INPUT'],
    ['a desktop call', '{"name":"pickFiles","input":{}}', 404, 'UNKNOWN_CALL'],
  ])('refuses %s', async (_, body, status, code) => {
    const answer = await post('/api/call', body);
    expect(answer.status).toBe(status);
    expect(answer.body.error?.code).toBe(code);
  });

  it('refuses a body that is too large, said or streamed', async () => {
    const large = Buffer.alloc(17 * 1024 * 1024, 32);
    expect((await post('/api/call', large)).status).toBe(413);
    const streamed = new ReadableStream({
      start: (controller) => {
        for (let part = 0; part < 17; part += 1) controller.enqueue(new Uint8Array(1024 * 1024).fill(32));
        controller.close();
      },
    });
    const answer = await fetch(`${base()}/api/call`, {
      method: 'POST',
      body: streamed,
      duplex: 'half',
      headers: { cookie },
    } as RequestInit).catch(() => undefined);
    // The connection may end before the whole body is sent.
    expect(answer?.status ?? 413).toBe(413);
  });

  it.each([
    ['/../secret.txt', 404],
    ['/%2e%2e/secret.txt', 404],
    ['/assets/..%2f..%2fsecret.txt', 404],
    ['/assets/%00a.js', 404],
    ['/api/call', 404],
  ])('gives nothing outside the page at %s', async (path, status) => {
    expect(await raw(path, { host: `127.0.0.1:${server.port}`, cookie })).toBe(status);
  });

  it('refuses a foreign host, a foreign origin and a visitor without the cookie', async () => {
    expect(await raw('/', { host: 'evil.example', cookie })).toBe(403);
    expect((await post('/api/call', '{}', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await fetch(base())).status).toBe(401);
    expect((await fetch(`${base()}/api/events`)).status).toBe(401);
  });

  it('shows chosen folders in its file picker and nothing above them', async () => {
    writeFileSync(join(picked, 'model.gguf'), 'x');
    const { body } = await call('browseFolder', {});
    expect(body.output).toMatchObject({ path: picked, parent: null, entries: [{ name: 'model.gguf', kind: 'model' }] });
    for (const path of [folder, join(picked, '..'), '/', join(picked, '../secret.txt')]) {
      expect((await call('browseFolder', { path })).status).toBe(403);
    }
    expect((await call('inspectModel', { model: join(folder, 'secret.txt') })).body.error?.code).toBe('NOT_ALLOWED');
  });

  it('takes an upload whole, under a name of its own, and lets the page use it', async () => {
    const bytes = Buffer.from('GGUF but not really');
    const { status, body } = await post('/api/upload?name=my%20model.gguf', bytes);
    expect(status).toBe(200);
    expect(readFileSync(body.path ?? '')).toEqual(bytes);
    expect(body.path).toMatch(/uploads.[0-9a-f]{12}.my model\.gguf$/);
    expect((await call('inspectModel', { model: body.path })).body.error?.code).toBe('BAD_GGUF');
  });

  it('takes it by PUT as well, and nothing else by that method', async () => {
    const answer = await fetch(`${base()}/api/upload?name=put.gguf`, { method: 'PUT', body: 'x', headers: { cookie } });
    expect(answer.status).toBe(200);
    expect((await fetch(`${base()}/api/call`, { method: 'PUT', body: '{}', headers: { cookie } })).status).toBe(404);
  });

  it.each(['../x.gguf', 'x.exe', '.hidden.gguf', 'a/b.gguf', ''])('refuses an upload named %s', async (name) => {
    const before = existsSync(join(home, 'uploads')) ? readdirSync(join(home, 'uploads')).length : 0;
    const answer = await post(`/api/upload?name=${encodeURIComponent(name)}`, 'x');
    expect(answer.body.error?.code).toBe('BAD_INPUT');
    expect(existsSync(join(home, 'uploads')) ? readdirSync(join(home, 'uploads')).length : 0).toBe(before);
  });
});

describe('its events', () => {
  async function listen(lastEventId?: string) {
    const controller = new AbortController();
    const answer = await fetch(`${base()}/api/events`, {
      headers: { cookie, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
      signal: controller.signal,
    });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (pattern: RegExp): Promise<RegExpExecArray> => {
      for (;;) {
        const match = pattern.exec(text);
        if (match !== null) return match;
        const { value, done } = await reader.read();
        if (done) throw new Error(`the stream ended: ${text}`);
        text += value;
      }
    };
    return { until, stop: () => controller.abort() };
  }

  it('catch up after the last one that was seen', async () => {
    const first = await listen();
    await first.until(/"type":"connected"/);
    session.events.emit({ type: 'models-changed' });
    const seen = await first.until(/id: (\w+:\d+)\ndata: \{"type":"models-changed"/);
    first.stop();
    session.events.emit({ type: 'recipes-changed' });
    const second = await listen(seen[1]);
    await second.until(/"type":"connected"[^\n]*"reset":false/);
    await second.until(/"type":"recipes-changed"/);
    second.stop();
  });

  it('ask for a reset when what was missed is of another session', async () => {
    const stream = await listen('abcdef:1');
    await stream.until(/"type":"connected"[^\n]*"reset":true/);
    stream.stop();
  });
});
