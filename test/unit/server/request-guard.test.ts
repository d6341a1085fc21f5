import { describe, expect, it } from 'vitest';
import { type GuardRules, guardRequest } from '../../../src/main/server/request-guard.ts';

const rules: GuardRules = { port: 8123, token: 'one-time', session: 'secret' };
const cookie = 'whittle-8123=secret';

function guard(headers: Record<string, string>, { method = 'POST', url = '/api/call', isUsed = false } = {}) {
  return guardRequest(
    { method, url, headers: { host: '127.0.0.1:8123', ...headers } },
    { ...rules, token: isUsed ? undefined : rules.token },
  );
}

describe('the request guard', () => {
  it('lets our own page call', () => {
    const verdict = guard({ cookie, origin: 'http://127.0.0.1:8123', 'sec-fetch-site': 'same-origin' });
    expect(verdict).toMatchObject({ kind: 'allow', path: '/api/call' });
  });

  it('lets a program without an origin call when it has the cookie', () => {
    expect(guard({ cookie })).toMatchObject({ kind: 'allow' });
  });

  it.each([
    ['a foreign host name that points here', { host: 'evil.example:8123', cookie }, 403],
    ['our host with another port', { host: '127.0.0.1:9999', cookie }, 403],
    ['no host', { host: '', cookie }, 403],
    ['a foreign origin', { cookie, origin: 'https://evil.example' }, 403],
    ['an origin of another port', { cookie, origin: 'http://127.0.0.1:9999' }, 403],
    ['an opaque origin', { cookie, origin: 'null' }, 403],
    ['a request that another site made', { cookie, 'sec-fetch-site': 'cross-site' }, 403],
    ['a request that another port made', { cookie, 'sec-fetch-site': 'same-site' }, 403],
    ['no cookie', {}, 401],
    ['a wrong cookie', { cookie: 'whittle-8123=guess' }, 401],
    ['the cookie of another twin', { cookie: 'whittle-9999=secret' }, 401],
    ['a cookie whose name only ends like ours', { cookie: 'xwhittle-8123=secret' }, 401],
  ])('refuses %s', (_, headers, status) => {
    expect(guard(headers)).toMatchObject({ kind: 'refuse', status });
  });

  it('finds its cookie among others', () => {
    expect(guard({ cookie: `a=1; ${cookie}; b=2` })).toMatchObject({ kind: 'allow' });
  });

  it('takes the token once, on the page itself only', () => {
    const page = { method: 'GET', url: '/?token=one-time' };
    expect(guard({}, page)).toEqual({ kind: 'admit' });
    expect(guard({}, { ...page, isUsed: true })).toMatchObject({ kind: 'refuse', status: 403 });
    expect(guard({}, { ...page, url: '/api/call?token=one-time' })).toMatchObject({ kind: 'refuse', status: 401 });
    expect(guard({}, { ...page, method: 'POST' })).toMatchObject({ kind: 'refuse', status: 401 });
    expect(guard({}, { ...page, url: '/?token=one-timf' })).toMatchObject({ kind: 'refuse', status: 403 });
  });

  it('sends a page that is in already on without using the token up', () => {
    expect(guard({ cookie }, { method: 'GET', url: '/?token=one-time' })).toEqual({ kind: 'redirect' });
  });

  it('lets a link from elsewhere open the page, but not call', () => {
    const foreign = { cookie, 'sec-fetch-site': 'cross-site' };
    expect(guard({ ...foreign, 'sec-fetch-mode': 'navigate' }, { method: 'GET', url: '/' })).toMatchObject({
      kind: 'allow',
    });
    expect(guard({ ...foreign, 'sec-fetch-mode': 'navigate' })).toMatchObject({ kind: 'refuse' });
  });

  it.each(['PATCH', 'DELETE', 'OPTIONS', 'TRACE', ''])('refuses the method %s', (method) => {
    expect(guard({ cookie }, { method })).toMatchObject({ kind: 'refuse', status: 405 });
  });

  it.each(['//evil.example/', 'http://evil.example/', ''])('refuses the address %s', (url) => {
    expect(guard({ cookie }, { url })).toMatchObject({ kind: 'refuse', status: 400 });
  });
});
