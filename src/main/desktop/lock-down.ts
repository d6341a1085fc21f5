// What no page may do in this app: go elsewhere, open windows, embed pages, ask for devices. Applies to every web contents.
import { app, type Session } from 'electron';
import { isOurPage, mayUse } from './page-address.ts';

export function lockDown(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(mayUse(permission, contents?.getURL() ?? '')),
  );
  session.setPermissionCheckHandler((contents, permission) => mayUse(permission, contents?.getURL() ?? ''));
  session.setDevicePermissionHandler(() => false);
  // Nothing is downloaded by the page: files are saved by the main process.
  session.on('will-download', (event) => event.preventDefault());
  app.on('web-contents-created', (_, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }));
    contents.on('will-navigate', (event) => {
      if (!isOurPage(event.url)) event.preventDefault();
    });
    contents.on('will-redirect', (event) => {
      if (!isOurPage(event.url)) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
  });
}
