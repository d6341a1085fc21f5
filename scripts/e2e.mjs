// `npm run e2e`: builds the window, fetches what the tests need, runs them on the pinned Node; under Xvfb where there is no screen.
// Words after `--` go to Playwright: `npm run e2e -- --project=browser`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildWindow } from './build-window.mjs';
import { isPinnedNode, pinnedNodePath, projectRoot, runOnPinnedNode } from './pinned-node.mjs';

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

function hasProgram(name) {
  return spawnSync(name, ['--help'], { stdio: 'ignore' }).error === undefined;
}

/** Says what will be skipped, so that nobody takes a silent run for a whole one. */
async function findPrograms() {
  const { getTestElectron } = await import('./get-test-electron.mjs');
  const browser = process.env.WHITTLE_BROWSER ?? BROWSERS.find((path) => existsSync(path));
  const electron = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? (await getTestElectron());
  const hasScreen = process.platform !== 'linux' || Boolean(process.env.DISPLAY) || hasProgram('xvfb-run');
  if (browser === undefined)
    process.stderr.write('whittle: no Chromium: the browser tests are skipped (scripts/system-packages.sh).\n');
  if (!hasScreen)
    process.stderr.write(
      'whittle: no screen and no Xvfb: the desktop tests are skipped (scripts/system-packages.sh).\n',
    );
  return { browser: browser ?? '', electron: hasScreen ? (electron ?? '') : '' };
}

async function main() {
  buildWindow();
  const { browser, electron } = await findPrograms();
  const playwright = join(projectRoot, 'node_modules', 'playwright', 'cli.js');
  const command = [pinnedNodePath(), playwright, 'test', ...process.argv.slice(2)];
  const needsScreen = process.platform === 'linux' && !process.env.DISPLAY && electron !== '';
  const [program, ...args] = needsScreen ? ['xvfb-run', '-a', '-s', '-screen 0 1600x1200x24', ...command] : command;
  const environment = { ...process.env, WHITTLE_BROWSER: browser, WHITTLE_ELECTRON: electron };
  const { status } = spawnSync(program, args, { cwd: projectRoot, stdio: 'inherit', env: environment });
  process.exit(status ?? 1);
}

if (isPinnedNode()) await main();
else runOnPinnedNode(process.argv[1], process.argv.slice(2));
