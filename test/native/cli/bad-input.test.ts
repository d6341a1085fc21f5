// Bad input from outside: the right exit status, exactly one clear line, and nothing left behind.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EMBEDDED_DEMO_MODEL, embeddedPath } from '../../../src/main/engine/embedded-files.ts';
import { type MountedFolder, mountTmpfs } from '../../support/mounted-folder.ts';
import { runWhittle } from '../../support/run-whittle.ts';
import { tempFolderForFile } from '../../support/temp-folder.ts';

const folder = tempFolderForFile();
const inputs = join(folder, 'inputs');
const outputs = join(folder, 'outputs');
const home = join(folder, 'home');

beforeAll(() => {
  mkdirSync(join(inputs, 'folder.gguf'), { recursive: true });
  mkdirSync(outputs);
  writeFileSync(join(inputs, 'empty.gguf'), '');
  writeFileSync(
    join(inputs, 'text.gguf'),
    'This is a text and no model at all, however it may be called.\n'.repeat(20),
  );
  copyFileSync(embeddedPath(EMBEDDED_DEMO_MODEL), join(inputs, 'truncated.gguf'));
  truncateSync(join(inputs, 'truncated.gguf'), 5_000_000);
  copyFileSync(embeddedPath(EMBEDDED_DEMO_MODEL), join(inputs, 'headless.gguf'));
  truncateSync(join(inputs, 'headless.gguf'), 1000);
  const lines = [1, 2, 3].map((n) => JSON.stringify({ question: `Question ${n}?`, answers: ['yes'] }));
  writeFileSync(
    join(inputs, 'broken.jsonl'),
    [lines[0], lines[1], '{"question": "Question 3?", "answ', lines[2]].join('\n'),
  );
  writeFileSync(
    join(inputs, 'recipe.json'),
    '{"steps": [{"method": "wanda", "params": {"sparsity": 1.5, "colour": "red"}}]}',
  );
});

beforeEach(() => {
  expect(readdirSync(outputs)).toEqual([]);
});

function run(line: string, cwd = outputs) {
  const args = line.split(' ').map((word) => (word.startsWith('IN/') ? join(inputs, word.slice(3)) : word));
  return runWhittle([...args, '--quiet', '--gpu', 'none', '--threads', '1'], { cwd, env: { WHITTLE_HOME: home } });
}

/** Every file below the folder, so that a half-written one anywhere is seen. */
function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(path, join(entry.parentPath, entry.name)));
}

const COMMANDS = [
  'inspect MODEL',
  'compress MODEL out.gguf --quantize Q8_0',
  'compress MODEL out.gguf --prune wanda --sparsity 0.5',
  'kick MODEL --task factoid-qa --limit 3 --samples out.jsonl',
] as const;

const OTHER_COMMANDS = [
  'imatrix MODEL out.gguf',
  'perplexity MODEL',
  'compare demo MODEL',
  'sweep MODEL --types Q8_0 --task factoid-qa --limit 3',
  'import MODEL',
] as const;

const BAD_MODELS = [
  ['IN/none.gguf', 'FILE_NOT_FOUND'],
  ['nosuchmodel', 'UNKNOWN_MODEL'],
  ['IN/empty.gguf', 'BAD_GGUF'],
  ['IN/text.gguf', 'BAD_GGUF'],
  ['IN/headless.gguf', 'BAD_GGUF'],
  ['IN/truncated.gguf', 'BAD_GGUF'],
] as const;

describe.each(COMMANDS)('whittle %s', (command) => {
  it.each(BAD_MODELS)('refuses %s as %s', async (model, code) => {
    const { status, stdout, stderr } = await run(command.replace('MODEL', model));
    expect(stderr).toMatch(new RegExp(`^whittle: ${code}: [^\\n]+\\n$`));
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it('refuses a folder that is no model', async () => {
    const { status, stdout, stderr } = await run(command.replace('MODEL', 'IN/folder.gguf'));
    expect(stderr).toMatch(/^whittle: [A-Z_]+: [^\n]+\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});

describe('every other command', () => {
  it.each(OTHER_COMMANDS)('refuses a truncated model as well: %s', async (command) => {
    const { status, stdout, stderr } = await run(command.replace('MODEL', 'IN/truncated.gguf'));
    expect(stderr).toMatch(/^whittle: BAD_GGUF: [^\n]+\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});

describe('a command that asks for what does not exist', () => {
  it.each([
    ['compress demo out.gguf --quantize Q9_9', 'UNKNOWN_TYPE'],
    ['compress demo out.gguf --prune nosuch --sparsity 0.5', 'UNKNOWN_METHOD'],
    ['compress demo out.gguf --prune magnitude --sparsity 1.5', 'BAD_RECIPE'],
    ['compress demo out.gguf --prune wanda --sparsity 1.5', 'BAD_RECIPE'],
    ['compress demo out.gguf --prune wanda --sparsity -0.1', 'BAD_RECIPE'],
    ['compress demo out.gguf --prune wanda', 'BAD_RECIPE'],
    ['compress demo out.gguf --prune wanda --pattern 5:4', 'BAD_RECIPE'],
    ['compress demo out.gguf --recipe IN/recipe.json', 'BAD_RECIPE'],
    ['compress demo out.gguf --quantize IQ1_M', 'IMATRIX_NEEDED'],
    ['compress demo out.gguf --quantize IQ1_M --imatrix IN/none.gguf', 'FILE_NOT_FOUND'],
    ['compress demo out.gguf --prune wanda --sparsity 0.5 --calibration IN/none.txt', 'FILE_NOT_FOUND'],
    ['kick demo --task nosuch', 'UNKNOWN_TASK'],
    ['kick demo --task factoid-qa --data IN/none.json', 'FILE_NOT_FOUND'],
    ['kick demo --task factoid-qa --data IN/broken.jsonl --samples out.jsonl', 'BAD_DATA'],
    ['kick demo --task multiple-choice-qa --data IN/folder.gguf', 'BAD_DATA'],
    ['perplexity demo --text IN/none.txt', 'FILE_NOT_FOUND'],
    ['imatrix demo out.gguf --text IN/none.txt', 'FILE_NOT_FOUND'],
    ['sweep demo --types Q9_9', 'BAD_RECIPE'],
    ['sweep demo --types Q8_0 --task nosuch', 'UNKNOWN_TASK'],
    ['report out --sweep nosuch', 'BAD_INPUT'],
  ])('%s is refused as %s', async (line, code) => {
    const { status, stdout, stderr } = await run(line);
    expect(stderr).toMatch(new RegExp(`^whittle: ${code}: [^\\n]+\\n$`));
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it('names every fault of a recipe with its path', async () => {
    const { stdout } = await run('compress demo out.gguf --recipe IN/recipe.json --json');
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe('BAD_RECIPE');
    const paths = error.details.issues.map(({ path }: { path: string }) => path);
    expect(paths).toContain('steps.0.params.sparsity');
    expect(error.message).toContain('colour');
  });

  it('names the broken line of a data file', async () => {
    const { stderr } = await run('kick demo --task factoid-qa --data IN/broken.jsonl');
    expect(stderr).toMatch(/broken\.jsonl.*\b3\b/);
  });
});

describe('an output', () => {
  it('that exists is not overwritten without --force', async () => {
    const place = join(folder, 'existing');
    mkdirSync(place);
    writeFileSync(join(place, 'out.gguf'), 'precious');
    const { status, stderr } = await run('compress demo out.gguf --quantize Q8_0', place);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^whittle: FILE_EXISTS: [^\n]+\n$/);
    expect(readFileSync(join(place, 'out.gguf'), 'utf8')).toBe('precious');
    expect(readdirSync(place)).toEqual(['out.gguf']);
  });

  it.each([
    'compress demo nosuchfolder/out.gguf --quantize Q8_0',
    'imatrix demo nosuchfolder/out.gguf',
    'kick demo --task factoid-qa --limit 3 --samples nosuchfolder/out.jsonl',
  ])('needs a folder that exists: %s', async (line) => {
    const { status, stderr } = await run(line);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^whittle: [A-Z_]+: [^\n]*nosuchfolder[^\n]*\n$/);
  });
});

const NO_MOUNT = 'no file system can be mounted here';

describe('a disk', () => {
  const mounts: MountedFolder[] = [];
  afterAll(() => {
    for (const { unmount } of mounts) unmount();
  });

  function mounted(name: string, options: string): MountedFolder | undefined {
    const mount = mountTmpfs(join(folder, name), options);
    if (mount !== undefined) mounts.push(mount);
    return mount;
  }

  it.for([
    ['full', 'compress demo out.gguf --quantize Q8_0', 'NO_SPACE'],
    ['full', 'compress demo out.gguf --prune magnitude --sparsity 0.5', 'NO_SPACE'],
    ['read-only', 'compress demo out.gguf --quantize Q8_0', 'NOT_WRITABLE'],
    ['read-only', 'imatrix demo out.gguf --chunks 1', 'NOT_WRITABLE'],
    ['read-only', 'kick demo --task factoid-qa --limit 3 --samples out.jsonl', 'NOT_WRITABLE'],
  ] as const)('that is %s is told at once: %s', async ([kind, line, code], { skip }) => {
    const place = mounted(`${kind}-${mounts.length}`, kind === 'full' ? 'size=2m' : 'ro,size=1m');
    if (place === undefined) return skip(NO_MOUNT);
    const { status, stdout, stderr } = await run(line, place.path);
    expect(stderr).toMatch(new RegExp(`^whittle: ${code}: [^\\n]+\\n$`));
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(filesBelow(place.path)).toEqual([]);
  });

  it('that is full under the home folder fails a kick run with one line', async ({ skip }) => {
    const place = mounted('full-home', 'size=16k');
    if (place === undefined) return skip(NO_MOUNT);
    const args = [
      'kick',
      'demo',
      '--task',
      'factoid-qa',
      '--limit',
      '100',
      '--quiet',
      '--gpu',
      'none',
      '--threads',
      '1',
    ];
    const { status, stdout, stderr } = await runWhittle(args, { cwd: outputs, env: { WHITTLE_HOME: place.path } });
    expect(stderr).toMatch(/^whittle: NO_SPACE: [^\n]+\n$/);
    expect([1, 2]).toContain(status);
    expect(stdout).toBe('');
  });
});
