// `npm start`: the workbench in its Electron window; where Electron's binary or a screen is missing, in the browser instead.
// Plain JavaScript, on the user's own Node: it runs before anything else.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildWindow } from './build-window.mjs';
import { findElectron } from './find-electron.mjs';
import { pinnedNodePath, projectRoot } from './pinned-node.mjs';

/** Why there can be no window here; undefined when there can. */
function missingScreen() {
  const isLinux = process.platform === 'linux';
  if (!isLinux || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return undefined;
  return 'this machine has no screen (DISPLAY is not set)';
}

function openWindow(electron) {
  // Chromium's sandbox refuses to work for root.
  const isRoot = process.platform === 'linux' && process.getuid() === 0;
  const args = [...(isRoot ? ['--no-sandbox'] : []), projectRoot, ...process.argv.slice(2)];
  const environment = { ...process.env };
  delete environment.ELECTRON_RUN_AS_NODE;
  return spawn(electron, args, { stdio: 'inherit', env: environment });
}

function openBrowser(reason) {
  process.stderr.write(`whittle: ${reason}; opening the workbench in the browser instead.\n`);
  const script = join(projectRoot, 'scripts', 'whittle.mjs');
  return spawn(pinnedNodePath(), [script, 'serve', '--open', ...process.argv.slice(2)], { stdio: 'inherit' });
}

await buildWindow();
const screenFault = missingScreen();
const electron = screenFault === undefined ? findElectron() : undefined;
const child =
  electron === undefined ? openBrowser(screenFault ?? "Electron's binary cannot be downloaded") : openWindow(electron);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`whittle: SETUP_FAILED: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (status, signal) => process.exit(signal === null ? (status ?? 1) : 1));
