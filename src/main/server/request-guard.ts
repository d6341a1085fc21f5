// Decides whether a request to the browser twin is answered at all. Pure: headers in, verdict out. A page of another site can
// make a browser send requests here, so the address, the origin and a secret that only our page has must all be right.
import { timingSafeEqual } from 'node:crypto';

export interface GuardedRequest {
  readonly method: string;
  /** Path and query, as in the request line. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface GuardRules {
  readonly port: number;
  /** In the one-time address; undefined once it was used. */
  readonly token: string | undefined;
  /** The cookie's value of a page that was let in. */
  readonly session: string;
}

export type GuardVerdict =
  | { readonly kind: 'allow'; readonly path: string; readonly query: URLSearchParams }
  /** The token was right: set the cookie and send the page on to `/`. */
  | { readonly kind: 'admit' }
  /** It has the cookie already: send the page on to `/`. */
  | { readonly kind: 'redirect' }
  | { readonly kind: 'refuse'; readonly status: number; readonly message: string };

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT']);

/** Cookies do not know ports: two twins on one machine need two names. */
export function cookieName(port: number): string {
  return `whittle-${port}`;
}

export function guardRequest(request: GuardedRequest, rules: GuardRules): GuardVerdict {
  const hosts = [`127.0.0.1:${rules.port}`, `localhost:${rules.port}`];
  const host = single(request.headers['host']);
  if (host === undefined || !hosts.includes(host)) return refuse(403, 'This server answers to 127.0.0.1 only.');
  const origin = single(request.headers['origin']);
  if (origin !== undefined && origin !== `http://${host}`) return refuse(403, 'Requests of other sites are refused.');
  const site = single(request.headers['sec-fetch-site']);
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation(request)) {
    return refuse(403, 'Requests of other sites are refused.');
  }
  if (!METHODS.has(request.method)) return refuse(405, `The method ${request.method} is not used here.`);
  const url = parseUrl(request.url, host);
  if (url === undefined) return refuse(400, 'The address cannot be read.');
  const isKnown = equal(readCookie(single(request.headers['cookie']), cookieName(rules.port)), rules.session);
  const token = url.searchParams.get('token');
  if (token !== null && url.pathname === '/' && request.method === 'GET') {
    if (isKnown) return { kind: 'redirect' };
    if (rules.token !== undefined && equal(token, rules.token)) return { kind: 'admit' };
    return refuse(
      403,
      'This one-time address was used already, or is of an earlier start. Start `whittle serve` again.',
    );
  }
  if (!isKnown) return refuse(401, 'Open the address that `whittle serve` printed.');
  return { kind: 'allow', path: url.pathname, query: url.searchParams };
}

function refuse(status: number, message: string): GuardVerdict {
  return { kind: 'refuse', status, message };
}

/** A link in a mail or a terminal may open the page; only the page itself may call. */
function isNavigation({ method, headers }: GuardedRequest): boolean {
  return method === 'GET' && single(headers['sec-fetch-mode']) === 'navigate';
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function parseUrl(target: string, host: string): URL | undefined {
  if (!target.startsWith('/') || target.startsWith('//')) return undefined;
  try {
    return new URL(`http://${host}${target}`);
  } catch {
    return undefined;
  }
}

function readCookie(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const split = pair.indexOf('=');
    if (split > 0 && pair.slice(0, split).trim() === name) return pair.slice(split + 1).trim();
  }
  return undefined;
}

/** In the same time wherever they differ. */
function equal(a: string | undefined, b: string): boolean {
  if (a === undefined) return false;
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
