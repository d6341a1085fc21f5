// `whittle serve`: the same pages as the window, for any browser on this machine or over an SSH tunnel.
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { WorkbenchError } from '../../../shared/errors.ts';
import { engineVersion } from '../../engine/engine-version.ts';
import { defaultHomeFolder } from '../../engine/home-folder.ts';
import { WorkbenchSession } from '../../engine/session/workbench-session.ts';
import { type RunningServer, startServer } from '../../server/http-server.ts';
import { pageFolder } from '../../server/page-folder.ts';
import type { CliCommand } from '../command-table.ts';
import { collect, parseWhole } from '../flag-values.ts';
import { writeOut } from '../output.ts';
import { Shell } from '../shell.ts';

interface ServeFlags {
  readonly port: number;
  readonly open?: boolean;
  readonly root?: readonly string[];
}

const LARGEST_PORT = 65_535;

export const serveCommand: CliCommand = {
  configure: (command, interruption) => {
    command
      .option('--port <number>', 'port on 127.0.0.1; 0: any free one', parsePort, 0)
      .option('--open', 'open the page in the browser')
      .option('--root <folder>', 'a folder that the file picker may show (repeatable)', collect)
      .addHelpText('after', examples)
      .action(async (flags: ServeFlags) => {
        const shell = new Shell(command, interruption);
        await serve(shell, flags);
      });
  },
};

const examples = `
Examples:
  $ whittle serve --open
  $ whittle serve --port 8642 --root /data/models
  $ ssh -L 8642:127.0.0.1:8642 machine whittle serve --port 8642

The address lets one browser in, once. The file picker shows your home folder, the present folder and every --root.`;

async function serve(shell: Shell, { port, open, root = [] }: ServeFlags): Promise<void> {
  const { home: named, json } = shell.settings;
  const home = named ?? defaultHomeFolder(process.env, process.platform);
  const session = new WorkbenchSession({ home, browseRoots: rootsOf(root) });
  let server: RunningServer | undefined;
  try {
    server = await startServer({ session: session.served(), pageFolder: pageFolder(), port, version: engineVersion() });
    writeOut(json ? `${JSON.stringify({ url: server.url })}\n` : `${server.url}\n`);
    shell.note('Open this address once; stop with Ctrl-C.');
    if (open) openInBrowser(server.url);
    await untilStopped(shell.signal);
  } finally {
    session.close();
    await server?.close();
  }
}

function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    // A server has nothing else that keeps the process alive once it closes.
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Home and present folder, so that a first try finds something; each once. */
function rootsOf(named: readonly string[]): string[] {
  const roots = named.map((folder) => {
    const path = resolve(folder);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return path;
    throw new WorkbenchError('BAD_USAGE', `--root ${folder} is no folder; name one that exists`);
  });
  return [...new Set([...roots, homedir(), process.cwd()])];
}

function openInBrowser(url: string): void {
  const [program, args] =
    process.platform === 'win32'
      ? ['explorer.exe', [url]]
      : [process.platform === 'darwin' ? 'open' : 'xdg-open', [url]];
  // Without a browser the address stands on the terminal.
  spawn(program, args, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

function parsePort(text: string): number {
  const port = parseWhole('--port')(text);
  if (port <= LARGEST_PORT) return port;
  throw new WorkbenchError('BAD_USAGE', `--port ${text} is no port; take 0 to ${LARGEST_PORT}`);
}
