// axe on every screen and on all that opens over one, light and dark: no serious finding. Every screen is reached by the keyboard.
import { expect, type Page, test } from 'playwright/test';
import { removeHome, temporaryHome } from '../support/desktop-app.ts';
import { DIALOGS } from '../support/dialogs.ts';
import { findings } from '../support/findings.ts';
import { type Section, WORK_LIMIT_MS } from '../support/person.ts';
import { browserPath, type Shell, startBrowser } from '../support/shell.ts';

test.skip(browserPath === '', 'no Chromium on this machine');

const SECTIONS: readonly Section[] = ['Models', 'Compress', 'Chat', 'KICK', 'Scores', 'Jobs'];

let home: string;
let shell: Shell;
let page: Page;

/** The first run, begun by the keyboard, fills the screens. */
test.beforeAll(async () => {
  home = temporaryHome();
  shell = await startBrowser(home);
  page = shell.page;
  await page.getByRole('button', { name: /Show me what/ }).press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Scores' })).toBeVisible();
  await expect(page.getByRole('heading', { level: 2, name: /^Factoid QA/ })).toBeVisible({ timeout: WORK_LIMIT_MS });
  await expect(page.getByText('So far.')).toBeHidden({ timeout: WORK_LIMIT_MS });
});
test.afterAll(async () => {
  await shell?.close();
  removeHome(home);
});

async function goByKey(section: Section): Promise<void> {
  await page.keyboard.press(`Control+${SECTIONS.indexOf(section) + 1}`);
  await expect(page.getByRole('heading', { level: 1, name: section })).toBeVisible();
}

for (const section of SECTIONS) {
  test(`${section} is reached by the keyboard and without serious findings`, async () => {
    await goByKey(section);
    expect(await findings(page)).toEqual([]);
  });
}

test('settings and the palette are without serious findings', async () => {
  await page.keyboard.press('Control+,');
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  expect(await findings(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

for (const { section, name, open, part } of DIALOGS) {
  test(`${section}: ${name} is without serious findings`, async () => {
    // What the last one left open goes away.
    await page.reload();
    await page.getByRole('navigation').waitFor();
    await goByKey(section);
    await open(page);
    await page.locator(part).first().waitFor();
    expect(await findings(page, part)).toEqual([]);
  });
}
