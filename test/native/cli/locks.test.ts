// Two commands at the same work: the second one refuses at once and names the first; nothing of the first is lost.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ExclusiveLock } from '../../../src/main/engine/jobs/exclusive-lock.ts';
import { runWhittle, whittleScript } from '../../support/run-whittle.ts';
import { tempFolderForFile } from '../../support/temp-folder.ts';

const folder = tempFolderForFile();
const home = join(folder, 'home');
const DEVICE = ['--gpu', 'none', '--threads', '1', '--home', home];

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [whittleScript, ...args, ...DEVICE], { cwd: folder, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, ended };
}

async function waitFor(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(20);
}

const filesOf = (path: string): string[] => (existsSync(path) ? readdirSync(path) : []);

/** One clear line, status 2: nothing was started. */
function expectRefusal({ status, stderr }: Awaited<ReturnType<typeof runWhittle>>): void {
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(/whittle: IN_USE: .*process \d+/) });
}

describe('the same work twice at the same time', () => {
  it('into one output file is refused, until the other has let go of it', async () => {
    const args = ['compress', 'demo', 'out.gguf', '--quantize', 'Q4_0', '--quiet', ...DEVICE];
    const path = join(folder, 'out.gguf.partial.lock');
    const lock = await ExclusiveLock.acquire({ path, subject: 'out.gguf' });
    const refused = await runWhittle(args, { cwd: folder });
    expectRefusal(refused);
    expect(refused.stderr).toContain(`process ${process.pid}`);
    expect(filesOf(folder)).toContain('out.gguf.partial.lock');
    lock.release();
    expect(await runWhittle(args, { cwd: folder })).toMatchObject({ status: 0 });
    expect(filesOf(folder).filter((name) => name.startsWith('out'))).toEqual(['out.gguf']);
  });

  it('as a KICK run is refused; after kill -9 of the first it goes on', async () => {
    const args = ['kick', 'demo', '--task', 'factoid-qa', '--limit', '120'];
    const journals = join(home, 'journals');
    const first = start(args);
    await waitFor(() => filesOf(journals).some((name) => name.endsWith('.lock')));
    expectRefusal(await runWhittle([...args, '--quiet', ...DEVICE], { cwd: folder }));
    first.child.kill('SIGKILL');
    await first.ended;
    const { status, stderr } = await runWhittle([...args, '--resume', '--quiet', ...DEVICE], { cwd: folder });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(filesOf(journals).filter((name) => name.endsWith('.lock'))).toEqual([]);
  });
});
