// Installs the dependencies of package-lock.json when they are missing or out of date, and nothing else.
// With a script's path after it, that script then runs on the pinned Node: `node scripts/setup.mjs scripts/x.ts`.
// Plain JavaScript on Node's built-ins, because it runs before anything is installed, on the user's own Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pinnedNodePath, projectRoot, runOnPinnedNode, supportedPlatforms } from './pinned-node.mjs';

const MINIMUM_NODE_MAJOR = 20;
const stampFile = join(projectRoot, 'node_modules', '.whittle-setup');
const lockFile = join(projectRoot, 'package-lock.json');
// npm writes this last, so it lists what a finished installation holds.
const installedLockFile = join(projectRoot, 'node_modules', '.package-lock.json');

function fail(message) {
  process.stderr.write(`whittle: SETUP_FAILED: ${message}\n`);
  process.exit(1);
}

/** What an installation depends on: the lock file and the platform whose packages npm picks. */
function wantedStamp() {
  return createHash('sha256')
    .update(readFileSync(lockFile))
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');
}

/** True when every package of the lock file is there in its version, as after `npm ci` by the user. */
function matchesLock() {
  if (!existsSync(installedLockFile)) return false;
  const installed = JSON.parse(readFileSync(installedLockFile, 'utf8')).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(lockFile, 'utf8')).packages);
  return wanted.every(
    ([path, entry]) =>
      path === '' || installed[path]?.version === entry.version || (entry.optional && installed[path] === undefined),
  );
}

function isInstalled(stamp) {
  if (pinnedNodePath() === undefined) return false;
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return true;
  if (!matchesLock()) return false;
  writeFileSync(stampFile, stamp);
  return true;
}

/** The npm that started us, or the one in PATH. */
function npmCommand(args) {
  const path = process.env.npm_execpath ?? '';
  if (/npm-cli\.c?js$/.test(path)) return [process.execPath, [path, ...args]];
  return ['npm', args];
}

function install() {
  // Windows cannot delete the running node.exe, as `npm ci` would when the pinned Node itself runs this script.
  const runsFromInside = process.platform === 'win32' && process.execPath.startsWith(join(projectRoot, 'node_modules'));
  // npm 11 asks about packages' install scripts and may block them; none is needed, so none is run.
  const args = [
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const [command, commandArgs] = npmCommand([...(runsFromInside ? ['install', '--no-save'] : ['ci']), ...args]);
  const shell = command === 'npm' && process.platform === 'win32';
  return spawnSync(command, commandArgs, { cwd: projectRoot, encoding: 'utf8', shell });
}

function explain(result) {
  const output = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`.trim();
  const lastLines = output.split('\n').slice(-6).join('\n  ');
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH|ERR_SOCKET|network/i.test(output)) {
    return `the npm registry cannot be reached. Connect to it (or set npm's registry) and run the command again.\n  ${lastLines}`;
  }
  if (result.error?.code === 'ENOENT') return 'npm was not found. Install npm and run the command again.';
  return `npm ended with status ${result.status}. What it said last:\n  ${lastLines}`;
}

function setUp() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < MINIMUM_NODE_MAJOR) {
    fail(
      `Node ${process.versions.node} is too old. Install Node ${MINIMUM_NODE_MAJOR} or later and run the command again.`,
    );
  }
  const stamp = wantedStamp();
  if (isInstalled(stamp)) return;
  process.stderr.write('whittle: installing dependencies (about 1.2 GB, once; half a minute on a fast line) ...\n');
  rmSync(stampFile, { force: true });
  const result = install();
  if (result.status !== 0) fail(explain(result));
  if (pinnedNodePath() === undefined) {
    fail(
      `no Node runtime was installed for ${process.platform}-${process.arch}. ` +
        `Supported: ${supportedPlatforms.join(', ')}.`,
    );
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
  process.stderr.write('whittle: dependencies are installed.\n');
}

setUp();
const [scriptPath, ...scriptArgs] = process.argv.slice(2);
const wasStarted = realpathSync(process.argv[1]) === realpathSync(fileURLToPath(import.meta.url));
if (wasStarted && scriptPath !== undefined) {
  runOnPinnedNode(scriptPath, scriptArgs);
}
