// The command line from outside, as far as it needs no model to run: help, lists, errors, exit status.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandTable } from '../../../src/main/cli/command-table.ts';
import { runWhittle } from '../../support/run-whittle.ts';
import { tempFolderForFile } from '../../support/temp-folder.ts';

const folder = tempFolderForFile();
const inTemp = { cwd: folder, env: { WHITTLE_HOME: join(folder, 'home') } };

describe('help', () => {
  it('lists every command and its use', async () => {
    const { status, stdout, stderr } = await runWhittle(['--help'], inTemp);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const { name, summary } of commandTable) {
      expect(stdout).toContain(`  ${name}`);
      expect(stdout.replace(/\s+/g, ' ')).toContain(summary);
    }
    expect(stdout).toContain('Examples:');
  });

  it.each(commandTable.map(({ name }) => name))(
    'of %s shows its flags, the common ones, and examples',
    async (name) => {
      const { status, stdout, stderr } = await runWhittle([name, '--help'], inTemp);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain(`Usage: whittle ${name}`);
      expect(stdout).toContain('--json');
      expect(stdout).toContain('--home');
      expect(stdout).toMatch(/Examples:\n {2}\$ /);
    },
  );

  it('is there under both names', async () => {
    const [first, second] = await Promise.all([
      runWhittle(['help', 'inspect'], inTemp),
      runWhittle(['inspect', '--help'], inTemp),
    ]);
    expect(first).toEqual(second);
  });

  it('is what a user sees who names no command', async () => {
    const { status, stdout } = await runWhittle([], inTemp);
    expect(status).toBe(0);
    expect(stdout).toContain('Usage: whittle');
  });
});

describe('lists', () => {
  it.each(['methods', 'tasks', 'types'])(
    '%s are an array of entries with id, title, source, parameters',
    async (name) => {
      const { status, stdout, stderr } = await runWhittle([name, '--json'], inTemp);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      const entries: unknown = JSON.parse(stdout);
      expect(entries).toBeInstanceOf(Array);
      for (const entry of entries as Record<string, unknown>[]) {
        expect(entry).toMatchObject({
          id: expect.any(String),
          title: expect.any(String),
          source: { title: expect.any(String), url: expect.stringMatching(/^https:/) },
          parameters: expect.any(Array),
        });
      }
    },
  );

  it('name the fixed tasks and say of each type what it needs', async () => {
    const tasks = JSON.parse((await runWhittle(['tasks', '--json'], inTemp)).stdout) as { id: string }[];
    expect(tasks.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['factoid-qa', 'multiple-choice-qa', 'closed-book-qa', 'open-book-qa', 'perplexity']),
    );
    const types = JSON.parse((await runWhittle(['types', '--json'], inTemp)).stdout) as { id: string }[];
    expect(types.find(({ id }) => id === 'IQ2_XXS')).toMatchObject({ needsImatrix: true, llamaCppName: 'IQ2_XXS' });
    expect(types.find(({ id }) => id === 'Q4_K_M')).toMatchObject({ needsImatrix: false });
  });
});

describe('wrong usage', () => {
  it.each([
    ['an unknown command', ['frobnicate'], 'BAD_USAGE'],
    ['an unknown flag', ['inspect', 'demo', '--frobnicate'], 'BAD_USAGE'],
    ['a missing argument', ['inspect'], 'BAD_USAGE'],
    ['an extra argument', ['inspect', 'demo', 'demo'], 'BAD_USAGE'],
    ['a bad number', ['kick', 'demo', '--limit', 'many'], 'BAD_USAGE'],
    ['a bad choice', ['kick', 'demo', '--gpu', 'abacus'], 'BAD_USAGE'],
    ['nothing to compress by', ['compress', 'demo', 'out.gguf'], 'BAD_USAGE'],
    ['a recipe and flags', ['compress', 'demo', 'out.gguf', '--recipe', 'r.json', '--quantize', 'Q8_0'], 'BAD_USAGE'],
    ['an unknown type', ['compress', 'demo', 'out.gguf', '--quantize', 'Q9_9'], 'UNKNOWN_TYPE'],
    ['an unknown method', ['compress', 'demo', 'out.gguf', '--prune', 'nosuch'], 'UNKNOWN_METHOD'],
    ['a recipe that is not there', ['compress', 'demo', 'out.gguf', '--recipe', 'none.json'], 'FILE_NOT_FOUND'],
    ['a sweep without a model', ['sweep', '--types', 'Q8_0'], 'BAD_USAGE'],
    ['an unknown model', ['inspect', 'nosuchmodel'], 'UNKNOWN_MODEL'],
    ['a file that is not there', ['inspect', 'none.gguf'], 'FILE_NOT_FOUND'],
    ['an unknown format', ['report', 'out', '--format', 'docx'], 'BAD_USAGE'],
  ])('%s is told in one line, and in JSON when asked', async (_what, args, code) => {
    const { status, stdout, stderr } = await runWhittle(args, inTemp);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^whittle: ${code}: [^\\n]+\\n$`));
    const inJson = await runWhittle([...args, '--json'], inTemp);
    expect(inJson.status).toBe(2);
    expect(inJson.stderr).toBe(stderr);
    expect(JSON.parse(inJson.stdout)).toMatchObject({
      error: { code, message: expect.any(String), details: expect.any(Object) },
    });
  });

  it('shows a stack only when asked', async () => {
    const { stderr } = await runWhittle(['inspect', 'none.gguf', '--verbose'], inTemp);
    expect(stderr).toMatch(/\n +at /);
  });
});
