// The two shells behind one face, so that one journey is told once: a browser on the twin, and the Electron window.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright/test';
import { engineProcess, projectRoot, startDesktop } from './desktop-app.ts';

export interface Shell {
  readonly page: Page;
  /** Unix milliseconds: the start of the app, or of the server below a browser that was there. */
  readonly startedAt: number;
  /** Kills what computes, as a crash does, and brings it back as a person would. */
  readonly crashEngine: () => Promise<void>;
  /** Does what leads to a saved file, and returns that file. */
  readonly save: (act: () => Promise<void>) => Promise<string>;
  readonly close: () => Promise<void>;
}

export type StartShell = (home: string) => Promise<Shell>;

export const browserPath = process.env['WHITTLE_BROWSER'] ?? '';

export interface Twin {
  readonly url: string;
  readonly process: ChildProcess;
}

export async function startTwin(home: string, port = 0, roots: readonly string[] = []): Promise<Twin> {
  const script = join(projectRoot, 'scripts', 'whittle.mjs');
  const args = [
    'serve',
    '--json',
    '--port',
    String(port),
    '--home',
    home,
    ...roots.flatMap((root) => ['--root', root]),
  ];
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (!text.includes('\n')) return;
      const { url } = JSON.parse(text) as { url?: string };
      if (url === undefined) reject(new Error(`the server did not start: ${text}`));
      else resolve(url);
    });
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
  });
  return { url, process: child };
}

export async function stopTwin({ process: child }: Twin, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
}

export const startBrowser: StartShell = async (home) => {
  const browser = await launchBrowser();
  const shell = await startInBrowser(browser, home);
  return {
    ...shell,
    close: async () => {
      await shell.close();
      await browser.close();
    },
  };
};

/** A server of its own, in a browser that is there already, as a person's is. */
export async function startInBrowser(browser: Browser, home: string): Promise<Shell> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
  const page = await context.newPage();
  const startedAt = Date.now();
  let twin = await startTwin(home);
  const port = Number(new URL(twin.url).port);
  await page.goto(twin.url);
  return {
    page,
    startedAt,
    crashEngine: async () => {
      await stopTwin(twin, 'SIGKILL');
      twin = await startTwin(home, port);
      await page.goto(twin.url);
    },
    save: async (act) => {
      const downloading = page.waitForEvent('download');
      await act();
      const download = await downloading;
      const path = join(home, 'saved', download.suggestedFilename());
      await download.saveAs(path);
      return path;
    },
    close: async () => {
      await context.close();
      await stopTwin(twin);
    },
  };
}

export const startElectron: StartShell = async (home) => {
  const { app, page, startedAt } = await startDesktop(home);
  return {
    page,
    startedAt,
    crashEngine: async () => {
      process.kill(await engineProcess(app), 'SIGKILL');
      await page.getByRole('button', { name: 'Start again' }).click();
    },
    save: async (act) => {
      const path = join(home, 'saved', `file-${Date.now()}`);
      mkdirSync(join(home, 'saved'), { recursive: true });
      // A person's choice in the system's dialog.
      await app.evaluate(({ dialog }, filePath) => {
        dialog.showSaveDialog = async () => ({ canceled: false, filePath });
      }, path);
      await act();
      while (!existsSync(path)) await page.waitForTimeout(50);
      return path;
    },
    close: () => app.close(),
  };
};

/** A real drop of a real file, as the system sends it. */
export async function dropFiles(page: Page, files: readonly string[]): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await client.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
  }
  await client.detach();
}
