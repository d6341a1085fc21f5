// Runs one of llama.cpp's own tools and reads times and results from what it prints.
import { spawnSync } from 'node:child_process';
import { type Peer, peerPath } from './build-peers.ts';

export interface PeerRun {
  readonly output: string;
  /** Wall time of the whole process. */
  readonly elapsedMs: number;
}

export function runPeer(name: Peer, args: readonly string[]): PeerRun {
  const path = peerPath(name);
  const startedMs = performance.now();
  const result = spawnSync(path, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const elapsedMs = performance.now() - startedMs;
  const output = `${result.stdout}${result.stderr}`;
  if (result.status !== 0)
    throw new Error(`${name} failed (${result.status ?? result.signal}): ${output.slice(-2000)}`);
  return { output, elapsedMs };
}

/** The CPU family whose library the peer runs: the one loaded last, when all have been asked how well they fit. Linux only. */
export function peerCpuFamily(): string | undefined {
  const { stderr } = spawnSync(peerPath('llama-perplexity'), ['--version'], {
    encoding: 'utf8',
    env: { ...process.env, LD_DEBUG: 'files' },
    maxBuffer: 2 ** 28,
  });
  return [...stderr.matchAll(/calling init: \S*libggml-cpu-(\w+)\.so/g)].at(-1)?.[1];
}

/**
 * The time stamp `M.SS.mmm.uuu` of the first log entry that holds `text`, in ms from the start of the log. The entry need not stand on a
 * line of its own: llama-perplexity leaves one line open and logs on.
 */
export function stampOf(output: string, text: string): number {
  const before = output.slice(0, Math.max(0, output.indexOf(text)));
  const match = [...before.matchAll(/(\d+)\.(\d\d)\.(\d{3})\.(\d{3}) [A-Z] /g)].at(-1);
  if (match === undefined) throw new Error(`no log entry with "${text}" and a time stamp`);
  const [minutes = 0, seconds = 0, milliseconds = 0, microseconds = 0] = match.slice(1).map(Number);
  return minutes * 60_000 + seconds * 1000 + milliseconds + microseconds / 1000;
}

/** The first number behind `text`. */
export function numberAfter(output: string, text: string): number {
  const start = output.indexOf(text);
  const match = start < 0 ? null : /-?\d+(?:\.\d+)?/.exec(output.slice(start + text.length));
  if (match === null) throw new Error(`no number behind "${text}"`);
  return Number(match[0]);
}
