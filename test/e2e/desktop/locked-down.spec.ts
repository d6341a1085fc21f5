// What a page in the window cannot do, tried from inside a real Electron.
import { expect, test } from 'playwright/test';
import {
  type DesktopApp,
  removeHome,
  skipWithoutElectron,
  startDesktop,
  temporaryHome,
} from '../support/desktop-app.ts';

skipWithoutElectron();

let home: string;
let desktop: DesktopApp;

test.beforeAll(async () => {
  home = temporaryHome();
  desktop = await startDesktop(home);
});
test.afterAll(async () => {
  await desktop?.app.close();
  removeHome(home);
});

test('the page has three functions and nothing of Node or Electron', async () => {
  const found = await desktop.page.evaluate(() => ({
    bridge: Object.keys((globalThis as unknown as { whittle: object }).whittle).sort(),
    globals: ['require', 'process', 'module', 'Buffer', '__dirname'].filter((name) => name in globalThis),
    address: location.href,
  }));
  expect(found).toEqual({
    bridge: ['call', 'pathForFile', 'subscribe'],
    globals: [],
    address: expect.stringMatching(/^whittle-app:\/\/app\/index\.html/),
  });
});

test('the window is sandboxed, isolated and without Node', async () => {
  const preferences = await desktop.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const contents = window?.webContents as unknown as { getLastWebPreferences: () => Record<string, unknown> };
    return contents.getLastWebPreferences();
  });
  expect(preferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
  });
  expect(preferences['webviewTag'] ?? false).toBe(false);
});

test('it goes nowhere else and opens no window', async () => {
  const { app, page } = desktop;
  const before = page.url();
  await page.evaluate(() => {
    location.href = 'https://example.com/';
  });
  await page.evaluate(() => {
    location.href = 'file:///etc/passwd';
  });
  const opened = await page.evaluate(() => window.open('https://example.com/') !== null);
  await page.waitForTimeout(300);
  expect(opened).toBe(false);
  expect(page.url()).toBe(before);
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('it runs no foreign or inline script and speaks to no other address', async () => {
  const result = await desktop.page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.inlineRan = true';
    document.head.append(script);
    const fetched = await fetch('https://example.com/').then(
      () => true,
      () => false,
    );
    return { inline: 'inlineRan' in globalThis, fetched };
  });
  expect(result).toEqual({ inline: false, fetched: false });
});

test('it gets no camera, no position and no notice', async () => {
  const answers = await desktop.page.evaluate(async () => {
    const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'granted',
      () => 'denied',
    );
    const notice = await Notification.requestPermission();
    return { media, notice };
  });
  expect(answers).toEqual({ media: 'denied', notice: 'denied' });
});

test('it reaches only files that a person picked', async () => {
  const reply = await desktop.page.evaluate(() => {
    const { call } = (
      globalThis as unknown as { whittle: { call: (name: string, input: unknown) => Promise<unknown> } }
    ).whittle;
    return Promise.all([
      call('inspectModel', { model: '/etc/passwd' }),
      call('addFiles', { paths: ['/etc'] }),
      call('constructor', {}),
      call('openLink', { url: 'file:///etc/passwd' }),
      call('getJob', { jobId: { evil: true } }),
    ]);
  });
  const codes = reply.map((answer) => (answer as { error?: { code: string } }).error?.code);
  expect(codes).toEqual(['NOT_ALLOWED', 'NOT_ALLOWED', 'UNKNOWN_CALL', 'BAD_INPUT', 'BAD_INPUT']);
});

test('a file that a script made has no path', async () => {
  const path = await desktop.page.evaluate(() => {
    const { pathForFile } = (globalThis as unknown as { whittle: { pathForFile: (file: File) => string } }).whittle;
    return pathForFile(new File(['x'], '/etc/passwd'));
  });
  expect(path).toBe('');
});
