// Runs the command line as a user does: a process of its own, in a folder of the caller's choice.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const whittleScript = fileURLToPath(new URL('../../scripts/whittle.mjs', import.meta.url));

export interface CommandRun {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  /** The Node that starts the script; default: the one that runs the tests. */
  readonly node?: string;
}

export function runWhittle(args: readonly string[], options: RunOptions = {}): Promise<CommandRun> {
  const { node = process.execPath, cwd = process.cwd(), env = {}, stdin = '' } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(node, [whittleScript, ...args], { cwd, env: { ...process.env, ...env }, stdio: 'pipe' });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
    // A command that fails at once closes its end before this is written.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}
