// Installs the dependencies of package-lock.json when they are missing or out of date, and nothing else.
// Plain JavaScript on Node's built-ins, because it runs before anything is installed, on the user's own Node.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MINIMUM_NODE_MAJOR = 20;
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.whittle-setup');
const quotedLines = (text) => text.trim().split('\n').slice(-6).join('\n  ');

function fail(message) {
  process.stderr.write(`whittle: SETUP_FAILED: ${message}\n`);
  process.exit(1);
}

/** What an installation depends on: the lock file and the platform whose packages npm picks. */
function wantedStamp() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex');
}

function isInstalled(stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp && existsSync(pinnedNode());
}

function pinnedNode() {
  return join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
}

function install() {
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm 11 asks about packages' install scripts and may block them; none is needed, so none is run.
  args.push('--ignore-scripts');
  const [command, commandArgs] = npm ? [process.execPath, [npm, ...args]] : ['npm', args];
  return spawnSync(command, commandArgs, { cwd: root, encoding: 'utf8', shell: !npm && process.platform === 'win32' });
}

const major = Number(process.versions.node.split('.')[0]);
if (major < MINIMUM_NODE_MAJOR) {
  fail(`Node ${process.versions.node} is too old. Install Node ${MINIMUM_NODE_MAJOR} or later and run the command again.`);
}

const stamp = wantedStamp();
if (!isInstalled(stamp)) {
  process.stderr.write('whittle: installing dependencies (about 1.2 GB once; half a minute on a fast line) ...\n');
  const result = install();
  if (result.status !== 0) {
    const output = `${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`;
    const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|network/i.test(output);
    fail(
      offline
        ? `the npm registry cannot be reached. Connect to it (or set npm's registry) and run the command again.\n  ${quotedLines(output)}`
        : `npm ci ended with status ${result.status}. What it said last:\n  ${quotedLines(output)}`,
    );
  }
  if (!existsSync(pinnedNode())) {
    fail(
      `no Node runtime package exists for ${process.platform}-${process.arch}. ` +
        'Supported: Linux x64 and arm64, macOS x64 and arm64, Windows x64.',
    );
  }
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
  process.stderr.write('whittle: dependencies are installed.\n');
}
