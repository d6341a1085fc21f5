// Turns the engine's TypeScript into JavaScript: file by file for the packaged app (src/main/engine/x.ts -> out/engine/main/engine/x.js),
// and what a window waits for at its start in one piece: Node takes a third of the time to load it so. See docs/benchmark.md.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { projectRoot } from './pinned-node.mjs';

const ENTRIES = [
  'main/desktop/engine-process.ts',
  'main/cli/index.ts',
  ...['chart', 'chat', 'compress', 'kick', 'planner', 'probe'].map((name) => `main/workers/${name}-worker.ts`),
];

/** Started whenever a window opens: the engine under the desktop, and the server. */
const START_ENTRIES = { 'engine-process': 'main/desktop/engine-process.ts', cli: 'main/cli/index.ts' };
/** Not bundled: native, found by their files, or large and seldom wanted. */
const LEFT_APART = [/^koffi$/, /^node-llama-cpp/, /^@node-llama-cpp\//, /^@resvg\//, /^pdfkit$/, /^rolldown$/];

/** The start of the window and the server with their packages, a file each and a few for what is loaded on demand. */
export async function bundleStart(outputFolder, names = Object.keys(START_ENTRIES)) {
  const bundle = await rolldown({
    cwd: projectRoot,
    input: Object.fromEntries(names.map((name) => [name, join(projectRoot, 'src', START_ENTRIES[name])])),
    platform: 'node',
    external: LEFT_APART,
    onwarn: (warning) => {
      throw new Error(warning.message);
    },
  });
  await bundle.write({
    dir: outputFolder,
    format: 'es',
    entryFileNames: '[name].js',
    chunkFileNames: 'part-[hash].js',
  });
  await bundle.close();
}

export async function buildEngine() {
  const outputFolder = join(projectRoot, 'out', 'engine');
  rmSync(outputFolder, { recursive: true, force: true });
  const bundle = await rolldown({
    cwd: projectRoot,
    input: ENTRIES.map((entry) => join(projectRoot, 'src', entry)),
    platform: 'node',
    // Packages stay packages: they are copied beside.
    external: (id) => !id.startsWith('.') && !id.startsWith('/') && !/^[A-Za-z]:/.test(id),
    transform: { jsx: { runtime: 'automatic' } },
    onwarn: (warning) => {
      throw new Error(warning.message);
    },
  });
  await bundle.write({
    dir: outputFolder,
    format: 'es',
    preserveModules: true,
    preserveModulesRoot: join(projectRoot, 'src'),
    entryFileNames: '[name].js',
  });
  await bundle.close();
  await bundleStart(join(outputFolder, 'main', 'desktop'), ['engine-process']);
  return outputFolder;
}
