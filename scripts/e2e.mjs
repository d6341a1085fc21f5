// `npm run e2e`: builds the window, fetches what the tests need, runs them on the pinned Node; on a screen in memory where there is none.
// Words after `--` go to Playwright: `npm run e2e -- --project=browser`. With `--skip-nothing` a skipped test is a failure.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isPinnedNode, pinnedNodePath, projectRoot, runOnPinnedNode } from './pinned-node.mjs';

const SKIP_NOTHING = '--skip-nothing';
const reportFile = join(projectRoot, 'test-results', 'report.json');

function warn(text) {
  process.stderr.write(`\nwhittle: ${text}\n\n`);
}

function runPlaywright(args, environment) {
  const program = join(projectRoot, 'node_modules', 'playwright', 'cli.js');
  const options = { cwd: projectRoot, stdio: 'inherit', env: { ...process.env, ...environment } };
  const child = spawn(pinnedNodePath(), [program, 'test', ...args], options);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.once('exit', (status) => resolve(status ?? 1)));
}

async function main() {
  const { openScreen, prepareWindowTests } = await import('./test-programs.mjs');
  const { browser, electron, missing } = await prepareWindowTests();
  const skipsNothing = process.argv.includes(SKIP_NOTHING);
  for (const text of missing) warn(`SKIPPED: ${text}`);
  if (skipsNothing && missing.length > 0) return 1;
  const closeScreen = electron === '' ? () => {} : await openScreen();
  rmSync(reportFile, { force: true });
  const args = process.argv.slice(2).filter((arg) => arg !== SKIP_NOTHING);
  const status = await runPlaywright(args, { WHITTLE_BROWSER: browser, WHITTLE_ELECTRON: electron });
  closeScreen();
  // Without a report it did not get as far as that, and its status says so.
  const { skipped } = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')).stats : { skipped: 0 };
  if (skipped > 0) warn(`${skipped} tests were SKIPPED${skipsNothing ? ', and none may be' : ''}.`);
  return skipsNothing && skipped > 0 ? 1 : status;
}

if (isPinnedNode()) process.exit(await main());
else runOnPinnedNode(process.argv[1], process.argv.slice(2));
