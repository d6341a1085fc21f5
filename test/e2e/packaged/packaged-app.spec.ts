// The packaged app, from a folder with blanks and letters outside ASCII: it starts, compresses and scores on its own Node.
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, expect, type Page, test } from 'playwright/test';
import { projectRoot, removeHome, skipWithoutElectron, temporaryHome } from '../support/desktop-app.ts';

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

interface Answer {
  readonly output?: never;
  readonly error?: { readonly code: string };
}

function call(name: string, input: unknown): Promise<Answer> {
  return page.evaluate(
    ([calledName, calledInput]) =>
      (globalThis as unknown as { whittle: { call: (name: unknown, input: unknown) => Promise<Answer> } }).whittle.call(
        calledName,
        calledInput,
      ),
    [name, input],
  );
}

async function ended(
  jobId: string,
): Promise<{ readonly state: string; readonly error?: { readonly message: string }; readonly output?: unknown }> {
  let job: { state: string; error?: { message: string }; output?: unknown } = { state: '' };
  await expect
    .poll(
      async () => {
        job = (await call('getJob', { jobId })).output ?? job;
        return job.state;
      },
      { timeout: 120_000 },
    )
    .toMatch(/done|failed/);
  return job;
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
  expect((await ended((job as unknown as { id: string }).id)).state).toBe('done');
  expect(existsSync(outputPath)).toBe(true);
  const { output: run } = await call('startKickRun', { models: ['demo'], tasks: ['factoid-qa'], limit: 30 });
  const { jobId } = (run as unknown as { cells: { jobId: string }[] }).cells[0]!;
  expect((await ended(jobId)).state).toBe('done');
});

test('it draws a chart', async () => {
  const { output } = await call('exportChart', { axis: 'bitsPerWeight', format: 'png', scale: 1 });
  const file = output as unknown as { base64: string };
  expect(Buffer.from(file.base64, 'base64').subarray(1, 4).toString()).toBe('PNG');
});
