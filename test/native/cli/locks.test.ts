// Two commands at the same work: the second one refuses at once and names the first; nothing of the first is lost.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ExclusiveLock } from '../../../src/main/engine/jobs/exclusive-lock.ts';
import { runWhittle } from '../../support/run-whittle.ts';
import { tempFolderForFile } from '../../support/temp-folder.ts';

const folder = tempFolderForFile();
const home = join(folder, 'home');
const holderFile = fileURLToPath(new URL('../../unit/jobs/lock-holder.ts', import.meta.url));
const QUIET = ['--disable-warning=ExperimentalWarning'];
const DEVICE = ['--gpu', 'none', '--threads', '1', '--home', home];

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

  it('as a KICK run is refused, until the other has let go or was killed', async () => {
    const args = ['kick', 'demo', '--task', 'factoid-qa', '--limit', '8', '--quiet', ...DEVICE];
    expect(await runWhittle(args, { cwd: folder })).toMatchObject({ status: 0 });
    const journals = join(home, 'journals');
    const [journal, ...others] = filesOf(journals);
    expect(others).toEqual([]);
    const holder = fork(holderFile, [join(journals, `${journal}.lock`)], { execArgv: QUIET });
    onTestFinished(() => void holder.kill('SIGKILL'));
    await once(holder, 'message');
    const refused = await runWhittle(args, { cwd: folder });
    expectRefusal(refused);
    expect(refused.stderr).toContain(`process ${holder.pid}`);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    expect(await runWhittle([...args, '--resume'], { cwd: folder })).toMatchObject({ status: 0, stderr: '' });
    expect(filesOf(journals)).toEqual([journal]);
  });
});
