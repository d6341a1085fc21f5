#!/usr/bin/env node
// The `whittle` command. Moves to the pinned Node when another one started it, then hands over to src/main/cli.
import { statSync } from 'node:fs';
// The oldest Node that may start this does not export the function by name.
import module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildWindow, startFolder } from './build-window.mjs';
import { isPinnedNode, pinnedNodePath, projectRoot, runOnPinnedNode } from './pinned-node.mjs';

/** npm runs scripts in the package's folder and names the user's own in INIT_CWD: relative paths start there. */
function standWhereTheUserStands() {
  const userFolder = process.env.INIT_CWD;
  if (userFolder === undefined || process.cwd() !== projectRoot) return;
  if (statSync(userFolder, { throwIfNoEntry: false })?.isDirectory()) process.chdir(userFolder);
}

/** Node's notes about its own experimental features are of no use to a user; all other warnings are shown. */
function silenceExperimentalWarnings() {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.name !== 'ExperimentalWarning') process.stderr.write(`whittle: ${warning.name}: ${warning.message}\n`);
  });
}

/** TypeScript without its types is kept, so that this command and the workers that it starts need not strip it anew. */
function keepCompiledCode() {
  process.env.NODE_COMPILE_CACHE ??= join(projectRoot, 'out', 'compile-cache');
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
}

/** The sources, but for the server: it is built with its page, and starts sooner so. */
async function loadCommands() {
  if (!process.argv.includes('serve') || process.argv.includes('--help'))
    return await import('../src/main/cli/index.ts');
  await buildWindow();
  return await import(pathToFileURL(join(startFolder, 'cli.js')).href);
}

standWhereTheUserStands();
if (pinnedNodePath() === undefined) await import('./setup.mjs');
if (isPinnedNode()) {
  keepCompiledCode();
  silenceExperimentalWarnings();
  // Started by another Node (see runOnPinnedNode): the channel closes when that process dies, and so do we.
  if (process.channel) {
    process.channel.unref();
    process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  }
  const { main } = await loadCommands();
  await main(process.argv.slice(2));
} else {
  delete process.env.INIT_CWD;
  runOnPinnedNode(process.argv[1], process.argv.slice(2));
}
