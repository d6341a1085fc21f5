// Builds the page, Electron's two scripts and what they start into out/, when what they are made of has changed. Says nothing on standard output.
// Plain JavaScript: the scripts that start the workbench import it.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinnedNodePath, projectRoot } from './pinned-node.mjs';

const SOURCES = ['src/renderer', 'src/shared', 'src/main', 'electron.vite.config.ts', 'package-lock.json'];
const OUTPUTS = [
  'out/main/index.js',
  'out/preload/preload.cjs',
  'out/renderer/index.html',
  'out/start/engine-process.js',
];
/** What a window starts, in one piece. */
export const startFolder = join(projectRoot, 'out', 'start');
const stampFile = join(projectRoot, 'out', '.window-stamp');

/** Names, sizes and times of all sources: quicker than their bytes, and a checkout changes all three. */
function wantedStamp() {
  const hash = createHash('sha256');
  for (const source of SOURCES) addToStamp(hash, join(projectRoot, source));
  return hash.digest('hex');
}

function addToStamp(hash, path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) {
    hash.update(`${path} ${stat.size} ${stat.mtimeMs}\n`);
    return;
  }
  for (const name of readdirSync(path).sort()) addToStamp(hash, join(path, name));
}

/** Throws when the build fails; its words are on standard error. */
export async function buildWindow() {
  const stamp = wantedStamp();
  const isBuilt = OUTPUTS.every((output) => existsSync(join(projectRoot, output)));
  if (isBuilt && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  process.stderr.write('whittle: building the window ...\n');
  const program = join(projectRoot, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const result = spawnSync(pinnedNodePath(), [program, 'build', '--logLevel', 'warn'], {
    cwd: projectRoot,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (result.status !== 0) {
    throw new Error(
      `the window could not be built:\n${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`,
    );
  }
  rmSync(startFolder, { recursive: true, force: true });
  // Loaded only now: it is large.
  const { bundleStart } = await import('./build-engine.mjs');
  await bundleStart(startFolder);
  writeFileSync(stampFile, stamp);
}
