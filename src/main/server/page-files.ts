// The built page as answers to requests.
import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { PAGE_HEADERS } from '../../shared/page-policy.ts';
import { listPageFiles, mediaTypeOf } from './list-page-files.ts';

export class PageFiles {
  readonly #files: ReadonlyMap<string, string>;

  constructor(folder: string) {
    this.#files = listPageFiles(folder);
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
