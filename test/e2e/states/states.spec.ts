// axe on every screen in the states that a real home seldom has: empty, busy, failed, long names. The engine's answers are made up.
import { type Browser, chromium, expect, test } from 'playwright/test';
import { type PreviewServer, preview } from 'vite';
import { openPage } from '../../../scripts/screens/open-page.ts';
import { SCENES } from '../../../scripts/screens/scenes.ts';
import { projectRoot } from '../support/desktop-app.ts';
import { findings } from '../support/findings.ts';
import { browserPath } from '../support/shell.ts';

test.skip(browserPath === '', 'no Chromium on this machine');

let browser: Browser;
let server: PreviewServer;

test.beforeAll(async () => {
  server = await preview({
    root: projectRoot,
    configFile: false,
    logLevel: 'warn',
    build: { outDir: 'out/renderer' },
    preview: { port: 0, host: '127.0.0.1' },
  });
  browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
});
test.afterAll(async () => {
  await browser?.close();
  await server?.close();
});

for (const { name, hash, world, prepare } of SCENES) {
  test(`${name} is without serious findings`, async () => {
    const url = `${server.resolvedUrls?.local[0] ?? ''}${hash}`;
    const { page, faults } = await openPage({ browser, url, world, theme: 'light', width: 1280, height: 800 });
    await page.locator('.screen').first().waitFor();
    await prepare?.(page);
    expect(await findings(page)).toEqual([]);
    // A made-up refusal is a failed request, which browsers note.
    expect(faults.filter((fault) => !fault.startsWith('Failed to load resource'))).toEqual([]);
    await page.context().close();
  });
}
