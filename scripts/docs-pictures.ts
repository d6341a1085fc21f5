// The pictures of README and docs, from a real run of the demo: node scripts/setup.mjs scripts/docs-pictures.ts [--home DIR].
// A home in which the demo has run is used as it is; without one the demo is run first.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright';
import { startTwin, stopTwin } from '../test/e2e/support/shell.ts';

const CHROMIUM = process.env['WHITTLE_CHROMIUM'] ?? '/usr/bin/chromium';
const ROOT = resolve(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'docs', 'pictures');
const SIZE = { width: 1280, height: 800 };

type Theme = 'light' | 'dark';

interface Picture {
  readonly name: string;
  readonly theme: Theme;
  readonly take: (page: Page) => Promise<void>;
}

async function goTo(page: Page, section: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: section }).click();
  await page.getByRole('heading', { level: 1, name: section }).waitFor();
}

const PICTURES: readonly Picture[] = [
  {
    name: 'models',
    theme: 'light',
    take: async (page) => {
      await goTo(page, 'Models');
      await page.getByRole('row', { name: /Q2_K/ }).first().waitFor();
      for (const box of await page.getByRole('checkbox', { name: /on the bench/ }).all()) {
        await box.click();
        await page.waitForTimeout(500);
      }
      await page.getByRole('row', { name: /Q2_K/ }).first().click();
    },
  },
  {
    name: 'compress',
    theme: 'light',
    take: async (page) => {
      await goTo(page, 'Compress');
      await page.getByRole('button', { name: /As small as it gets/ }).click();
      await page.getByRole('complementary', { name: 'Preview' }).getByText(/MB/).first().waitFor();
    },
  },
  {
    name: 'chat',
    theme: 'light',
    take: async (page) => {
      await goTo(page, 'Chat');
      await page.getByRole('textbox', { name: 'Prompt' }).fill('What is the capital of Portugal?');
      await page.keyboard.press('Enter');
      const answers = page.getByRole('article', { name: /^Answer of/ });
      await answers.first().waitFor();
      await page.waitForFunction(
        () => [...document.querySelectorAll('article[aria-busy]')].every((item) => item.ariaBusy === 'false'),
        undefined,
        { timeout: 120_000 },
      );
    },
  },
  { name: 'kick', theme: 'light', take: (page) => goTo(page, 'KICK') },
  { name: 'scores', theme: 'light', take: (page) => goTo(page, 'Scores') },
  { name: 'scores-dark', theme: 'dark', take: (page) => goTo(page, 'Scores') },
  { name: 'settings', theme: 'dark', take: (page) => goTo(page, 'Settings') },
  {
    name: 'jobs',
    theme: 'light',
    take: async (page) => {
      await goTo(page, 'KICK');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await goTo(page, 'Jobs');
      await page
        .getByRole('region', { name: /Running/ })
        .getByText(/KICK/)
        .first()
        .waitFor();
    },
  },
];

async function takePictures(browser: Browser, home: string, pictures: readonly Picture[]): Promise<void> {
  const twin = await startTwin(home);
  try {
    await visit(browser, twin.url, pictures);
  } finally {
    await stopTwin(twin);
  }
}

async function visit(browser: Browser, url: string, pictures: readonly Picture[]): Promise<void> {
  const context = await browser.newContext({ viewport: SIZE });
  const page = await context.newPage();
  await page.goto(url);
  for (const { name, theme, take } of pictures) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await take(page);
    await page.evaluate(() => document.fonts.ready);
    // Charts draw once their data has come.
    await page.waitForTimeout(1_500);
    await page.mouse.move(SIZE.width - 2, SIZE.height - 2);
    await page.screenshot({ path: join(FOLDER, `${name}.png`) });
    console.log(join('docs', 'pictures', `${name}.png`));
  }
  await context.close();
}

const VERSIONS: Readonly<Record<string, readonly string[]>> = {
  'whittle-demo-Q4_K_M': ['--quantize', 'Q4_K_M'],
  'whittle-demo-Q2_K': ['--quantize', 'Q2_K'],
  'whittle-demo-wanda50': ['--prune', 'wanda', '--sparsity', '0.5'],
};

function whittle(home: string, args: readonly string[]): void {
  const script = join(ROOT, 'scripts', 'whittle.mjs');
  const { status } = spawnSync(process.execPath, [script, ...args, '--home', home], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`whittle ${args[0]} ended with ${status}`);
}

/** The demo keeps scores and no files; the pictures of models, chats and runs show a few. */
function homeAfterDemo(): string {
  const home = mkdtempSync(join(tmpdir(), 'whittle-pictures-'));
  whittle(home, ['demo', '--out', join(home, 'report')]);
  for (const [name, recipe] of Object.entries(VERSIONS)) {
    const path = join(home, `${name}.gguf`);
    whittle(home, ['compress', 'demo', path, ...recipe]);
    whittle(home, ['import', path]);
  }
  return home;
}

const { values: options } = parseArgs({ options: { home: { type: 'string' } } });
mkdirSync(FOLDER, { recursive: true });
const home = options.home ?? homeAfterDemo();
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
const firstRun: Picture = {
  name: 'first-run',
  theme: 'light',
  take: (page) => page.getByRole('button', { name: /Show me what/ }).waitFor(),
};
try {
  await takePictures(browser, mkdtempSync(join(tmpdir(), 'whittle-pictures-')), [firstRun]);
  await takePictures(browser, home, PICTURES);
} finally {
  await browser.close();
}
