// What the end-to-end tests and the window's benchmark run on besides Node: the built window, a browser, an Electron and a screen.
// Plain JavaScript.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { buildWindow } from './build-window.mjs';
import { getTestElectron } from './get-test-electron.mjs';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const SCREEN_START_LIMIT_MS = 30_000;

function hasScreen() {
  if (process.platform !== 'linux' || process.env.DISPLAY) return true;
  return spawnSync('Xvfb', ['-help'], { stdio: 'ignore' }).error === undefined;
}

/** Builds the window. Returns paths, empty for what is missing, and a sentence for each of those. */
export async function prepareWindowTests() {
  await buildWindow();
  const missing = [];
  const browser = process.env.WHITTLE_BROWSER ?? BROWSERS.find((path) => existsSync(path)) ?? '';
  if (browser === '') missing.push('no Chromium: the browser tests cannot run (scripts/system-packages.sh)');
  let electron = '';
  if (hasScreen()) {
    try {
      electron = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? (await getTestElectron()) ?? '';
      if (electron === '') missing.push('no Electron for tests on this system: the desktop tests cannot run');
    } catch (error) {
      missing.push(`no Electron: the desktop tests cannot run: ${error.message}`);
    }
  } else missing.push('no screen and no Xvfb: the desktop tests cannot run (scripts/system-packages.sh)');
  return { browser, electron, missing };
}

/** On Linux without a screen one is made in memory, and `DISPLAY` names it. Returns what takes it away again. */
export async function openScreen() {
  if (process.platform !== 'linux' || process.env.DISPLAY) return () => {};
  const args = ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp', '-noreset'];
  const screen = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'inherit', 'pipe'] });
  process.env.DISPLAY = `:${await displayNumber(screen)}`;
  return () => {
    screen.kill();
    delete process.env.DISPLAY;
  };
}

/** Xvfb takes the first free number and says it when it is ready. */
function displayNumber(screen) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('Xvfb did not start')), SCREEN_START_LIMIT_MS);
    let text = '';
    screen.stdio[3].on('data', (chunk) => {
      text += chunk;
      if (!text.includes('\n')) return;
      clearTimeout(timer);
      resolve(text.trim());
    });
    screen.once('error', reject);
    screen.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
  });
}
