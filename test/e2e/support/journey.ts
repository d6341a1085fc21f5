// The whole way of a person: drop a model, preview, compress, chat, ask, read the chart, take it away; lose the engine in the middle,
// start again another day. Told once for both shells.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Resvg } from '@resvg/resvg-js';
import { expect, type Page, test } from 'playwright/test';
import { editMetadata } from '../../../src/main/engine/gguf/edit-metadata.ts';
import { GgufValue } from '../../../src/main/engine/gguf/gguf-value.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { projectRoot, removeHome, temporaryHome } from './desktop-app.ts';
import { dropFiles, type Shell, type StartShell } from './shell.ts';

const DEMO = join(projectRoot, 'resources', 'demo-model', 'whittle-demo-f16.gguf');

export function tellJourney(start: StartShell): void {
  test.describe.configure({ mode: 'serial' });
  let home: string;
  let shell: Shell;
  let page: Page;

  const open = async (): Promise<void> => {
    shell = await start(home);
    page = shell.page;
    page.on('pageerror', (error) => {
      throw error;
    });
  };
  const goTo = async (section: string): Promise<void> => {
    await page
      .getByRole('navigation')
      .getByRole('link', { name: section })
      .or(page.getByRole('navigation').getByRole('button', { name: section }))
      .first()
      .click();
    await expect(page.getByRole('heading', { level: 1, name: section })).toBeVisible();
  };

  test.beforeAll(async () => {
    home = temporaryHome();
    await open();
  });
  test.afterAll(async () => {
    await shell?.close();
    removeHome(home);
  });

  test('a dropped model appears in the table', async () => {
    await expect(page.getByRole('button', { name: /Show me what/ })).toBeVisible();
    const model = join(home, 'Mein Modell-F16.gguf');
    // Another file than the included one, so that its scores are its own.
    editMetadata(readGguf(DEMO), model, { set: new Map([['general.name', GgufValue.string('Mein Modell')]]) });
    await dropFiles(page, [model]);
    await expect(page.getByRole('row', { name: /Mein Modell/ }).first()).toBeVisible();
    await page
      .getByRole('checkbox', { name: /dense on the bench/ })
      .last()
      .check();
    await expect(page.getByRole('region', { name: 'Bench' })).toContainText('Mein Modell');
  });

  test('a recipe shows its exact size before it starts, and the file has it', async () => {
    await goTo('Compress');
    await expect(page.getByRole('combobox', { name: 'Model to compress' })).toHaveValue(/Mein Modell/);
    await page.getByRole('button', { name: /As small as it gets/ }).click();
    const preview = page.getByRole('complementary', { name: 'Preview' });
    const size = preview.getByText(/^3\.\d\d MB$/).first();
    await expect(size).toBeVisible();
    const promised = await size.textContent();
    await preview.getByRole('checkbox', { name: /Then run KICK/ }).uncheck();
    await page.getByRole('button', { name: 'Compress', exact: true }).click();
    await goTo('Jobs');
    await expect(page.getByRole('region', { name: /Done/ }).getByText(/Q2_K/).first()).toBeVisible({ timeout: 60_000 });
    await goTo('Models');
    await expect(page.getByRole('row', { name: 'Q2_K' }).getByText(promised ?? '')).toBeVisible();
  });

  test('dense and version stand on the bench and answer the same question side by side', async () => {
    const version = page.getByRole('checkbox', { name: /Q2_K.* on the bench/ });
    if (!(await version.isChecked())) await version.check();
    await goTo('Chat');
    await page.getByRole('textbox', { name: 'Prompt' }).fill('The capital of France is');
    await page.keyboard.press('Enter');
    const answers = page.getByRole('article', { name: /^Answer of/ });
    await expect(answers).toHaveCount(2);
    for (const answer of await answers.all())
      await expect(answer).toHaveAttribute('aria-busy', 'false', { timeout: 60_000 });
    await expect(page.getByText(/t\/s/).first()).toBeVisible();
  });

  test('KICK asks both, and the chart moves', async () => {
    await goTo('KICK');
    await page.getByRole('button', { name: 'None' }).click();
    await page.getByRole('checkbox', { name: 'Factoid QA' }).check();
    await page.getByRole('textbox', { name: 'Questions per task' }).fill('60');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await goTo('Jobs');
    await expect(page.getByRole('region', { name: /Done/ }).getByText(/factoid-qa/)).toHaveCount(2, {
      timeout: 60_000,
    });
    await goTo('Scores');
    await page.getByRole('radiogroup', { name: 'Axis' }).getByText('Bits per weight').click();
    await expect(page.getByRole('heading', { level: 2, name: /^Factoid QA: .*(lost|down|equals)/ })).toBeVisible({
      timeout: 60_000,
    });
    await expect(page.getByRole('table').getByText('Q2_K')).toBeVisible();
  });

  const exportAs = (title: string): Promise<string> =>
    shell.save(async () => {
      await page.getByRole('button', { name: 'Export', exact: true }).click();
      await page.getByRole('menuitem', { name: title, exact: true }).click();
    });

  test('the exported SVG opens in another renderer and shows what the screen shows', async () => {
    const title = (await page.getByRole('heading', { level: 2, name: /^Factoid QA/ }).textContent()) ?? '';
    const svg = readFileSync(await exportAs('SVG'), 'utf8');
    expect(svg).toContain(title.split(':')[1]?.trim().slice(0, 20));
    const { width, height, pixels } = new Resvg(svg, { font: { loadSystemFonts: false } }).render();
    expect(width * height).toBeGreaterThan(500_000);
    expect(coloursOf(pixels)).toBeGreaterThan(20);
  });

  test('the exported PNG is not blank', async () => {
    const png = readFileSync(await exportAs('PNG, 1x'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const colours = await page.evaluate(async (base64) => {
      const picture = new Image();
      picture.src = `data:image/png;base64,${base64}`;
      await picture.decode();
      const canvas = document.createElement('canvas');
      canvas.width = picture.width;
      canvas.height = picture.height;
      const context = canvas.getContext('2d')!;
      context.drawImage(picture, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      const seen = new Set<number>();
      for (let i = 0; i < data.length; i += 4) seen.add((data[i]! << 16) | (data[i + 1]! << 8) | data[i + 2]!);
      return seen.size;
    }, png.toString('base64'));
    expect(colours).toBeGreaterThan(20);
  });

  test("the exported CSV's rows equal the store's", async () => {
    const lines = readFileSync(await exportAs('CSV'), 'utf8')
      .trim()
      .split('\n');
    const head = lines[0]?.split(',') ?? [];
    const store = new DatabaseSync(join(home, 'scores.sqlite'), { readOnly: true });
    const stored = store.prepare('SELECT value, item_count FROM scores WHERE position = 0 ORDER BY value').all();
    store.close();
    const rows = lines
      .slice(1)
      .map((line) => line.split(','))
      .map((cells) => ({
        value: Number(cells[head.indexOf('value')]),
        item_count: Number(cells[head.indexOf('items')]),
      }))
      .sort((a, b) => a.value - b.value);
    expect(rows).toEqual(stored.map((row) => ({ value: row['value'], item_count: row['item_count'] })));
  });

  test('an engine that dies in the middle of a run loses nothing: the run goes on', async () => {
    await goTo('KICK');
    await page.getByText('New run').click();
    await page.getByRole('button', { name: 'None' }).click();
    await page.getByRole('checkbox', { name: 'Multiple-choice QA' }).check();
    await page.getByRole('textbox', { name: 'Questions per task' }).fill('200');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await goTo('Jobs');
    await expect(
      page
        .getByRole('region', { name: /Running/ })
        .getByText(/KICK/)
        .first(),
    ).toBeVisible();
    await shell.crashEngine();
    page = shell.page;
    await goTo('Jobs');
    await expect(page.getByText(/when Whittle closed/).first()).toBeVisible();
    await page.getByRole('button', { name: 'Go on' }).first().click();
    await expect(page.getByRole('region', { name: /Done/ }).getByText(/multiple-choice-qa/)).toHaveCount(2, {
      timeout: 120_000,
    });
  });

  test('another day everything is still there', async () => {
    await shell.close();
    await open();
    await goTo('Models');
    await expect(page.getByRole('row', { name: /Mein Modell/ }).first()).toBeVisible();
    await goTo('Scores');
    await page.getByRole('radiogroup', { name: 'Axis' }).getByText('Bits per weight').click();
    await expect(page.getByRole('heading', { level: 2, name: /^Factoid QA: .*(lost|down|equals)/ })).toBeVisible();
    await expect(
      page.getByRole('complementary', { name: 'Charts by task' }).getByRole('img', { name: /^Multiple-choice QA/ }),
    ).toBeVisible();
    await goTo('Jobs');
    await expect(page.getByRole('region', { name: /Done/ }).getByText(/Q2_K/).first()).toBeVisible();
  });
}

function coloursOf(pixels: Buffer): number {
  const seen = new Set<number>();
  for (let i = 0; i + 2 < pixels.length; i += 4) seen.add(pixels.readUIntBE(i, 3));
  return seen.size;
}
