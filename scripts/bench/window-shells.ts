// The shells that the window's benchmarks run in, and how their times are reported.

import type { Shell, StartShell } from '../../test/e2e/support/shell.ts';
import { openScreen, prepareWindowTests } from '../test-programs.mjs';
import { type BenchReport, median } from './bench-report.ts';

export interface BenchShell {
  readonly name: string;
  readonly start: StartShell;
}

/** Builds the window and calls `run` with what this machine has: Electron on a screen, a browser, both or none. */
export async function runInShells(
  report: BenchReport,
  run: (shells: readonly BenchShell[], browserPath: string) => Promise<void>,
): Promise<void> {
  const { browser, electron, missing } = await prepareWindowTests();
  for (const text of missing) report.skip('window', text);
  process.env['WHITTLE_BROWSER'] = browser;
  process.env['WHITTLE_ELECTRON'] = electron;
  const closeScreen = electron === '' ? () => {} : await openScreen();
  // It reads where the programs are while it is loaded.
  const { launchBrowser, startElectron, startInBrowser } = await import('../../test/e2e/support/shell.ts');
  const opened = browser === '' ? undefined : await launchBrowser();
  const shells = [
    ...(electron === '' ? [] : [{ name: 'Electron', start: startElectron }]),
    ...(opened === undefined ? [] : [{ name: 'browser twin', start: (home: string) => startInBrowser(opened, home) }]),
  ];
  try {
    await run(shells, browser);
  } finally {
    await opened?.close();
    closeScreen();
  }
}

export async function withShell<T>({ start }: BenchShell, home: string, use: (shell: Shell) => Promise<T>): Promise<T> {
  const shell = await start(home);
  try {
    return await use(shell);
  } finally {
    await shell.close();
  }
}

export function addTimes(report: BenchReport, what: string, times: readonly number[], barMs: number): void {
  const middle = median(times);
  report.add({
    what,
    measured: `median ${Math.round(middle)} ms, at most ${Math.round(Math.max(...times))} ms, of ${times.length}`,
    bar: `median ${barMs} ms`,
    passed: middle <= barMs,
  });
}
