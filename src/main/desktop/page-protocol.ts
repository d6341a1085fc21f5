// Serves the built page under whittle-app://app: a file of the list or nothing, with the policy of the page.
import { readFileSync } from 'node:fs';
import { protocol, type Session } from 'electron';
import { PAGE_HEADERS } from '../../shared/page-policy.ts';
import { listPageFiles, mediaTypeOf } from '../server/list-page-files.ts';
import { PAGE_SCHEME, pageFileName } from './page-address.ts';

/** Before the app is ready. */
export function registerPageScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, codeCache: true };
  protocol.registerSchemesAsPrivileged([{ scheme: PAGE_SCHEME, privileges }]);
}

export function servePage(session: Session, folder: string): void {
  const files = listPageFiles(folder);
  session.protocol.handle(PAGE_SCHEME, ({ url, method }) => {
    const path = method === 'GET' ? files.get(pageFileName(url) ?? '') : undefined;
    if (path === undefined) return new Response('Not found', { status: 404, headers: PAGE_HEADERS });
    return new Response(new Uint8Array(readFileSync(path)), {
      headers: { ...PAGE_HEADERS, 'content-type': mediaTypeOf(path) },
    });
  });
}
