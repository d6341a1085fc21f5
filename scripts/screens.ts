// Takes pictures of every screen x state x theme x size into one folder, and fails where text is cut off without an ellipsis.
// Usage: screens.ts [--out DIR] [--only PART] [--theme light|dark] [--size 1280x800]; the page is built first unless --no-build.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import { findClippedText } from './screens/clipped-text.ts';
import { openPage } from './screens/open-page.ts';
import { SCENES, type Scene } from './screens/scenes.ts';

const SIZES = ['1280x800', '1000x700'] as const;
const THEMES = ['light', 'dark'] as const;
const CHROMIUM = process.env['WHITTLE_CHROMIUM'] ?? '/usr/bin/chromium';
const ROOT = resolve(import.meta.dirname, '../src/renderer');
const PAGE_FOLDER = resolve(import.meta.dirname, '../out/pictures-page');

const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: 'test-results/screens' },
    only: { type: 'string' },
    theme: { type: 'string' },
    size: { type: 'string' },
    'no-build': { type: 'boolean', default: false },
  },
});

interface Shot {
  readonly scene: Scene;
  readonly theme: 'light' | 'dark';
  readonly size: string;
}

function wantedShots(): Shot[] {
  const scenes = SCENES.filter(({ name }) => options.only === undefined || name.includes(options.only));
  const themes = THEMES.filter((theme) => options.theme === undefined || theme === options.theme);
  const sizes = SIZES.filter((size) => options.size === undefined || size === options.size);
  return scenes.flatMap((scene) => themes.flatMap((theme) => sizes.map((size) => ({ scene, theme, size }))));
}

if (!options['no-build'])
  await build({ root: ROOT, base: './', logLevel: 'error', build: { outDir: PAGE_FOLDER, emptyOutDir: true } });
const server = await preview({
  root: ROOT,
  logLevel: 'warn',
  build: { outDir: PAGE_FOLDER },
  preview: { port: 0, host: '127.0.0.1' },
});
const address = server.resolvedUrls?.local[0] ?? '';
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
const folder = resolve(options.out);
mkdirSync(folder, { recursive: true });
let faultCount = 0;

for (const { scene, theme, size } of wantedShots()) {
  const [width = 1280, height = 800] = size.split('x').map(Number);
  const { page, unanswered, faults } = await openPage({
    browser,
    url: `${address}${scene.hash}`,
    world: scene.world,
    theme,
    width,
    height,
  });
  // While a screen's code is on its way, an empty one that is busy stands in for it.
  await page.locator('.screen:not([aria-busy=true]), .first-run').first().waitFor({ timeout: 60_000 });
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.fonts.ready);
  await scene.prepare?.(page);
  await page.waitForTimeout(250);
  const name = `${scene.name}-${theme}-${size}`;
  await page.screenshot({ path: join(folder, `${name}.png`) });
  const clipped = await page.evaluate(findClippedText);
  for (const { text, where } of clipped) console.error(`${name}: cut off without an ellipsis: "${text}" by ${where}`);
  for (const call of unanswered) console.error(`${name}: no made-up answer to ${call}`);
  for (const fault of faults.filter((text) => !text.startsWith('Failed to load resource')))
    console.error(`${name}: ${fault}`);
  faultCount += clipped.length + faults.filter((text) => !text.startsWith('Failed to load resource')).length;
  await page.context().close();
}
await browser.close();
await server.close();
console.log(`${folder}: ${wantedShots().length} pictures, ${faultCount} faults`);
process.exitCode = faultCount > 0 ? 1 : 0;
