// How the command line comes to run: on the pinned Node, from where the user stands, silently.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import { runWhittle } from '../../support/run-whittle.ts';
import { tempFolderForFile } from '../../support/temp-folder.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const setupScript = join(root, 'scripts', 'setup.mjs');
const folder = tempFolderForFile();
copyFileSync(embeddedPath(EMBEDDED_DEMO_MODEL), join(folder, 'here.gguf'));

/** A Node of another version in PATH, as users have one. */
function findOtherNode(): string | undefined {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((path) => join(path, name))
    .find((path) => {
      const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
      return status === 0 && stdout.trim() !== process.version;
    });
}

const otherNode = findOtherNode();

describe('whittle', () => {
  it('takes relative paths from where the user stands, also when npm has moved to the checkout', async () => {
    const viaNpm = await runWhittle(['inspect', 'here.gguf', '--json'], { cwd: root, env: { INIT_CWD: folder } });
    expect(viaNpm.stderr).toBe('');
    expect(JSON.parse(viaNpm.stdout).path).toBe(join(realpathSync(folder), 'here.gguf'));
  });

  it('believes its own folder, not the one where some outer npm script was started', async () => {
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    copyFileSync(join(folder, 'here.gguf'), join(inner, 'there.gguf'));
    const { status } = await runWhittle(['inspect', 'there.gguf'], { cwd: inner, env: { INIT_CWD: folder } });
    expect(status).toBe(0);
  });

  it.skipIf(otherNode === undefined)('moves to the pinned Node and passes on arguments and exit status', async () => {
    const node = otherNode ?? '';
    const done = await runWhittle(['inspect', 'here.gguf', '--json'], { cwd: folder, node });
    expect(done).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(done.stdout).architecture).toBe('llama');
    const failed = await runWhittle(['inspect', 'none.gguf'], { cwd: folder, node });
    expect(failed.status).toBe(2);
    expect(failed.stderr).toMatch(/^whittle: FILE_NOT_FOUND: [^\n]+\n$/);
  });

  it('writes no more than asked into a closed pipe', () => {
    const command = `"${process.execPath}" "${join(root, 'scripts', 'whittle.mjs')}" inspect demo --tensors --json | head -c 10`;
    const { stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    expect(stderr).toBe('');
  });
});

describe('setup', () => {
  it('says nothing when there is nothing to do', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [setupScript], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  it('runs a script that is named behind it, on the pinned Node', () => {
    const script = join(folder, 'print-version.mjs');
    execFileSync(process.execPath, [
      '-e',
      `require('node:fs').writeFileSync(${JSON.stringify(script)}, 'console.log(process.version, process.argv[2])')`,
    ]);
    const { stdout } = spawnSync(otherNode ?? process.execPath, [setupScript, script, 'word'], { encoding: 'utf8' });
    expect(stdout).toBe(`${process.version} word\n`);
  });
});
