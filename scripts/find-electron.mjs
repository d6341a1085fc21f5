// Electron's executable as its npm package has it; the package downloads it at the first use.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedNodePath, projectRoot } from './pinned-node.mjs';

const electronFolder = join(projectRoot, 'node_modules', 'electron');
const DOWNLOAD_LIMIT_MS = 600_000;

/** Undefined where it cannot be downloaded. */
export function findElectron() {
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  return folder === undefined ? findElectronRelease() : existing(join(folder, executableName()));
}

/** The release that package.json pins, never the one of the tests. */
export function findElectronRelease() {
  const pathFile = join(electronFolder, 'path.txt');
  if (!existsSync(pathFile)) download();
  return existsSync(pathFile) ? existing(join(electronFolder, 'dist', readFileSync(pathFile, 'utf8'))) : undefined;
}

function executableName() {
  if (process.platform === 'win32') return 'electron.exe';
  return process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron';
}

function existing(path) {
  return existsSync(path) ? path : undefined;
}

function download() {
  if (!existsSync(electronFolder)) return;
  process.stderr.write('whittle: downloading Electron (about 120 MB, once) ...\n');
  const environment = { ...process.env };
  // It would take another Electron for the one to download.
  delete environment.ELECTRON_OVERRIDE_DIST_PATH;
  const script = join(electronFolder, 'install.js');
  spawnSync(pinnedNodePath(), [script], { stdio: 'ignore', timeout: DOWNLOAD_LIMIT_MS, env: environment });
}
