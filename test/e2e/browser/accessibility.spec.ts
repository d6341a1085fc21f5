// axe on every screen, light and dark: no serious finding. Every screen is reached by the keyboard.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from 'playwright/test';
import { removeHome, temporaryHome } from '../support/desktop-app.ts';
import { browserPath, type Shell, startBrowser } from '../support/shell.ts';

test.skip(browserPath === '', 'no Chromium on this machine');

const SCREENS = ['Models', 'Compress', 'Chat', 'KICK', 'Scores', 'Jobs'] as const;

let home: string;
let shell: Shell;
let page: Page;

test.beforeAll(async () => {
  home = temporaryHome();
  shell = await startBrowser(home);
  page = shell.page;
  await page.getByRole('button', { name: /Show me what/ }).waitFor();
});
test.afterAll(async () => {
  await shell?.close();
  removeHome(home);
});

async function findings(): Promise<string[]> {
  // Transitions end before colours are measured.
  await page.waitForTimeout(400);
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
}

for (const scheme of ['light', 'dark'] as const) {
  test(`the first screen is without serious findings, ${scheme}`, async () => {
    await page.emulateMedia({ colorScheme: scheme });
    expect(await findings()).toEqual([]);
  });
}

test('a run fills the screens', async () => {
  await page.keyboard.press('Enter');
  await page
    .getByRole('button', { name: /Show me what/ })
    .click({ timeout: 2000 })
    .catch(() => undefined);
  await expect(page.getByRole('heading', { level: 1, name: 'Scores' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: /^Factoid QA/ })).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText('So far.')).toBeHidden({ timeout: 120_000 });
});

for (const scheme of ['light', 'dark'] as const) {
  for (const [index, name] of SCREENS.entries()) {
    test(`${name} is reached by the keyboard and without serious findings, ${scheme}`, async () => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.keyboard.press(`Control+${index + 1}`);
      await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
      expect(await findings()).toEqual([]);
    });
  }

  test(`settings and the palette are without serious findings, ${scheme}`, async () => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.keyboard.press('Control+,');
    await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
    expect(await findings()).toEqual([]);
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await findings()).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
  });
}
