// What a page in the window cannot do, tried from inside a real Electron.
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { callFromPage, projectRoot, shareDesktop } from '../support/desktop-app.ts';

const desktop = shareDesktop();

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

test('it runs no foreign or inline script, embeds no page and speaks to no other address', async () => {
  const result = await desktop.page.evaluate(async () => {
    const inline = document.createElement('script');
    inline.textContent = 'globalThis.inlineRan = true';
    /** The directive that refused what the element asks for; an image asks as soon as it has an address. */
    const refusal = (element: HTMLElement, address = ''): Promise<string> =>
      new Promise((resolve) => {
        const hear = ({ effectiveDirective }: SecurityPolicyViolationEvent): void => resolve(effectiveDirective);
        document.addEventListener('securitypolicyviolation', hear, { once: true });
        if (address !== '') element.setAttribute('src', address);
        document.body.append(element);
      });
    const foreign = document.createElement('script');
    const frame = document.createElement('iframe');
    const picture = new Image();
    const refused = [
      await refusal(inline),
      await refusal(foreign, 'data:text/javascript,globalThis.foreignRan = true'),
      await refusal(frame, 'https://example.com/'),
      await refusal(picture, 'https://example.com/a.png'),
    ];
    for (const element of [inline, foreign, frame, picture]) element.remove();
    const fetched = await fetch('https://example.com/').then(
      () => true,
      () => false,
    );
    return { ran: ['inlineRan', 'foreignRan'].filter((name) => name in globalThis), refused, fetched };
  });
  expect(result).toEqual({
    ran: [],
    refused: ['script-src-elem', 'script-src-elem', 'frame-src', 'img-src'],
    fetched: false,
  });
});

test('its address serves the files of the page and nothing else', async () => {
  const answers = await desktop.page.evaluate(async () => {
    const status = (url: string): Promise<number | string> =>
      fetch(url).then(
        (answer) => answer.status,
        () => 'refused',
      );
    return Promise.all(
      [
        'whittle-app://app/index.html',
        'whittle-app://app/../../package.json',
        'whittle-app://app/%2e%2e/%2e%2e/package.json',
        'whittle-app://app/..%2f..%2fpackage.json',
        'whittle-app://app//etc/passwd',
        'whittle-app://other/index.html',
        'file:///etc/passwd',
      ].map(status),
    );
  });
  expect(answers).toEqual([200, 404, 404, 404, 404, 'refused', 'refused']);
});

test('another page is not answered, though it has the same bridge', async () => {
  const answers = await desktop.app.evaluate(
    async ({ BrowserWindow }, preload) => {
      const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } });
      await other.loadURL('data:text/html,<p>not ours</p>');
      const answer = await other.webContents.executeJavaScript(`Promise.all([
        whittle.call('listTasks', {}), whittle.call('getShell', {}), whittle.call('copyText', { text: 'x' })])`);
      other.destroy();
      return answer as { error?: { code: string } }[];
    },
    join(projectRoot, 'out', 'preload', 'preload.cjs'),
  );
  expect(answers.map(({ error }) => error?.code)).toEqual(['NOT_ALLOWED', 'NOT_ALLOWED', 'NOT_ALLOWED']);
});

test('it gets no camera, no position and no notice', async () => {
  const answers = await desktop.page.evaluate(async () => {
    const media = await navigator.mediaDevices.getUserMedia({ audio: true }).then(
      () => 'granted',
      () => 'denied',
    );
    const position = await new Promise<string>((resolve) =>
      navigator.geolocation.getCurrentPosition(
        () => resolve('granted'),
        ({ code, PERMISSION_DENIED }) => resolve(code === PERMISSION_DENIED ? 'denied' : `error ${code}`),
      ),
    );
    const notice = await Notification.requestPermission();
    return { media, position, notice };
  });
  expect(answers).toEqual({ media: 'denied', position: 'denied', notice: 'denied' });
});

test('it reaches only files that a person picked', async () => {
  const calls: readonly (readonly [string, unknown])[] = [
    ['inspectModel', { model: '/etc/passwd' }],
    ['addFiles', { paths: ['/etc'] }],
    ['constructor', {}],
    ['openLink', { url: 'file:///etc/passwd' }],
    ['getJob', { jobId: { evil: true } }],
  ];
  const reply = await Promise.all(calls.map(([name, input]) => callFromPage(desktop.page, name, input)));
  const codes = reply.map(({ error }) => error?.code);
  expect(codes).toEqual(['NOT_ALLOWED', 'NOT_ALLOWED', 'UNKNOWN_CALL', 'BAD_INPUT', 'BAD_INPUT']);
});

test('a file that a script made has no path', async () => {
  const path = await desktop.page.evaluate(() => {
    const { pathForFile } = (globalThis as unknown as { whittle: { pathForFile: (file: File) => string } }).whittle;
    return pathForFile(new File(['x'], '/etc/passwd'));
  });
  expect(path).toBe('');
});
