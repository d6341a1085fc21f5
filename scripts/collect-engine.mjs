// Puts together what a real Node runs in the packaged app: the engine's JavaScript, the embedded files, the page for the browser
// twin, and only those packages that the engine imports, for this platform. Result: out/engine-app.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { buildEngine } from './build-engine.mjs';
import { projectRoot } from './pinned-node.mjs';

/** Found by their files and not by an import. */
const EXTRA_PACKAGES = ['@fontsource/atkinson-hyperlegible-next'];
/** For GPUs of before 2018, which fall back to Vulkan: 358 MB. */
const LEFT_OUT = /-cuda-ext$/;
const NOT_NEEDED =
  /(\.(map|md|markdown|ts|mts|cts|tsx|flow)|(^|\/)(test|tests|__tests__|docs|example|examples|umd|es6)(\/|$))/;

export async function collectEngine() {
  const code = await buildEngine();
  const target = join(projectRoot, 'out', 'engine-app');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  // One level below the folder, as src is in a checkout: the engine finds everything else from there.
  cpSync(code, join(target, 'engine'), { recursive: true });
  cpSync(join(projectRoot, 'package.json'), join(target, 'package.json'));
  cpSync(join(projectRoot, 'LICENSE'), join(target, 'LICENSE'));
  cpSync(join(projectRoot, 'out', 'renderer'), join(target, 'out', 'renderer'), { recursive: true });
  cpSync(join(projectRoot, 'resources'), join(target, 'resources'), {
    recursive: true,
    filter: isShippedResource,
  });
  for (const folder of packageClosure([...importedPackages(code), ...EXTRA_PACKAGES])) copyPackage(folder, target);
  for (const name of llamaPackages()) copyPackage(join('node_modules', '@node-llama-cpp', name), target);
  return target;
}

/** Neither icons, which the installers take, nor the demo model's recipe, of which only the model is shipped. */
function isShippedResource(path) {
  const [folder, name] = relative(join(projectRoot, 'resources'), path).split(sep);
  return folder !== 'icons' && (folder !== 'demo-model' || name === undefined || name.endsWith('.gguf'));
}

/** Names of packages in import statements of the built files. */
function importedPackages(folder) {
  const names = new Set();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.name.endsWith('.js')) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), 'utf8');
    for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?["']([^"'.][^"']*)["']/g)) {
      const parts = specifier.split('/');
      const name = specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
      // Only a checkout transforms .tsx while it runs.
      if (!specifier.startsWith('node:') && name !== 'rolldown') names.add(name);
    }
  }
  return [...names].filter((name) => existsSync(join(projectRoot, 'node_modules', name, 'package.json')));
}

/** Folders below the project of these packages and of all that they need, nested ones included. */
function packageClosure(names) {
  const found = new Set();
  const waiting = names.map((name) => ({ name, from: projectRoot }));
  while (waiting.length > 0) {
    const { name, from } = waiting.pop();
    const folder = findPackage(name, from);
    if (folder === undefined || found.has(folder)) continue;
    found.add(folder);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    // Optional ones of other platforms are not installed and are not found.
    const needed = { ...manifest.dependencies, ...manifest.optionalDependencies, ...requiredPeers(manifest) };
    for (const dependency of Object.keys(needed)) {
      if (!dependency.startsWith('@types/')) waiting.push({ name: dependency, from: folder });
    }
  }
  return [...found].map((folder) => relative(projectRoot, folder));
}

function requiredPeers({ peerDependencies = {}, peerDependenciesMeta = {} }) {
  return Object.fromEntries(Object.entries(peerDependencies).filter(([name]) => !peerDependenciesMeta[name]?.optional));
}

/** As Node looks for it: beside, then further up. */
function findPackage(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === projectRoot || folder === dirname(folder)) return undefined;
  }
}

/** llama.cpp's libraries for this platform. */
function llamaPackages() {
  const platform = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform];
  const prefix = `${platform}-${process.arch}`;
  const folder = join(projectRoot, 'node_modules', '@node-llama-cpp');
  return readdirSync(folder).filter(
    (name) => (name === prefix || name.startsWith(`${prefix}-`)) && !LEFT_OUT.test(name),
  );
}

function copyPackage(folder, target) {
  const source = join(projectRoot, folder);
  cpSync(source, join(target, folder), {
    recursive: true,
    dereference: true,
    filter: (path) => {
      const inside = relative(source, path).split(sep).join('/');
      // Nested packages are copied by themselves when they are needed. Licences stay, whatever they are called.
      if (inside === 'node_modules' || inside.startsWith('node_modules/')) return false;
      return /(^|\/)(licen[cs]e|notice)/i.test(inside) || !NOT_NEEDED.test(inside);
    },
  });
}
