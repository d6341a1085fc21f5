// `npm run package`: the unpacked app and, on Debian's kin, a deb under release/. Everything else (dmg, nsis, AppImage) is made by
// electron-builder on its own system: see .github/workflows. With `--installers` that is done here too.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildWindow } from './build-window.mjs';
import { isPinnedNode, pinnedNodePath, projectRoot, runOnPinnedNode } from './pinned-node.mjs';

const releaseFolder = join(projectRoot, 'release');

/** Where Electron's own release cannot be downloaded, the one that the tests use takes its place, and it is said. */
async function electronOptions() {
  const { findElectronRelease } = await import('./find-electron.mjs');
  const release = findElectronRelease();
  if (release !== undefined) return [];
  const { getTestElectron, TEST_ELECTRON_VERSION } = await import('./get-test-electron.mjs');
  const folder = process.env.ELECTRON_OVERRIDE_DIST_PATH ?? (await getTestElectron());
  if (folder === undefined)
    throw new Error('Electron cannot be downloaded, and there is none for tests on this system');
  process.stderr.write(
    `whittle: Electron's release cannot be downloaded; packaging Electron ${TEST_ELECTRON_VERSION} of the tests.\n`,
  );
  return [`-c.electronDist=${folder}`, `-c.electronVersion=${TEST_ELECTRON_VERSION}`];
}

/** Debian packages name a home page; a checkout does not know where it came from, the release's workflow does. */
function homepageOptions() {
  const homepage = process.env.WHITTLE_HOMEPAGE;
  return homepage ? [`-c.extraMetadata.homepage=${homepage}`] : [];
}

async function build(args) {
  const program = join(projectRoot, 'node_modules', 'electron-builder', 'cli.js');
  const { path7za } = await import('7zip-bin');
  const environment = { ...process.env, ELECTRON_BUILDER_7ZIP_PATH: path7za, CSC_IDENTITY_AUTO_DISCOVERY: 'false' };
  const { status } = spawnSync(pinnedNodePath(), [program, ...args, '--publish', 'never'], {
    cwd: projectRoot,
    stdio: 'inherit',
    env: environment,
  });
  if (status !== 0) throw new Error(`electron-builder ended with status ${status}`);
}

async function main() {
  const { collectEngine } = await import('./collect-engine.mjs');
  await buildWindow();
  await collectEngine();
  rmSync(releaseFolder, { recursive: true, force: true });
  if (process.argv.includes('--installers')) {
    await build(homepageOptions());
    return;
  }
  await build(['--dir', ...(await electronOptions())]);
  const unpacked = join(releaseFolder, 'linux-unpacked');
  if (existsSync(unpacked)) {
    const { makeDeb } = await import('./make-deb.mjs');
    process.stdout.write(`${makeDeb(unpacked, releaseFolder) ?? unpacked}\n`);
  }
}

if (isPinnedNode()) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`whittle: PACKAGE_FAILED: ${error.message}\n`);
    process.exit(1);
  }
} else runOnPinnedNode(process.argv[1], process.argv.slice(2));
