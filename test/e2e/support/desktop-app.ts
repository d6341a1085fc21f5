// Starts the real Electron on a home folder of its own, as `npm start` does, and looks into it from outside.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication, errors, type Page, test } from 'playwright/test';

export const projectRoot = fileURLToPath(new URL('../../../', import.meta.url));
export const electronFolder = process.env['WHITTLE_ELECTRON'] ?? '';

export function skipWithoutElectron(): void {
  test.skip(electronFolder === '', 'no Electron or no screen on this machine');
}

export function temporaryHome(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'whittle-e2e-')));
}

export function removeHome(home: string): void {
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

const LAUNCH_LIMIT_MS = 45_000;

/** One window for all tests of a file, on a home of its own. */
export function shareDesktop(): { readonly app: ElectronApplication; readonly page: Page } {
  skipWithoutElectron();
  let home: string;
  let desktop: DesktopApp;
  test.beforeAll(async () => {
    home = temporaryHome();
    desktop = await startDesktop(home);
  });
  test.afterAll(async () => {
    await desktop?.app.close();
    removeHome(home);
  });
  return {
    get app() {
      return desktop.app;
    },
    get page() {
      return desktop.page;
    },
  };
}

interface Answer {
  readonly output?: unknown;
  readonly error?: { readonly code: string };
}

/** A call as the page makes it. */
export function callFromPage(page: Page, name: string, input: unknown): Promise<Answer> {
  return page.evaluate(
    ([calledName, calledInput]) =>
      (globalThis as unknown as { whittle: { call: (name: unknown, input: unknown) => Promise<Answer> } }).whittle.call(
        calledName,
        calledInput,
      ),
    [name, input],
  );
}

export interface DesktopApp {
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** From the start of the process to the first paint of the page. */
  readonly startMs: number;
}

export async function startDesktop(home: string, args: readonly string[] = []): Promise<DesktopApp> {
  const startedAt = Date.now();
  const app = await launch(home, args);
  const page = await app.firstWindow();
  await page.waitForFunction(() => document.querySelector('#root')?.childElementCount);
  return { app, page, startedAt, startMs: Date.now() - startedAt };
}

/** Holds the app back until Playwright listens; Playwright adds it by itself only to an Electron that it finds itself. */
const LOADER = join(projectRoot, 'node_modules', 'playwright-core', 'lib', 'server', 'electron', 'loader.js');

/**
 * Twice in some hundred starts on a busy machine Playwright was connected and then heard of no window until its time was up. The loader
 * closes the gap in which a window can open unheard. Should a start fail all the same, because the machine stands still, say, a second
 * one is tried, and said where it cannot be missed.
 */
async function launch(home: string, args: readonly string[]): Promise<ElectronApplication> {
  const options = {
    executablePath: join(electronFolder, 'electron'),
    args: ['--no-sandbox', '-r', LOADER, projectRoot, ...args],
    cwd: projectRoot,
    env: { ...(process.env as Record<string, string>), WHITTLE_HOME: home },
    timeout: LAUNCH_LIMIT_MS,
  };
  try {
    return await _electron.launch(options);
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    process.stderr.write(
      `\nwhittle: ELECTRON DID NOT START in ${LAUNCH_LIMIT_MS / 1000} s; trying once more.\n${error.message}\n\n`,
    );
    return await _electron.launch(options);
  }
}

/** Ids of processes whose parent is `parent`. */
export async function childProcesses(parent: number): Promise<{ id: number; command: string }[]> {
  const { execFileSync } = await import('node:child_process');
  return execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(parent)], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, id = '', command = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
      return { id: Number(id), command };
    });
}

/** The engine's own process: a real Node below Electron's main process. */
export async function engineProcess(app: ElectronApplication): Promise<number> {
  const main = await app.evaluate(() => process.pid);
  const engine = (await childProcesses(main)).find(({ command }) => command.includes('engine-process'));
  if (engine === undefined) throw new Error('the engine does not run');
  return engine.id;
}
