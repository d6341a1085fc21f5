import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ExclusiveLock } from '../../../src/main/engine/jobs/exclusive-lock.ts';
import { isAlive, thisProcess } from '../../../src/main/engine/jobs/process-identity.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const holderFile = fileURLToPath(new URL('./lock-holder.ts', import.meta.url));

/** A process that says what came of it first. */
async function startHolder(path: string): Promise<{ child: ChildProcess; said: string }> {
  const child = fork(holderFile, [path], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = await new Promise<string>((resolve) => child.once('message', (message) => resolve(String(message))));
  return { child, said };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

const subject = 'The file';
const acquire = (path: string) => ExclusiveLock.acquire({ path, subject });

describe('an exclusive lock', () => {
  it('is given to one process; the other is told who holds it', async () => {
    const path = join(tempFolder(), 'lock');
    const { child, said } = await startHolder(path);
    expect(said).toBe('held');
    await expect(acquire(path)).rejects.toMatchObject({
      code: 'IN_USE',
      message: expect.stringContaining(`process ${child.pid}`),
      details: { path, pid: child.pid },
    });
    expect(existsSync(path)).toBe(true);
  });

  it('is free after its holder was killed', async () => {
    const path = join(tempFolder(), 'lock');
    const { child } = await startHolder(path);
    await kill(child);
    expect(existsSync(path)).toBe(true);
    (await acquire(path)).release();
    expect(existsSync(path)).toBe(false);
  });

  it('is waited for a moment, and as long as it takes on request', async () => {
    const path = join(tempFolder(), 'lock');
    const { child } = await startHolder(path);
    const waiting = ExclusiveLock.acquire({ path, subject, waits: true });
    setTimeout(() => child.send('release'), 2000);
    const startedMs = performance.now();
    (await waiting).release();
    expect(performance.now() - startedMs).toBeGreaterThan(1800);
    const stop = AbortSignal.timeout(300);
    using _ = await acquire(path);
    const cancelled = ExclusiveLock.acquire({ path, subject, waits: true, signal: stop });
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('goes to exactly one of several that find a dead one, and leaves nothing else behind', async () => {
    const folder = tempFolder();
    const path = join(folder, 'lock');
    const { child } = await startHolder(path);
    await kill(child);
    const said = await Promise.all(Array.from({ length: 4 }, async () => (await startHolder(path)).said));
    expect(said.sort()).toEqual(['IN_USE', 'IN_USE', 'IN_USE', 'held']);
    expect(readdirSync(folder)).toEqual(['lock']);
  });

  it('is refused twice in one process too', async () => {
    const path = join(tempFolder(), 'lock');
    using _ = await acquire(path);
    await expect(acquire(path)).rejects.toMatchObject({ code: 'IN_USE', details: { pid: process.pid } });
  });

  it('whose file was left empty by a crash is free after a moment', async () => {
    const path = join(tempFolder(), 'lock');
    writeFileSync(path, '');
    utimesSync(path, Date.now() / 1000 - 60, Date.now() / 1000 - 60);
    (await acquire(path)).release();
  });

  it('that another process has by now is not released', async () => {
    const path = join(tempFolder(), 'lock');
    const lock = await acquire(path);
    writeFileSync(path, JSON.stringify({ ...thisProcess(), lockedAt: 1 }));
    lock.release();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ lockedAt: 1 });
  });

  it('that cannot be written says so', async () => {
    const path = join(tempFolder(), 'none', 'lock');
    await expect(acquire(path)).rejects.toMatchObject({ code: 'NOT_WRITABLE' });
    mkdirSync(path, { recursive: true });
    await expect(acquire(path)).rejects.toMatchObject({ code: 'IN_USE' });
  });
});

describe('the identity of a process', () => {
  it('is alive for itself, and dead for another with its number', () => {
    const own = thisProcess();
    expect(isAlive(own)).toBe(true);
    const others = [
      { ...own, startTicks: '1', startedAt: own.startedAt - 1 },
      { pid: own.pid, startedAt: own.startedAt - 1 },
      { pid: 0x3f_ffff, startedAt: own.startedAt },
      { pid: process.ppid, startedAt: 0 },
    ];
    expect(others.map(isAlive)).toEqual(others.map(() => false));
    expect(isAlive({ pid: process.ppid, startedAt: Date.now() })).toBe(true);
  });
});
