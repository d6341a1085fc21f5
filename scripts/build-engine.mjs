// Turns the engine's TypeScript into JavaScript for the packaged app, file by file, so that paths between files stay as they are:
// src/main/engine/x.ts -> out/engine/main/engine/x.js. A checkout runs the sources themselves and never needs this.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { projectRoot } from './pinned-node.mjs';

const ENTRIES = [
  'main/desktop/engine-process.ts',
  'main/cli/index.ts',
  ...['chart', 'chat', 'compress', 'kick', 'planner', 'probe'].map((name) => `main/workers/${name}-worker.ts`),
];

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
  return outputFolder;
}
