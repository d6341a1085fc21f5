// Ctrl-C: exit status 130, soon, with one line that says what is left, and with nothing else left.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type CommandRun, runWhittle, whittleScript } from '../../support/run-whittle.ts';
import { tempFolderForFile } from '../../support/temp-folder.ts';

const folder = tempFolderForFile();
const MOST_MS = 4000;
const DEVICE = ['--gpu', 'none', '--threads', '1'];

interface Interrupted extends CommandRun {
  readonly tookMs: number;
}

/** Sends the signal when it is time, to the command alone as `kill` does. Progress lines are too rare to go by on a quick machine. */
async function interrupt(
  args: readonly string[],
  place: string,
  isTime: (stderr: string) => boolean,
): Promise<Interrupted> {
  const child = spawn(process.execPath, [whittleScript, ...args, ...DEVICE, '--home', join(folder, 'home')], {
    cwd: place,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const closed = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('close', (status, signal) => resolve([status, signal]));
  });
  await waitFor(() => isTime(stderr) || hasEnded(child));
  expect(hasEnded(child)).toBe(false);
  const startedMs = performance.now();
  child.kill('SIGINT');
  const [status, signal] = await closed;
  return { status, signal, stdout, stderr, tookMs: performance.now() - startedMs };
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function waitFor(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(20);
}

/** Answers that are on disk: every journal starts with a line about its run. */
function journaledAnswers(): number {
  const journals = join(folder, 'home', 'journals');
  if (!existsSync(journals)) return 0;
  const lines = readdirSync(journals).map((name) => readFileSync(join(journals, name), 'utf8').split('\n').length - 2);
  return lines.reduce((sum, count) => sum + Math.max(0, count), 0);
}

function makePlace(name: string): string {
  const place = join(folder, name);
  mkdirSync(place);
  return place;
}

function expectCancelled(run: Interrupted, words: RegExp): void {
  const errors = run.stderr.split('\n').filter((line) => line.startsWith('whittle: '));
  expect(errors).toEqual([expect.stringMatching(/^whittle: CANCELLED: /)]);
  expect(errors[0]).toMatch(words);
  expect(run.status).toBe(130);
  expect(run.stdout).toBe('');
  expect(run.tookMs).toBeLessThan(MOST_MS);
}

describe('Ctrl-C', () => {
  it('removes what compress has begun', async () => {
    const place = makePlace('compress');
    const args = [
      'compress',
      'demo',
      'out.gguf',
      '--prune',
      'wanda',
      '--sparsity',
      '0.5',
      '--calibration-samples',
      '256',
    ];
    const run = await interrupt(args, place, () => existsSync(join(place, 'out.gguf.partial')));
    expectCancelled(run, /nothing of .*out\.gguf is left/);
    expect(readdirSync(place)).toEqual([]);
  });

  it('keeps what imatrix has measured, and it goes on with --resume', async () => {
    const place = makePlace('imatrix');
    const args = ['imatrix', 'demo', 'out.gguf', '--ctx', '128', '--chunks', '200'];
    const run = await interrupt(args, place, () => existsSync(join(place, 'out.gguf.partial')));
    expectCancelled(run, /--resume/);
    expect(readdirSync(place)).not.toContain('out.gguf');
    const rest = ['--resume', '--json', '--quiet', ...DEVICE, '--home', join(folder, 'home')];
    const resumed = await runWhittle([...args, ...rest], { cwd: place });
    expect(resumed).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(resumed.stdout)).toMatchObject({ chunkCount: 200, tokenCount: 200 * 128 });
    expect(readdirSync(place)).toEqual(['out.gguf']);
  });

  it('keeps the answers of kick, which end with --resume as those of an unbroken run', async () => {
    const place = makePlace('kick');
    const tasks = ['open-book-qa', 'closed-book-qa', 'perplexity'].flatMap((task) => ['--task', task]);
    const args = ['kick', 'demo', ...tasks, '--samples'];
    const run = await interrupt([...args, 'broken.jsonl'], place, () => journaledAnswers() > 0);
    expectCancelled(run, /--resume/);
    expect(readdirSync(place)).toEqual([]);
    const rest = ['--json', '--quiet', ...DEVICE, '--home', join(folder, 'home')];
    const resumed = await runWhittle([...args, 'broken.jsonl', '--resume', ...rest], { cwd: place });
    const unbroken = await runWhittle([...args, 'whole.jsonl', ...rest], { cwd: place });
    expect(scoresOf(resumed)).toEqual(scoresOf(unbroken));
    expect(readFileSync(join(place, 'broken.jsonl'), 'utf8')).toBe(readFileSync(join(place, 'whole.jsonl'), 'utf8'));
  });

  it('keeps the finished points of a sweep', async () => {
    const place = makePlace('sweep');
    const args = ['sweep', 'demo', '--types', 'Q8_0,Q4_0', '--task', 'factoid-qa', '--limit', '60'];
    const run = await interrupt(args, place, (stderr) => stderr.includes('1 of 3: dense'));
    expectCancelled(run, /one finished point is kept.*--resume/);
    const rest = ['--resume', '--json', ...DEVICE, '--home', join(folder, 'home')];
    const resumed = await runWhittle([...args, ...rest], { cwd: place });
    expect(resumed.status).toBe(0);
    expect(resumed.stderr).not.toContain('dense:');
    const { points } = JSON.parse(resumed.stdout) as { points: { label: string }[] };
    expect(points.map(({ label }) => label)).toEqual(['dense', 'Q8_0', 'Q4_0']);
  });
});

function scoresOf({ status, stdout }: CommandRun): unknown {
  expect(status).toBe(0);
  const { scores } = JSON.parse(stdout) as { scores: Record<string, unknown>[] };
  return scores.map(({ elapsedMs: _, ...score }) => score);
}
