// Calls that the desktop answers itself: dialogs, clipboard, links, the engine's restart.
import { writeFileSync } from 'node:fs';
import { app, type BrowserWindow, clipboard, dialog, type FileFilter, nativeTheme, shell } from 'electron';
import { serializeError, WorkbenchError } from '../../shared/errors.ts';
import { type ShellInfo, shellCalls } from '../../shared/session/shell-calls.ts';
import type { CallReply, ShellCall } from '../../shared/session-contract.ts';
import type { EngineClient } from './engine-client.ts';
import { isOutsideLink } from './page-address.ts';
import { hasTitleBarOverlay } from './window.ts';

export interface ShellContext {
  readonly window: BrowserWindow;
  readonly engine: EngineClient;
}

const FILTERS: Readonly<Record<'models' | 'text' | 'scores' | 'any', FileFilter[]>> = {
  models: [{ name: 'Models', extensions: ['gguf', 'safetensors'] }],
  text: [{ name: 'Texts', extensions: ['txt', 'md', 'jsonl'] }],
  scores: [{ name: 'Tables of scores', extensions: ['csv', 'json'] }],
  any: [],
};

/** A value on either way, as every call. */
export async function answerShellCall(name: ShellCall, input: unknown, context: ShellContext): Promise<CallReply> {
  try {
    const parsed = shellCalls[name].input.safeParse(input ?? {});
    if (!parsed.success)
      throw new WorkbenchError('BAD_INPUT', `${name} cannot work with this: ${parsed.error.message}`);
    return { output: await handlers[name](parsed.data as never, context) };
  } catch (error) {
    const { code, message, details } = serializeError(error);
    return { error: { code, message, details } };
  }
}

interface PickInput {
  readonly title?: string;
  readonly kind: keyof typeof FILTERS;
  readonly folder: boolean;
  readonly multiple: boolean;
}

const OK = { ok: true } as const;

const handlers: { readonly [Name in ShellCall]: (input: never, context: ShellContext) => unknown } = {
  getShell: (): ShellInfo => ({
    kind: 'desktop',
    platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux',
    canPickFiles: true,
    canShowInFolder: true,
    hasTitleBarOverlay,
    version: app.getVersion(),
  }),
  pickFiles: pickFiles,
  saveFile: saveFile,
  showInFolder: ({ path }: { path: string }) => {
    shell.showItemInFolder(path);
    return OK;
  },
  copyText: ({ text }: { text: string }) => {
    clipboard.writeText(text);
    return OK;
  },
  openLink: async ({ url }: { url: string }) => {
    if (!isOutsideLink(url)) throw new WorkbenchError('NOT_ALLOWED', `${url} is no https address.`, { url });
    await shell.openExternal(url);
    return OK;
  },
  setNativeTheme: ({ theme }: { theme: 'system' | 'light' | 'dark' }) => {
    nativeTheme.themeSource = theme;
    return OK;
  },
  restartEngine: (_: unknown, { engine }: ShellContext) => {
    engine.start();
    return OK;
  },
  engineLog: (_: unknown, { engine }: ShellContext) => ({ lines: engine.log }),
};

async function pickFiles(
  { title, kind, folder, multiple }: PickInput,
  { window, engine }: ShellContext,
): Promise<{ paths: string[] }> {
  const { filePaths } = await dialog.showOpenDialog(window, {
    ...(title === undefined ? {} : { title }),
    filters: folder ? [] : FILTERS[kind],
    properties: [folder ? 'openDirectory' : 'openFile', ...(multiple ? (['multiSelections'] as const) : [])],
  });
  // What a person picked may be read from now on.
  for (const path of filePaths) engine.allow(path);
  return { paths: filePaths };
}

async function saveFile(
  { name, base64 }: { name: string; base64: string },
  { window }: ShellContext,
): Promise<{ path: string | null }> {
  const { filePath } = await dialog.showSaveDialog(window, { defaultPath: name });
  if (!filePath) return { path: null };
  writeFileSync(filePath, Buffer.from(base64, 'base64'));
  return { path: filePath };
}
