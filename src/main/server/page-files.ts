// The built page in memory-mapped order: a request names a file of this list or gets nothing, so no path can leave the folder.
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { PAGE_HEADERS } from '../../shared/page-policy.ts';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

export function mediaTypeOf(path: string): string {
  return MEDIA_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
}

export class PageFiles {
  /** Address -> file. */
  readonly #files = new Map<string, string>();

  constructor(folder: string) {
    if (!existsSync(folder)) return;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      this.#files.set(`/${relative(folder, path).split(sep).join('/')}`, path);
    }
  }

  get isEmpty(): boolean {
    return !this.#files.has('/index.html');
  }

  /** The file of an address; `/` is the page itself. */
  find(address: string): string | undefined {
    return this.#files.get(address === '/' ? '/index.html' : address);
  }

  /** Names of built files carry their content's hash, except the page's own. */
  send(path: string, response: ServerResponse, isHead: boolean): void {
    const cache = path.endsWith('index.html') ? 'no-store' : 'private, max-age=31536000, immutable';
    response.writeHead(200, { ...PAGE_HEADERS, 'content-type': mediaTypeOf(path), 'cache-control': cache });
    if (isHead) {
      response.end();
      return;
    }
    createReadStream(path)
      .on('error', () => response.destroy())
      .pipe(response);
  }
}
