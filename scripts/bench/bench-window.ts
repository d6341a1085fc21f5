// The window as a person feels it, in Electron and in a browser on the twin: how soon it is there, also over a large home, how evenly
// it scrolls, how long a change of a form takes to show its size, what ten thousand events leave behind.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { WorkbenchSession } from '../../src/main/engine/session/workbench-session.ts';
import { startServer } from '../../src/main/server/http-server.ts';
import { pageFolder } from '../../src/main/server/page-folder.ts';
import { sendAnswers, startFlood } from '../../test/e2e/support/answer-flood.ts';
import { heapBytes, interactiveAt, scrollFrames, type Target } from '../../test/e2e/support/window-probes.ts';
import { makeLargeHome } from '../../test/support/make-large-home.ts';
import { benchDryRun, benchPreview } from './bench-preview.ts';
import { type BenchReport, median } from './bench-report.ts';
import type { BenchSetting } from './bench-setting.ts';
import { addTimes, type BenchShell, runInShells, withShell } from './window-shells.ts';

const START_BAR_MS = 1500;
const LARGE_START_BAR_MS = 2000;
/** 60 frames a second, and the clock's own unevenness. */
const FRAME_BAR_MS = 17.5;
const HEAP_BAR_BYTES = 2e6;
const LARGE_HOME = { modelCount: 500, scoreCount: 10_000 };

export async function benchWindow(setting: BenchSetting, report: BenchReport): Promise<void> {
  const types = await benchDryRun(setting, report);
  const largeHome = folderFor(setting, 'large-home');
  makeLargeHome(largeHome, LARGE_HOME);
  await runInShells(report, async (shells, browserPath) => {
    for (const shell of shells) {
      await benchStart(shell, setting, report);
      await benchLargeHome(shell, { home: largeHome, repeats: setting.repeats, report });
      await benchPreview(shell, { setting, report, types });
    }
    if (browserPath !== '') await benchEvents(folderFor(setting, 'events'), report, browserPath);
  });
}

function folderFor({ folder }: BenchSetting, name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}

const DEMO_BUTTON: Target = { selector: 'button', text: 'Show me what' };
const SIXTH_ROW: Target = { selector: '[role="row"]', index: 5 };

/** Milliseconds from the start of the first process. The first start of all reads everything from disk and is not counted. */
async function startTimes(shell: BenchShell, home: string, repeats: number, target: Target): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index <= repeats; index += 1) {
    await withShell(shell, home, async ({ page, startedAt }) => {
      times.push((await interactiveAt(page, target)) - startedAt);
    });
  }
  return times.slice(1);
}

async function benchStart(shell: BenchShell, setting: BenchSetting, report: BenchReport): Promise<void> {
  const home = folderFor(setting, `start-${shell.name}`);
  const times = await startTimes(shell, home, setting.repeats, DEMO_BUTTON);
  addTimes(report, `${shell.name}: interactive after launch`, times, START_BAR_MS);
}

interface LargeHomeBench {
  readonly home: string;
  readonly repeats: number;
  readonly report: BenchReport;
}

async function benchLargeHome(shell: BenchShell, { home, repeats, report }: LargeHomeBench): Promise<void> {
  const what = `${shell.name} over ${LARGE_HOME.modelCount} models and ${LARGE_HOME.scoreCount} scores`;
  const times = await startTimes(shell, home, repeats, SIXTH_ROW);
  addTimes(report, `${what}: interactive after launch`, times, LARGE_START_BAR_MS);
  const frames = await withShell(shell, home, async ({ page }) => {
    await interactiveAt(page, SIXTH_ROW);
    return await scrollFrames(page);
  });
  const p95 = frames.toSorted((a, b) => a - b)[Math.floor(frames.length * 0.95)]!;
  report.add({
    what: `${what}: time between frames while scrolling`,
    measured: `median ${median(frames).toFixed(1)} ms, 95 % below ${p95.toFixed(1)} ms`,
    bar: `median ${FRAME_BAR_MS} ms`,
    passed: median(frames) <= FRAME_BAR_MS,
  });
}

async function benchEvents(home: string, report: BenchReport, browserPath: string): Promise<void> {
  const session = new WorkbenchSession({ home });
  const server = await startServer({ session: session.served(), pageFolder: pageFolder(), port: 0, version: '0' });
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(server.url);
    await page.getByRole('button', { name: /Show me what/ }).waitFor();
    startFlood(session);
    await sendAnswers(session, 2500, 0);
    const before = await heapBytes(page);
    await sendAnswers(session, 5000, 2500);
    const after = await heapBytes(page);
    report.add({
      what: 'heap of the page over 10,000 events, after the first 5,000',
      measured: `${(before / 1e6).toFixed(1)} MB, then ${(after / 1e6).toFixed(1)} MB`,
      bar: `at most ${HEAP_BAR_BYTES / 1e6} MB more`,
      passed: after - before <= HEAP_BAR_BYTES,
    });
  } finally {
    await browser.close();
    session.close();
    await server.close();
  }
}
