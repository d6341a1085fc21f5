// The window: sandboxed, in the colours of the page before the page is there, where it was the last time.
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { PAGE_URL } from './page-address.ts';
import { fitToScreens, readWindowState, SMALLEST_WINDOW, writeWindowState } from './window-state.ts';

export interface WindowOptions {
  readonly preloadPath: string;
  readonly statePath: string;
}

/** `--bg` and `--ink-2` of the page's tokens. */
const COLOURS = {
  light: { background: '#eff3f1', symbols: '#33433e' },
  dark: { background: '#0d1311', symbols: '#b7c4bf' },
} as const;
const TITLE_BAR_PX = 42;
const SAVE_DELAY_MS = 500;

export const hasTitleBarOverlay = process.platform !== 'linux';

export function openWindow({ preloadPath, statePath }: WindowOptions): BrowserWindow {
  const state = readWindowState(statePath);
  const screens = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea);
  const window = new BrowserWindow({
    ...fitToScreens(state, screens),
    minWidth: SMALLEST_WINDOW.width,
    minHeight: SMALLEST_WINDOW.height,
    show: false,
    title: 'Whittle',
    backgroundColor: colours().background,
    ...titleBar(),
    webPreferences: {
      preload: preloadPath,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
    },
  });
  if (state?.isMaximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  followTheme(window);
  keepState(window, statePath);
  void window.loadURL(PAGE_URL);
  return window;
}

function colours() {
  return nativeTheme.shouldUseDarkColors ? COLOURS.dark : COLOURS.light;
}

function titleBar() {
  if (process.platform === 'darwin') return { titleBarStyle: 'hiddenInset' as const };
  if (!hasTitleBarOverlay) return {};
  return { titleBarStyle: 'hidden' as const, titleBarOverlay: overlay() };
}

function overlay() {
  const { background, symbols } = colours();
  return { color: background, symbolColor: symbols, height: TITLE_BAR_PX };
}

function followTheme(window: BrowserWindow): void {
  const update = (): void => {
    window.setBackgroundColor(colours().background);
    if (process.platform === 'win32') window.setTitleBarOverlay(overlay());
  };
  nativeTheme.on('updated', update);
  window.once('closed', () => nativeTheme.off('updated', update));
}

/** The size it has when it is not maximized, so that un-maximizing works after a restart too. */
function keepState(window: BrowserWindow, path: string): void {
  let timer: NodeJS.Timeout | undefined;
  const save = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (!window.isDestroyed())
      writeWindowState(path, { ...window.getNormalBounds(), isMaximized: window.isMaximized() });
  };
  const later = (): void => {
    timer ??= setTimeout(save, SAVE_DELAY_MS);
  };
  window.on('resize', later);
  window.on('move', later);
  window.on('maximize', later);
  window.on('unmaximize', later);
  window.on('close', save);
}
