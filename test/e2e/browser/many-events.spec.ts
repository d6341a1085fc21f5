// Ten thousand events while a page is open: its memory stays flat, and it still shows the last of them.
import { type Browser, chromium, expect, type Page, test } from 'playwright/test';
import { WorkbenchSession } from '../../../src/main/engine/session/workbench-session.ts';
import { type RunningServer, startServer } from '../../../src/main/server/http-server.ts';
import { pageFolder } from '../../../src/main/server/page-folder.ts';
import { sendAnswers, startFlood } from '../support/answer-flood.ts';
import { removeHome, temporaryHome } from '../support/desktop-app.ts';
import { browserPath } from '../support/shell.ts';
import { heapBytes } from '../support/window-probes.ts';

test.skip(browserPath === '', 'no Chromium on this machine');
test.setTimeout(120_000);

let home: string;
let session: WorkbenchSession;
let server: RunningServer;
let browser: Browser;
let page: Page;

test.beforeAll(async () => {
  home = temporaryHome();
  session = new WorkbenchSession({ home });
  server = await startServer({ session: session.served(), pageFolder: pageFolder(), port: 0, version: '0' });
  browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  page = await browser.newPage();
  await page.goto(server.url);
  await page.getByRole('button', { name: /Show me what/ }).waitFor();
});
test.afterAll(async () => {
  await browser?.close();
  session?.close();
  await server?.close();
  removeHome(home);
});

test('memory stays flat over ten thousand events', async () => {
  startFlood(session);
  await sendAnswers(session, 2500, 0);
  const before = await heapBytes(page);
  await sendAnswers(session, 5000, 2500);
  const after = await heapBytes(page);
  test.info().annotations.push({
    type: 'measured',
    description: `${Math.round(before / 1e6)} MB, then ${Math.round(after / 1e6)} MB`,
  });
  // 5,000 answers of 300 letters would be some megabytes by themselves.
  expect(after - before).toBeLessThan(4e6);
});
