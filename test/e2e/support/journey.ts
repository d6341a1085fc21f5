// The whole way of a person: drop a model, preview, compress, chat, ask, read the chart, take it away; lose the engine in the middle,
// start again another day. Told once for both shells.
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'playwright/test';
import { editMetadata } from '../../../src/main/engine/gguf/edit-metadata.ts';
import { GgufValue } from '../../../src/main/engine/gguf/gguf-value.ts';
import { readGguf } from '../../../src/main/engine/gguf/read-gguf.ts';
import { projectRoot, removeHome, temporaryHome } from './desktop-app.ts';
import { drawSvg, openPdf, openPng, parseCsv } from './exported-files.ts';
import { Person, WORK_LIMIT_MS } from './person.ts';
import { dropFiles, type StartShell } from './shell.ts';

const DEMO = join(projectRoot, 'resources', 'demo-model', 'whittle-demo-f16.gguf');
const PROMPT = 'The capital of France is';
const FACTOID_TITLE = /^Factoid QA: .*(lost|down|equals)/;

export function tellJourney(start: StartShell): void {
  test.describe.configure({ mode: 'serial' });
  let home: string;
  let person: Person;

  test.beforeAll(async () => {
    home = temporaryHome();
    person = new Person(start, home);
    await person.open();
  });
  test.afterEach(() => expect(person.faults).toEqual([]));
  test.afterAll(async () => {
    await person?.close();
    removeHome(home);
  });

  test('a dropped model appears in the table', async () => {
    const { page } = person;
    // The number is what the preview of the coarsest version says.
    await expect(page.getByRole('button', { name: /^Show me what [34] bits forgets/ })).toBeVisible();
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
    const { page } = person;
    await person.goTo('Compress');
    await expect(page.getByRole('combobox', { name: 'Model to compress' })).toHaveValue(/Mein Modell/);
    await page.getByRole('button', { name: /As small as it gets/ }).click();
    const preview = page.getByRole('complementary', { name: 'Preview' });
    const size = preview.getByText(/^3\.\d\d MB$/).first();
    await expect(size).toBeVisible();
    const promised = await size.textContent();
    await preview.getByRole('checkbox', { name: /Then run KICK/ }).uncheck();
    await page.getByRole('button', { name: 'Compress', exact: true }).click();
    await person.goTo('Jobs');
    await expect(person.doneJobs().getByText(/Q2_K/).first()).toBeVisible({ timeout: WORK_LIMIT_MS });
    await person.goTo('Models');
    await expect(page.getByRole('row', { name: 'Q2_K' }).getByText(promised ?? '')).toBeVisible();
  });

  test('dense and version stand on the bench and answer the same question side by side', async () => {
    const { page } = person;
    const version = page.getByRole('checkbox', { name: /Q2_K.* on the bench/ });
    if (!(await version.isChecked())) await version.check();
    await person.goTo('Chat');
    await page.getByRole('textbox', { name: 'Prompt' }).fill(PROMPT);
    await page.keyboard.press('Enter');
    const answers = page.getByRole('article', { name: /^Answer of/ });
    // The models are loaded first.
    await expect(answers).toHaveCount(2, { timeout: WORK_LIMIT_MS });
    for (const answer of await answers.all()) {
      await expect(answer).toHaveAttribute('aria-busy', 'false', { timeout: WORK_LIMIT_MS });
      await expect(answer).toContainText(/\w.*\d+ tokens/s);
    }
    await expect(page.getByText(/t\/s decode/)).toHaveCount(2);
  });

  test('KICK asks both, and the chart moves while one looks at it', async () => {
    const { page } = person;
    await person.showBitsPerWeight();
    await expect(page.getByRole('heading', { level: 2, name: 'No scores yet' })).toBeVisible();
    await person.askOnly('Factoid QA', 60);
    await person.showBitsPerWeight();
    await expect(page.getByRole('heading', { level: 2, name: FACTOID_TITLE })).toBeVisible({ timeout: WORK_LIMIT_MS });
    await expect(page.getByText('So far.')).toBeHidden({ timeout: WORK_LIMIT_MS });
    await expect(page.getByRole('table').getByText('Q2_K')).toBeVisible();
    await person.goTo('Jobs');
    await expect(person.doneJobs().getByText(/Factoid QA/)).toHaveCount(2);
    await person.showBitsPerWeight();
  });

  const shownTitle = async (): Promise<string> => {
    const title = await person.page.getByRole('heading', { level: 2, name: FACTOID_TITLE }).textContent();
    return title?.trim() ?? '';
  };

  test('the exported SVG opens in another renderer and says what the screen says', async () => {
    const title = await shownTitle();
    const svg = (await person.exportAs('SVG')).toString('utf8');
    // Long titles are broken into lines, so the words are compared.
    const words = svg.replaceAll(/<[^>]+>/g, ' ');
    for (const word of title.split(' ')) expect(words).toContain(word);
    expect(svg).not.toMatch(/(href|src)="https?:/);
    const { width, height, colourCount } = drawSvg(svg);
    expect(width * height).toBeGreaterThan(500_000);
    expect(colourCount).toBeGreaterThan(20);
  });

  test('the exported PNG is not blank, and twice as wide when that was asked', async () => {
    const small = openPng(await person.exportAs('PNG, 1x'));
    const large = openPng(await person.exportAs('PNG, 2x'));
    expect(small.colourCount).toBeGreaterThan(20);
    expect(large.colourCount).toBeGreaterThan(20);
    expect(large.width).toBe(2 * small.width);
  });

  test('the exported PDF has one page with lines and text on it, in a typeface of its own', async () => {
    const pdf = openPdf(await person.exportAs('PDF'));
    expect(pdf.pageCount).toBe(1);
    expect(pdf.pageWidth * pdf.pageHeight).toBeGreaterThan(100_000);
    expect(pdf.fontCount).toBeGreaterThan(0);
    expect(pdf.textCount).toBeGreaterThan(10);
    expect(pdf.shapeCount).toBeGreaterThan(10);
  });

  test("the exported rows equal the store's, as CSV and as JSON", async () => {
    const stored = storedScores(home, 'factoid-qa');
    expect(stored).toHaveLength(2);
    const csv = parseCsv((await person.exportAs('CSV')).toString('utf8'));
    const json = JSON.parse((await person.exportAs('JSON')).toString('utf8')) as Record<string, unknown>[];
    for (const rows of [csv, json]) {
      const exported = rows.map((row) => ({
        sha256: String(row['model_sha256']),
        metric: String(row['metric']),
        value: Number(row['value']),
        low: Number(row['confidence_low']),
        high: Number(row['confidence_high']),
        items: Number(row['items']),
      }));
      expect(exported.sort((a, b) => a.sha256.localeCompare(b.sha256))).toEqual(stored);
    }
  });

  test('the HTML report stands by itself and holds both versions and the chart', async () => {
    const title = await shownTitle();
    const html = (await person.exportAs('Report, HTML')).toString('utf8');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain('<svg');
    expect(html).toContain('Q2_K');
    expect(html.replaceAll(/<[^>]+>/g, ' ')).toContain(title.split(':')[1]?.trim().split(' ')[0]);
    expect(html).not.toMatch(/(src|href)="(https?:|\/\/)|<script/);
  });

  test('an engine that dies in the middle of a run loses nothing: the run goes on', async () => {
    await person.askOnly('Multiple-choice QA', 250);
    await person.goTo('Jobs');
    const running = person.page.getByRole('region', { name: /Running/ });
    // Some answers are in, and not all.
    const progress = () => running.textContent({ timeout: WORK_LIMIT_MS });
    await expect.poll(progress, { intervals: [50], timeout: WORK_LIMIT_MS }).toMatch(/[1-9]\d* of 250/);
    await person.crashEngine();
    await person.goTo('Jobs');
    await expect(person.page.getByText(/when Whittle closed/).first()).toBeVisible();
    await person.page.getByRole('button', { name: 'Go on' }).first().click();
    await expect(person.doneJobs().getByText(/Multiple-choice QA/)).toHaveCount(2, { timeout: WORK_LIMIT_MS });
    expect(storedScores(home, 'multiple-choice-qa').map(({ items }) => items)).toEqual([250, 250]);
  });

  test('another day everything is still there', async () => {
    const before = storedScores(home, 'factoid-qa');
    await person.close();
    await person.open();
    const { page } = person;
    await person.goTo('Models');
    await expect(page.getByRole('row', { name: /Mein Modell/ }).first()).toBeVisible();
    await expect(page.getByRole('row', { name: 'Q2_K' }).first()).toBeVisible();
    await expect(page.getByRole('region', { name: 'Bench' })).toContainText('Q2_K');
    await person.showBitsPerWeight();
    await expect(page.getByRole('heading', { level: 2, name: FACTOID_TITLE })).toBeVisible();
    const charts = page.getByRole('complementary', { name: 'Charts by task' });
    await expect(charts.getByRole('img', { name: /^Multiple-choice QA/ })).toBeVisible();
    expect(storedScores(home, 'factoid-qa')).toEqual(before);
    await person.goTo('Jobs');
    await expect(person.doneJobs().getByText(/Q2_K/).first()).toBeVisible();
    await person.goTo('Chat');
    await page.getByRole('button', { name: 'Conversations' }).click();
    await page.getByRole('menuitem', { name: PROMPT }).click();
    await expect(page.getByRole('article', { name: /^Answer of/ })).toHaveCount(2);
  });
}

interface StoredScore {
  readonly sha256: string;
  readonly metric: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly items: number;
}

/** The main metric of each version, straight from the database. */
function storedScores(home: string, task: string): StoredScore[] {
  const store = new DatabaseSync(join(home, 'scores.sqlite'), { readOnly: true });
  const rows = store
    .prepare(
      `SELECT model_sha256 AS sha256, metric, value, confidence_low AS low, confidence_high AS high, item_count AS items
       FROM scores WHERE task = ? AND position = 0 ORDER BY model_sha256`,
    )
    .all(task);
  store.close();
  return rows.map((row) => ({ ...row }) as unknown as StoredScore);
}
