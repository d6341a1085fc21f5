// Kills `whittle compress` and `whittle kick` with SIGKILL at random moments, the command itself or its worker, and checks what is left:
// no half file under its final name, no orphan process, and a second run that ends as an unbroken one does.
// Usage: node scripts/setup.mjs scripts/kill-test.ts [ROUNDS] [SEED]; Linux and macOS.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '../src/main/engine/native/sample-token.ts';

const whittleScript = fileURLToPath(new URL('./whittle.mjs', import.meta.url));
/** The watchdog of a worker looks three times a second. */
const ORPHAN_GRACE_MS = 5000;

export interface KillTestOptions {
  readonly rounds: number;
  readonly seed: number;
  readonly log: (line: string) => void;
}

interface Ending {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Every process that was ever seen below the command. */
  readonly descendants: readonly number[];
  readonly elapsedMs: number;
}

type Victim = 'command' | 'worker';

interface Kill {
  readonly afterMs: number;
  readonly victim: Victim;
}

function check(isTrue: boolean, message: string): void {
  if (!isTrue) throw new Error(message);
}

function processTable(): { pid: number; parent: number }[] {
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([pid = 0, parent = 0]) => ({ pid, parent }));
}

function descendantsOf(root: number): number[] {
  const table = processTable();
  const found = [root];
  for (const pid of found) found.push(...table.filter(({ parent }) => parent === pid).map((entry) => entry.pid));
  return found.slice(1);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function run(args: readonly string[], home: string, kill?: Kill): Promise<Ending> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [whittleScript, ...args, '--home', home, '--gpu', 'none', '--threads', '1'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seen = new Set<number>();
  const output = collectOutput(child);
  const closed = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('close', (status, signal) => resolve([status, signal]));
  });
  if (kill !== undefined) await killLater(child, kill, seen);
  const [status, signal] = await closed;
  return { status, signal, ...output(), descendants: [...seen], elapsedMs: performance.now() - startedMs };
}

function collectOutput(child: ChildProcess): () => { stdout: string; stderr: string } {
  const chunks: { out: Buffer[]; err: Buffer[] } = { out: [], err: [] };
  child.stdout?.on('data', (chunk: Buffer) => chunks.out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => chunks.err.push(chunk));
  return () => ({ stdout: Buffer.concat(chunks.out).toString(), stderr: Buffer.concat(chunks.err).toString() });
}

/** The worker where there is one at that moment, else the command. */
async function killLater(child: ChildProcess, { afterMs, victim }: Kill, seen: Set<number>): Promise<void> {
  await sleep(afterMs);
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null) return;
  const below = descendantsOf(pid);
  for (const descendant of below) seen.add(descendant);
  const target = victim === 'worker' ? (below[0] ?? pid) : pid;
  try {
    process.kill(target, 'SIGKILL');
  } catch {
    // It was quicker.
  }
}

async function checkNoOrphans({ descendants }: Ending): Promise<void> {
  const deadline = performance.now() + ORPHAN_GRACE_MS;
  while (descendants.some(isAlive) && performance.now() < deadline) await sleep(50);
  const orphans = descendants.filter(isAlive);
  check(orphans.length === 0, `orphan processes are left: ${orphans.join(', ')}`);
}

/** A worker that was killed is a failed command with one clear line; a killed command says nothing more. */
function checkEnding(ending: Ending): void {
  if (ending.signal === 'SIGKILL' || ending.status === 0) return;
  check(ending.status === 1, `exit status ${ending.status} after a killed worker: ${ending.stderr}`);
  const errors = ending.stderr.split('\n').filter((line) => line.startsWith('whittle: '));
  check(
    errors.length === 1 && errors[0]?.startsWith('whittle: WORKER_CRASHED: ') === true,
    `not one clear line: ${ending.stderr}`,
  );
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function kills(options: KillTestOptions, unbrokenMs: number): Kill[] {
  const random = seededRandom(options.seed);
  return Array.from({ length: options.rounds }, (_, round) => ({
    afterMs: Math.round(random() * unbrokenMs),
    victim: round % 2 === 0 ? 'command' : 'worker',
  }));
}

async function killCompress(folder: string, options: KillTestOptions): Promise<void> {
  const home = join(folder, 'compress-home');
  const args = (output: string): string[] => [
    'compress',
    'demo',
    output,
    '--prune',
    'wanda',
    '--sparsity',
    '0.5',
    '--quantize',
    'Q4_K_M',
    '--calibration-samples',
    '32',
  ];
  const whole = join(folder, 'whole.gguf');
  const unbroken = await run(args(whole), home);
  check(unbroken.status === 0, `the unbroken run failed: ${unbroken.stderr}`);
  const expected = hashOf(whole);
  for (const [round, kill] of kills(options, unbroken.elapsedMs).entries()) {
    // A folder and a home of its own: statistics that an earlier run has kept would make later ones too quick to be hit.
    const place = join(folder, `compress-${round}`);
    mkdirSync(place);
    const output = join(place, 'out.gguf');
    const ending = await run(args(output), join(place, 'home'), kill);
    await checkNoOrphans(ending);
    checkEnding(ending);
    const wasWhole = existsSync(output);
    if (wasWhole) check(hashOf(output) === expected, 'a half file stands under its final name');
    if (ending.signal !== 'SIGKILL') checkNothingElse(place, 'after the worker was killed');
    const again = await run([...args(output), '--force'], join(place, 'home'));
    check(again.status === 0, `the second run failed: ${again.stderr}`);
    check(hashOf(output) === expected, 'the second run wrote another file');
    checkNothingElse(place, 'after the second run');
    rmSync(place, { recursive: true });
    options.log(
      `compress ${round + 1}: ${kill.victim} killed after ${kill.afterMs} ms${wasWhole ? ' (was done)' : ''}`,
    );
  }
}

function checkNothingElse(place: string, when: string): void {
  const left = readdirSync(place).filter((name) => name !== 'out.gguf' && name !== 'home');
  check(left.length === 0, `left behind ${when}: ${left.join(', ')}`);
}

interface KickEnd {
  readonly scores: string;
  readonly samples: string;
}

function readKick(ending: Ending, samplesPath: string): KickEnd {
  check(ending.status === 0, `a kick run failed: ${ending.stderr}`);
  const { scores } = JSON.parse(ending.stdout) as { scores: Record<string, unknown>[] };
  const comparable = scores.map(({ elapsedMs: _, ...score }) => score);
  return { scores: JSON.stringify(comparable), samples: readFileSync(samplesPath, 'utf8') };
}

async function killKick(folder: string, options: KillTestOptions): Promise<void> {
  const tasks = ['--task', 'factoid-qa', '--task', 'multiple-choice-qa', '--limit', '80'];
  const args = (samples: string): string[] => ['kick', 'demo', ...tasks, '--samples', samples, '--json'];
  const wholeSamples = join(folder, 'whole.jsonl');
  const unbroken = await run(args(wholeSamples), join(folder, 'kick-home'));
  const expected = readKick(unbroken, wholeSamples);
  check(expected.samples.trim().split('\n').length === 160, 'the unbroken run has other than 160 samples');
  for (const [round, kill] of kills(options, unbroken.elapsedMs).entries()) {
    const place = join(folder, `kick-${round}`);
    mkdirSync(place);
    const samples = join(place, 'samples.jsonl');
    const ending = await run(args(samples), join(place, 'home'), kill);
    await checkNoOrphans(ending);
    checkEnding(ending);
    if (existsSync(samples))
      check(readFileSync(samples, 'utf8') === expected.samples, 'half the samples under their final name');
    const resumed = readKick(await run([...args(samples), '--resume', '--force'], join(place, 'home')), samples);
    check(resumed.samples === expected.samples, 'the resumed run has other samples');
    check(resumed.scores === expected.scores, 'the resumed run has other scores');
    rmSync(place, { recursive: true });
    options.log(
      `kick ${round + 1}: ${kill.victim} killed after ${kill.afterMs} ms, resumed to the same samples and scores`,
    );
  }
}

/** Throws at the first thing that is not as it should be. */
export async function runKillTest(options: KillTestOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'whittle-kill-'));
  try {
    await killCompress(folder, options);
    await killKick(folder, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const [rounds = '20', seed = '1'] = process.argv.slice(2);
  await runKillTest({ rounds: Number(rounds), seed: Number(seed), log: (line) => console.log(line) });
  console.log(`all ${rounds} rounds of each passed`);
}
