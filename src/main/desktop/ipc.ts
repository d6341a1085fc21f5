// The page's three functions on the main process's side. Every message must come from our own page's main frame.
import { type BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent, ipcMain } from 'electron';
import type { WindowEvent } from '../../shared/events.ts';
import { shellCalls } from '../../shared/session/shell-calls.ts';
import type { CallReply, ShellCall } from '../../shared/session-contract.ts';
import { CHANNELS } from './channels.ts';
import type { EngineClient } from './engine-client.ts';
import { isOurPage } from './page-address.ts';
import { parsePosition, parseRequest } from './read-message.ts';
import { answerShellCall } from './shell-handlers.ts';

const REFUSED: CallReply = {
  error: { code: 'NOT_ALLOWED', message: 'Only the page of Whittle may call.', details: {} },
};

export function connectPage(window: BrowserWindow, engine: EngineClient): (event: WindowEvent) => void {
  let unsubscribe: (() => void) | undefined;
  const tell = (event: WindowEvent): void => {
    if (!window.isDestroyed()) window.webContents.send(CHANNELS.event, event);
  };
  const isOurs = (event: IpcMainEvent | IpcMainInvokeEvent): boolean =>
    event.senderFrame === window.webContents.mainFrame && isOurPage(event.senderFrame.url);

  ipcMain.handle(CHANNELS.call, async (event, name: unknown, input: unknown) => {
    if (!isOurs(event)) return REFUSED;
    const request = parseRequest(name, input);
    if ('error' in request) return request;
    if (Object.hasOwn(shellCalls, request.name))
      return await answerShellCall(request.name as ShellCall, input, { window, engine });
    return await engine.call(request.name, input);
  });
  ipcMain.on(CHANNELS.subscribe, (event, last: unknown) => {
    if (!isOurs(event)) return;
    unsubscribe?.();
    unsubscribe = engine.subscribe(tell, parsePosition(last));
  });
  ipcMain.on(CHANNELS.unsubscribe, (event) => {
    if (!isOurs(event)) return;
    unsubscribe?.();
    unsubscribe = undefined;
  });
  ipcMain.on(CHANNELS.allow, (event, path: unknown) => {
    if (isOurs(event) && typeof path === 'string') engine.allow(path);
  });
  window.on('closed', () => {
    unsubscribe?.();
    ipcMain.removeHandler(CHANNELS.call);
    for (const channel of [CHANNELS.subscribe, CHANNELS.unsubscribe, CHANNELS.allow])
      ipcMain.removeAllListeners(channel);
  });
  return tell;
}
