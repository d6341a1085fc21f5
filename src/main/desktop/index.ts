// Electron's main process: one window over the engine's process. Translates between a desktop and the engine, and holds no opinion
// on models, recipes or scores.
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, type BrowserWindow, Menu, session } from 'electron';
import type { ShellEvent, WindowEvent } from '../../shared/events.ts';
import { defaultHomeFolder } from '../engine/home-folder.ts';
import { nodePath } from '../engine/jobs/node-path.ts';
import { EngineClient } from './engine-client.ts';
import { connectPage } from './ipc.ts';
import { lockDown } from './lock-down.ts';
import { makeMenu } from './menu.ts';
import { DEEP_LINK_SCHEME, isDeepLink } from './page-address.ts';
import { registerPageScheme, servePage } from './page-protocol.ts';
import { askToQuit } from './quit-question.ts';
import { JobWatch } from './watch-jobs.ts';
import { openWindow } from './window.ts';

/** out/main of a checkout or of the archive of the packaged app. */
const buildFolder = dirname(fileURLToPath(import.meta.url));
const appFolder = resolve(buildFolder, '../..');
/** A real Node reads no archives: packaged, what it runs lies beside Electron's. */
const enginePath = app.isPackaged
  ? join(process.resourcesPath, 'engine-app', 'engine', 'main', 'desktop', 'engine-process.js')
  : join(appFolder, 'out', 'start', 'engine-process.js');

/** Electron's own files lie in Whittle's folder, so that two homes are two apps. */
const userData = join(defaultHomeFolder(process.env, process.platform), 'desktop');
mkdirSync(userData, { recursive: true });
app.setPath('userData', userData);

const compileCache = join(userData, 'compile-cache');
const engine = new EngineClient({ nodePath: nodePath(process), entryPath: enginePath, compileCache });
const jobs = new JobWatch(engine);
let window: BrowserWindow | undefined;
let tellPage: ((event: WindowEvent) => void) | undefined;
/** What came before there was a page to tell. */
const waiting: ShellEvent[] = [];
let mayQuit = false;

function tell(event: ShellEvent): void {
  if (tellPage === undefined) waiting.push(event);
  else tellPage(event);
}

function showWindow(): void {
  if (window === undefined) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Addresses and files that the system hands over, on the command line or as events. */
function takeArguments(args: readonly string[]): void {
  for (const url of args.filter(isDeepLink)) tell({ type: 'deep-link', url });
  const paths = args.filter((arg) => /\.(gguf|safetensors)$/i.test(arg)).map((path) => resolve(path));
  if (paths.length === 0) return;
  for (const path of paths) engine.allow(path);
  tell({ type: 'files-opened', paths });
}

function open(): void {
  window = openWindow({
    preloadPath: join(buildFolder, '..', 'preload', 'preload.cjs'),
    statePath: join(app.getPath('userData'), 'window.json'),
  });
  jobs.window = window;
  const toPage = connectPage(window, engine);
  window.webContents.on('did-finish-load', () => {
    tellPage = toPage;
    for (const event of waiting.splice(0)) toPage(event);
  });
  window.on('close', (event) => void holdBack(event));
  window.on('closed', () => {
    window = undefined;
    tellPage = undefined;
  });
}

async function holdBack(event: { preventDefault: () => void }): Promise<void> {
  if (mayQuit || window === undefined || jobs.running === undefined) return;
  event.preventDefault();
  if (!(await askToQuit(window, jobs.running))) return;
  mayQuit = true;
  app.quit();
}

if (app.requestSingleInstanceLock()) {
  registerPageScheme();
  if (app.isPackaged) app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME);
  engine.start();
  app.on('second-instance', (_, args) => {
    showWindow();
    takeArguments(args.slice(1));
  });
  app.on('open-url', (event, url) => {
    event.preventDefault();
    takeArguments([url]);
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    takeArguments([path]);
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (!engine.isRunning) return;
    event.preventDefault();
    void engine.close().then(() => app.quit());
  });
  void app.whenReady().then(() => {
    lockDown(session.defaultSession);
    servePage(session.defaultSession, join(appFolder, 'out', 'renderer'));
    Menu.setApplicationMenu(makeMenu((command) => tell({ type: 'menu-command', command })));
    open();
    takeArguments(process.argv.slice(1));
  });
} else {
  app.quit();
}
