// Ten thousand events while a page is open: its memory stays flat, and it still shows the last of them.
import { type Browser, chromium, expect, type Page, test } from 'playwright/test';
import { WorkbenchSession } from '../../../src/main/engine/session/workbench-session.ts';
import { type RunningServer, startServer } from '../../../src/main/server/http-server.ts';
import { pageFolder } from '../../../src/main/server/page-folder.ts';
import type { Job } from '../../../src/shared/job.ts';
import { removeHome, temporaryHome } from '../support/desktop-app.ts';
import { browserPath } from '../support/shell.ts';

test.skip(browserPath === '', 'no Chromium on this machine');
test.setTimeout(120_000);

let home: string;
let session: WorkbenchSession;
let server: RunningServer;
let browser: Browser;
let page: Page;

test.beforeAll(async () => {
  home = temporaryHome();
  session = new WorkbenchSession({ home });
  server = await startServer({ session: session.served(), pageFolder: pageFolder(), port: 0, version: '0' });
  browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  page = await browser.newPage();
  await page.goto(server.url);
  await page.getByRole('button', { name: /Show me what/ }).waitFor();
});
test.afterAll(async () => {
  await browser?.close();
  session?.close();
  await server?.close();
  removeHome(home);
});

const job: Job = {
  id: 'job-1',
  kind: 'kick',
  state: 'running',
  title: 'KICK of many',
  models: ['demo'],
  input: {},
  canResume: true,
  createdAt: 0,
  elapsedMs: 0,
};

async function send(count: number, from: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const done = from + index;
    session.events.emit({
      type: 'job-progress',
      jobId: job.id,
      progress: { stage: 'asking', done, total: 100_000, unit: 'questions' },
    });
    const sample = {
      index: done,
      id: `q${done}`,
      prompt: 'p'.repeat(300),
      answer: 'a',
      expected: ['a'],
      score: 1,
      outcome: 'answered' as const,
    };
    session.events.emit({ type: 'answers', jobId: job.id, model: 'demo', task: 'factoid-qa', answers: [{ sample }] });
    if (index % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function heapBytes(): Promise<number> {
  const client = await page.context().newCDPSession(page);
  await client.send('HeapProfiler.collectGarbage');
  const { usedSize } = await client.send('Runtime.getHeapUsage');
  await client.detach();
  return usedSize;
}

test('memory stays flat over ten thousand events', async () => {
  session.events.emit({ type: 'job-changed', job });
  await send(2500, 0);
  const before = await heapBytes();
  await send(5000, 2500);
  const after = await heapBytes();
  test.info().annotations.push({
    type: 'measured',
    description: `${Math.round(before / 1e6)} MB, then ${Math.round(after / 1e6)} MB`,
  });
  // 5,000 answers of 300 letters would be some megabytes by themselves.
  expect(after - before).toBeLessThan(4e6);
});
