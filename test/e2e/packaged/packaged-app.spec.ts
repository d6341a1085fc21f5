// The packaged app, from a folder with blanks and letters outside ASCII: it starts, compresses and scores on its own Node.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, expect, type Page, test } from 'playwright/test';
import { callFromPage, projectRoot, removeHome, skipWithoutElectron, temporaryHome } from '../support/desktop-app.ts';
import { openPng } from '../support/exported-files.ts';
import { WORK_LIMIT_MS } from '../support/person.ts';

const release = join(projectRoot, 'release', 'linux-unpacked');
skipWithoutElectron();
test.skip(!existsSync(release), 'nothing was packaged here: npm run package');

let folder: string;
let program: ChildProcess;
let browser: Browser;
let page: Page;

test.beforeAll(async () => {
  folder = temporaryHome();
  const app = join(folder, 'Größe und Maß', 'Whittle');
  mkdirSync(app, { recursive: true });
  cpSync(release, app, { recursive: true });
  const home = join(folder, 'ein Zuhause');
  // Its fuses leave no Node debugger, so it is reached as a browser.
  program = spawn(join(app, 'whittle'), ['--no-sandbox', '--remote-debugging-port=0'], {
    cwd: folder,
    env: { ...process.env, WHITTLE_HOME: home },
  });
  browser = await chromium.connectOverCDP(await debuggingAddress(program));
  await expect.poll(() => browser.contexts()[0]?.pages().length ?? 0).toBeGreaterThan(0);
  page = browser.contexts()[0]!.pages()[0]!;
  await page.waitForFunction(() => document.querySelector('#root')?.childElementCount);
});
test.afterAll(async () => {
  await browser?.close();
  program?.kill();
  removeHome(folder);
});

function debuggingAddress(started: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    started.stderr?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const match = /DevTools listening on ws:\/\/([\d.:]+)\//.exec(text);
      if (match !== null) resolve(`http://${match[1]}`);
    });
    started.on('exit', (code) => reject(new Error(`the app ended with ${code}: ${text}`)));
  });
}

const call = (name: string, input: unknown) => callFromPage(page, name, input);

/** How the job ended, with its reason. */
async function ended(jobId: string): Promise<string> {
  let words = '';
  const look = async (): Promise<string> => {
    const job = (await call('getJob', { jobId })).output as { state: string; error?: { message: string } };
    words = [job.state, job.error?.message].filter(Boolean).join(': ');
    return job.state;
  };
  await expect.poll(look, { timeout: WORK_LIMIT_MS }).toMatch(/done|failed/);
  return words;
}

test('it shows its page', async () => {
  expect(page.url()).toMatch(/^whittle-app:\/\/app\//);
  await expect(page.getByRole('navigation')).toBeVisible();
});

test('it compresses and scores', async () => {
  const outputPath = join(folder, 'ein Zuhause', 'models', 'klein-Q4_K_M.gguf');
  const recipe = {
    steps: [
      { method: 'wanda', params: { sparsity: 0.5 } },
      { method: 'quantize', params: { type: 'Q4_K_M' } },
    ],
  };
  const { output: job } = await call('startJob', { kind: 'compress', input: { model: 'demo', recipe, outputPath } });
  expect(await ended((job as { id: string }).id)).toBe('done');
  expect(existsSync(outputPath)).toBe(true);
  const { output: run } = await call('startKickRun', { models: ['demo'], tasks: ['factoid-qa'], limit: 30 });
  const { jobId } = (run as { cells: { jobId: string }[] }).cells[0]!;
  expect(await ended(jobId)).toBe('done');
});

test('it draws a chart', async () => {
  const { output } = await call('exportChart', { axis: 'bitsPerWeight', format: 'png', scale: 1 });
  const { base64 } = output as { base64: string };
  expect(openPng(Buffer.from(base64, 'base64')).colourCount).toBeGreaterThan(20);
});
