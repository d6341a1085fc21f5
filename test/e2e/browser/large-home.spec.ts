// Five hundred models and ten thousand scores: the page is soon there and scrolls.
import { expect, type Page, test } from 'playwright/test';
import { makeLargeHome } from '../../support/make-large-home.ts';
import { removeHome, temporaryHome } from '../support/desktop-app.ts';
import { browserPath, type Shell, startBrowser } from '../support/shell.ts';
import { scrollFrames } from '../support/window-probes.ts';

test.skip(browserPath === '', 'no Chromium on this machine');

let home: string;
let shell: Shell;
let page: Page;

test.beforeAll(async () => {
  home = temporaryHome();
  makeLargeHome(home, { modelCount: 500, scoreCount: 10_000 });
  shell = await startBrowser(home);
  page = shell.page;
  // The first visit reads every header once; afterwards they are remembered.
  await expect(page.getByRole('heading', { level: 1, name: 'Models' })).toBeVisible({ timeout: 120_000 });
  await expect(page.getByRole('row').nth(5)).toBeVisible({ timeout: 120_000 });
});
test.afterAll(async () => {
  await shell?.close();
  removeHome(home);
});

test('the models are listed soon after a visit', async () => {
  const startMs = performance.now();
  await page.reload();
  await expect(page.getByRole('row').nth(5)).toBeVisible();
  const elapsedMs = performance.now() - startMs;
  test.info().annotations.push({ type: 'measured', description: `${Math.round(elapsedMs)} ms` });
  // Test machines are busy; what is promised is measured by the benchmark.
  expect(elapsedMs).toBeLessThan(15_000);
});

test('the table scrolls evenly', async () => {
  const frames = (await scrollFrames(page)).sort((a, b) => a - b);
  const medianMs = frames[Math.floor(frames.length / 2)]!;
  test.info().annotations.push({ type: 'measured', description: `median frame ${medianMs.toFixed(1)} ms` });
  // Far from even on any machine; what is promised is measured by the benchmark.
  expect(medianMs).toBeLessThan(100);
});

test('its rows in the document stay few', async () => {
  expect(await page.getByRole('row').count()).toBeLessThan(150);
});

test('the scores are drawn', async () => {
  const startMs = performance.now();
  await page.keyboard.press('Control+5');
  await expect(page.getByRole('heading', { level: 2 }).first()).toBeVisible();
  const elapsedMs = performance.now() - startMs;
  test.info().annotations.push({ type: 'measured', description: `${Math.round(elapsedMs)} ms` });
  expect(elapsedMs).toBeLessThan(15_000);
});
